"""One surface for the many ways of writing the same thing, with the way back to the original.

Full-width and compatibility forms (NFKC), traditional characters (OpenCC), the numerals of grades (Ⅲ, III, 三 and 3
before 级, 期, 度, 型) and the forms of units become one; letters become lower-case. Every character of the normalised
text knows the span of the original that it came from, so evidence can always be quoted verbatim.

>>> normal = normalise("高血压病Ⅲ級，血钾 2.8 mmol／L")
>>> normal.text
'高血压病3级,血钾 2.8 mmol/l'
>>> start, end = normal.original_span(0, 6)
>>> normal.original[start:end]
'高血压病Ⅲ級'

The same folding is applied to the names of code tables (:func:`normalise_term`), so that both sides meet.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from coder.artefacts import artefact_path
from coder.columnar import read_columns
from coder.text.datafile import DataModel, load_data

TRADITIONAL_FILE = "text/traditional.zip"
_NAME = 200
"""No longer than this are names."""
_GROUP_NAME = re.compile(r"\(\?P<\w+>")


@dataclass(frozen=True, slots=True)
class NormalisedText:
    """A text, its normalised form, and for each normalised character the original span it stands for.

    ``starts`` and ``ends`` have one entry a character of ``text``; both never decrease.
    """

    original: str
    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """The original offsets of ``text[start:end]``; an empty span stays empty.

        >>> normalise("Ⅲ期").original_span(0, 1)
        (0, 1)

        Raises:
            IndexError: the span is not inside the text.
        """
        if not 0 <= start <= end <= len(self.text):
            raise IndexError(f"span {start}:{end} outside a text of {len(self.text)} characters")
        if start == end:
            place = self.starts[start] if start < len(self.text) else len(self.original)
            return place, place
        return self.starts[start], self.ends[end - 1]


class _GradeData(DataModel):
    units: tuple[str, ...]
    roman: dict[str, int]
    chinese: dict[str, int]
    chinese_not_after: tuple[str, ...]
    roman_after: tuple[str, ...]
    roman_before: tuple[str, ...]


class _PatternData(DataModel):
    pattern: str
    replacement: str


class _UnitData(DataModel):
    after_number: dict[str, str]
    words: dict[str, str]
    patterns: tuple[_PatternData, ...]


class _NormaliseData(DataModel):
    characters: dict[str, str]
    removed: tuple[str, ...]
    grades: _GradeData
    units: _UnitData


class _Folding(dict[int, str]):
    """Code point → folded characters, worked out when a character is first seen.

    ``resizing`` holds the characters seen so far whose folded form is not exactly one character.
    """

    def __init__(self, data: _NormaliseData) -> None:
        super().__init__()
        self._characters = data.characters
        self._removed = frozenset(data.removed)
        self.resizing: set[str] = set()

    def __missing__(self, point: int) -> str:
        char = chr(point)
        folded = "" if char in self._removed else self._fold(char)
        if len(folded) != 1:
            self.resizing.add(char)
        self[point] = folded
        return folded

    def _fold(self, char: str) -> str:
        while True:
            mapped = self._characters.get(char)
            if mapped is None:
                mapped = unicodedata.normalize("NFKC", char).lower()
            if len(mapped) > 1:
                folded = "".join(self._fold(part) if part != char else part for part in mapped)
                return " " if folded.isspace() else folded
            if mapped == char:
                return " " if char.isspace() and char != "\n" else char
            char = mapped


_Replacement = str | Callable[[re.Match[str]], str]


@dataclass(slots=True)
class _Draft:
    """A text in the making: edits keep the offset map in step."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def fold(self, folding: _Folding) -> None:
        folded = self.text.translate(folding)
        if folding.resizing.isdisjoint(self.text):
            self.text = folded
            return
        resizing = "".join(sorted(folding.resizing.intersection(self.text)))
        self.replace(re.compile(f"[{re.escape(resizing)}]"), lambda match: folding[ord(match.group())])
        self.text = self.text.translate(folding)

    def replace(self, pattern: re.Pattern[str], replacement: _Replacement) -> None:
        """Replace every match, or its group ``part``; each new character stands for the whole of what it replaces."""
        group: int | str = "part" if "part" in pattern.groupindex else 0
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        done = 0
        for match in pattern.finditer(self.text):
            new = match.expand(replacement) if isinstance(replacement, str) else replacement(match)
            begin, end = match.span(group)
            if new == match.group(group):
                continue
            pieces += self.text[done:begin], new
            starts.extend(self.starts[done:begin])
            ends.extend(self.ends[done:begin])
            if begin < end:
                starts.extend([self.starts[begin]] * len(new))
                ends.extend([self.ends[end - 1]] * len(new))
            done = end
        if done:
            self.text = "".join([*pieces, self.text[done:]])
            starts.extend(self.starts[done:])
            ends.extend(self.ends[done:])
            self.starts, self.ends = starts, ends


class _Normaliser:
    """The compiled rules of ``data/normalise.yaml``."""

    def __init__(self, data: _NormaliseData) -> None:
        self._folding = _Folding(data)
        self._edits = [*_grade_edits(data.grades), *_unit_edits(data.units)]
        # Most names have nothing to edit, and one search over all patterns tells that; not so most records.
        every = (_GROUP_NAME.sub("(?:", pattern.pattern) for pattern, _ in self._edits)
        self._any_edit = re.compile("|".join(f"(?:{pattern})" for pattern in every))

    def __call__(self, text: str) -> NormalisedText:
        draft = _Draft(text, range(len(text)), range(1, len(text) + 1))
        draft.fold(self._folding)
        draft.text = simplify(draft.text)
        if len(text) > _NAME or self._any_edit.search(draft.text):
            for pattern, replacement in self._edits:
                draft.replace(pattern, replacement)
        return NormalisedText(text, draft.text, draft.starts, draft.ends)


def _alternatives(words: Sequence[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


def _grade_edits(data: _GradeData) -> list[tuple[re.Pattern[str], _Replacement]]:
    roman = _alternatives(list(data.roman))
    chinese = _alternatives(list(data.chinese))
    units = "".join(data.units)
    digits = {name: str(value) for name, value in {**data.roman, **data.chinese}.items()}
    joined = rf"(?:\s*[-~、或至到/]\s*(?:{roman}|{chinese}|\d))?"

    def to_digit(match: re.Match[str]) -> str:
        return digits[match.group("part")]

    not_after = "".join({*data.chinese_not_after, *"".join(data.chinese)})
    return [
        (
            re.compile(
                rf"(?<![a-z0-9])(?P<part>{roman})(?:(?=[a-c]?\d?{joined}[{units}°])|\s*(?=[a-c]?{joined}[{units}°]))"
            ),
            to_digit,
        ),
        (re.compile(rf"(?:{_alternatives(data.roman_after)})\s*(?P<part>{roman})(?![a-z0-9])"), to_digit),
        (re.compile(rf"(?<![a-z0-9])(?P<part>{roman})(?=(?:{_alternatives(data.roman_before)}))"), to_digit),
        (re.compile(rf"(?<![a-z0-9{not_after}])(?P<part>{chinese})\s*(?={joined}[{units}])"), to_digit),
        (re.compile(rf"(?<=\d)\s+(?=[{units}])"), ""),
        (re.compile(r"(?<![\d.])(?P<part>[1-4]°)(?![c\d])"), lambda match: f"{match.group('part')[0]}度"),
    ]


def _unit_edits(data: _UnitData) -> list[tuple[re.Pattern[str], _Replacement]]:
    def after_number(match: re.Match[str]) -> str:
        return data.after_number[match.group("unit")]

    def word(match: re.Match[str]) -> str:
        return data.words[re.sub(r"\s", "", match.group())]

    spaced = "|".join(r"\s*".join(map(re.escape, name)) for name in sorted(data.words, key=len, reverse=True))
    return [
        *((re.compile(rule.pattern), rule.replacement) for rule in data.patterns),
        (re.compile(spaced), word),
        (re.compile(rf"(?<=\d)\s*(?P<unit>{_alternatives(list(data.after_number))})(?![隆罗氏山拉林])"), after_number),
    ]


@cache
def _traditional() -> frozenset[str]:
    return frozenset(read_columns(artefact_path(TRADITIONAL_FILE)).strings("characters"))


@cache
def _opencc() -> Any:
    # Imported here because most records hold no traditional character and loading takes longer than reading them.
    from opencc import OpenCC

    return OpenCC("t2s")


def simplify(text: str) -> str:
    """Traditional characters to simplified ones, one for one.

    >>> simplify("急性闌尾炎")
    '急性阑尾炎'
    """
    if _traditional().isdisjoint(text):
        return text
    convert = _opencc().convert
    whole: str = convert(text)
    if len(whole) == len(text):
        return whole
    # OpenCC may change the length of a phrase; character by character it cannot, and the offsets stay true.
    characters = (convert(char) if char in _traditional() else char for char in text)
    return "".join(new if len(new) == 1 else old for new, old in zip(characters, text, strict=True))


@cache
def _normaliser() -> _Normaliser:
    return _Normaliser(load_data("normalise.yaml", _NormaliseData))


def normalise(text: str) -> NormalisedText:
    """The normalised form of a text of any length, with the map back to the original."""
    return _normaliser()(text)


@lru_cache(maxsize=65536)
def normalise_term(term: str) -> str:
    """The normalised form of a name or phrase, outer blanks removed.

    >>> normalise_term(" Ⅱ型糖尿病 "), normalise_term("二型糖尿病")
    ('2型糖尿病', '2型糖尿病')
    """
    return _normaliser()(term).text.strip()
