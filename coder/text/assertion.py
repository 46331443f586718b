"""What a record says about a condition or procedure: there, denied, suspected, ruled out, old, in the family, planned.

Rules are data (``data/assertion.yaml``): cues over jieba segments with a direction, a reach, stops and a priority,
after ConText (Harkema et al., 2009), extended by the reach of Chinese enumerations.

>>> from coder.text.segment import Segmenter
>>> text = "否认高血压、糖尿病、冠心病病史,有哮喘。"
>>> scopes = AssertionRules.load().scopes(text, Segmenter.load().segment(text))
>>> [scopes.assess(text.index(name), text.index(name) + len(name)).assertion for name in ("糖尿病", "冠心病", "哮喘")]
['absent', 'absent', 'present']
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from typing import Literal

from ahocorasick_rs import AhoCorasick
from pydantic import Field

from coder.coding import Assertion
from coder.patterns import compiled
from coder.text.datafile import DataModel, load_data
from coder.text.second_opinion import Kind, Opinions, SecondOpinion
from coder.text.segment import Segment, Segmenter

SECOND_OPINION = "second-opinion"
"""What stands for the cue where no cue decided but :mod:`coder.text.second_opinion`."""
_SENTENCE_ENDS = "。;!\n"
_CLAUSE_ENDS = ",:?" + _SENTENCE_ENDS
_NAME_ENDS = "、" + _CLAUSE_ENDS
_ITEM_ENDS = " ()[]" + _NAME_ENDS
_ITEM_NUMBER = re.compile(r"(?<=\s)\d{1,2}[.、)](?!\d+(?:\.\d)?\s*[a-z%^*/x~\-])")
_BEFORE = 64
"""So far before a cue at most begins what makes it none."""
_REACHES = {"list": _SENTENCE_ENDS, "clause": _CLAUSE_ENDS, "name": _NAME_ENDS, "item": _ITEM_ENDS}


class _Reach(DataModel):
    assertion: Assertion | Literal["none"]
    priority: int
    kinds: tuple[Kind, ...] = ("diagnosis", "procedure")
    sections: tuple[str, ...] = ()
    gap: int | None = None


class CueData(_Reach):
    """Cues that behave alike."""

    texts: tuple[str, ...] = Field(min_length=1)
    direction: Literal["forward", "backward"]
    reach: Literal["list", "clause", "name", "item"]
    unless_before: str | None = None
    unless_after: str | None = None

    def speaks(self, text: str, start: int, end: int) -> bool:
        """Whether the cue ``text[start:end]`` is one here: 被其妻|发现 and 母亲|代诉 tell of the patient."""
        first = max(start - _BEFORE, 0)
        if self.unless_before is not None and compiled(f"(?:{self.unless_before})$").search(text, first, start):
            return False
        return self.unless_after is None or not compiled(self.unless_after).match(text, end)


class PatternData(_Reach):
    """A cue that is not a word.

    It is looked for in each sentence (or line) that holds one of ``requires``, and where the pattern is costly one of
    each set of ``also``: both only say early what the pattern needs anyhow.
    """

    name: str
    pattern: str
    requires: tuple[str, ...] = Field(min_length=1)
    also: tuple[tuple[str, ...], ...] = ()
    window: Literal["sentence", "line"] = "sentence"


class DefaultData(DataModel):
    """What a mention is in some sections when nothing else says."""

    sections: tuple[str, ...]
    kinds: tuple[Kind, ...]
    assertion: Assertion
    over: tuple[Assertion, ...] = ()


class AssertionData(DataModel):
    """The schema of ``data/assertion.yaml``."""

    defaults: tuple[DefaultData, ...]
    cues: tuple[CueData, ...]
    patterns: tuple[PatternData, ...]
    hypothetical: tuple[str, ...]
    openers: tuple[str, ...]
    affirming: str
    stops: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Scope:
    """The stretch of text that a cue speaks about."""

    start: int
    end: int
    cue: str
    cue_start: int
    cue_end: int
    rule: _Reach


@dataclass(frozen=True, slots=True)
class Assessment:
    """The assertion of a span and the cue (or the name of the pattern) that decided it.

    ``cue`` is ``None`` where no cue speaks and the default of the section holds.
    """

    assertion: Assertion
    cue: str | None


class Scopes:
    """All scopes of one text.

    Args:
        scopes: what the cues of the text speak about.
        defaults: what a mention is in some sections when no cue speaks.
        opinions: the second opinion on the text, where it is to be heard.
    """

    def __init__(
        self,
        scopes: list[Scope],
        defaults: Mapping[tuple[str, Kind], DefaultData],
        *,
        opinions: Opinions | None = None,
    ) -> None:
        self._opinions = opinions
        self._scopes = sorted(scopes, key=lambda scope: scope.start)
        self._starts = [scope.start for scope in self._scopes]
        self._longest = max((scope.end - scope.start for scope in scopes), default=0)
        self._defaults = defaults

    def assess(self, start: int, end: int, *, kind: Kind = "diagnosis", section: str = "body") -> Assessment:
        """What the text says about ``text[start:end]``, a mention of ``kind`` in a section of kind ``section``."""
        said = self.cued(start, end, kind=kind, section=section)
        if kind == "procedure" and said.assertion == "present" and self.doubted(start, end, kind=kind, section=section):
            return Assessment("planned", SECOND_OPINION)
        return said

    def doubted(self, start: int, end: int, *, kind: Kind, section: str) -> bool:
        """Whether the second opinion, if one is heard, doubts ``text[start:end]``.

        Of conditions it cannot tell whether they are denied, old or another's; so it makes none absent, but what would
        be coded for these words alone is not coded.
        """
        return self._opinions is not None and self._opinions.doubts(start, end, kind=kind, section=section)

    def cued(self, start: int, end: int, *, kind: Kind = "diagnosis", section: str = "body") -> Assessment:
        """What the cues alone say about ``text[start:end]``, for words that are not the name of a procedure."""
        return self._decide(start, end, kind, section, first_cue=0, last_cue=sys.maxsize)

    def frame(
        self, text: str, start: int, end: int, *, kind: Kind, section: str, after: int | None = None
    ) -> tuple[int, int, Assessment]:
        """The core of the list item ``text[start:end]`` and what the item itself says about it.

        A cue at either edge of the item (排除…, …待查, …?, …(待排)) is no part of the core; what stands outside the
        item says nothing about it, but for cues from ``after`` on, where the enumeration begins that the item goes on
        (已排除甲、乙、丙).
        """
        closed = start + len(text[start:end].rstrip(")] "))
        inside = [
            scope
            for scope in self._scopes[: bisect_right(self._starts, end)]
            if start <= scope.cue_start and scope.cue_end <= end and _applies(scope.rule, kind, section)
        ]
        opening = [
            scope.cue_end
            for scope in inside
            if scope.cue_start == start and scope.start in (start, scope.cue_end) and scope.cue_end < scope.end
        ]
        core_start = max(opening, default=start)
        closing = [
            scope.cue_start
            for scope in inside
            if scope.end == scope.cue_end in (end, closed) and scope.start <= core_start < scope.cue_start
        ]
        core_end = min(closing, default=end)
        core_end = core_start + len(text[core_start:core_end].rstrip("([ ")) if closing else core_end
        first = start if after is None else after
        return core_start, core_end, self._decide(core_start, core_end, kind, section, first_cue=first, last_cue=end)

    def _decide(self, start: int, end: int, kind: Kind, section: str, *, first_cue: int, last_cue: int) -> Assessment:
        best: tuple[int, int] | None = None
        decided: Scope | None = None
        first = bisect_left(self._starts, end - self._longest)
        for scope in self._scopes[first : bisect_right(self._starts, start)]:
            rule = scope.rule
            if scope.end < end or scope.cue_start < first_cue or scope.cue_end > last_cue:
                continue
            if not _applies(rule, kind, section):
                continue
            distance = max(start - scope.cue_end, scope.cue_start - end)
            if rule.gap is not None and distance > rule.gap:
                continue
            rank = (rule.priority, -distance)
            if best is None or rank > best:
                best, decided = rank, scope
        default = self._defaults.get((section, kind))
        if decided is None or decided.rule.assertion == "none" or (default and decided.rule.assertion in default.over):
            return Assessment(default.assertion if default else "present", None)
        return Assessment(decided.rule.assertion, decided.cue)


def _applies(rule: _Reach, kind: Kind, section: str) -> bool:
    return rule.assertion != "none" and kind in rule.kinds and (not rule.sections or section in rule.sections)


class AssertionRules:
    """The compiled rules; immutable."""

    def __init__(self, data: AssertionData, segmenter: Segmenter) -> None:
        self._defaults = {
            (section, kind): entry for entry in data.defaults for section in entry.sections for kind in entry.kinds
        }
        self._cues: dict[tuple[str, ...], list[CueData]] = {}
        self._heads: dict[str, int] = {}
        for cue in data.cues:
            for text in cue.texts:
                words = tuple(segmenter.words(text))
                self._cues.setdefault(words, []).append(cue)
                self._heads[words[0]] = max(self._heads.get(words[0], 0), len(words))
        self._patterns = data.patterns
        required: dict[str, int] = {}

        def numbered(some: Sequence[str]) -> frozenset[int]:
            return frozenset(required.setdefault(word, len(required)) for word in some)

        # By the number of a required word the patterns that are worth looking for in a line or sentence with it.
        self._requiring: dict[str, dict[int, list[int]]] = {"line": {}, "sentence": {}}
        for number, one in enumerate(data.patterns):
            for word in numbered(one.requires):
                self._requiring[one.window].setdefault(word, []).append(number)
        self._also = [tuple(map(numbered, one.also)) for one in data.patterns]
        self._asked = {
            window: frozenset(requiring).union(
                *(
                    words
                    for one, sets in zip(data.patterns, self._also, strict=True)
                    if one.window == window
                    for words in sets
                )
            )
            for window, requiring in self._requiring.items()
        }
        self._required = AhoCorasick(list(required))
        self._affirming = re.compile(data.affirming)
        self._stops = {assertion: frozenset(words) for assertion, words in data.stops.items()}

    @classmethod
    def load(cls) -> AssertionRules:
        """The shipped rules; a second call in the process returns the same object.

        Raises:
            ArtefactError: the rule data or the segmentation dictionary is missing or damaged.
        """
        return _load()

    def compile(self) -> None:
        """Compile the patterns that would otherwise be compiled when a record first needs them."""
        for one in self._patterns:
            compiled(one.pattern)

    def scopes(self, text: str, segments: Sequence[Segment], *, opinion: SecondOpinion | None = None) -> Scopes:
        """The scopes of all cues of a text; ``opinion`` is heard where no cue speaks."""
        found: list[Scope] = []
        numbers = _item_numbers(text)
        words = [segment.text for segment in segments]
        after = 0
        for index, word in enumerate(words):
            longest = self._heads.get(word)
            if longest is None or index < after:
                continue
            for count in range(min(longest, len(words) - index), 0, -1):
                rules = self._cues.get(tuple(words[index : index + count]))
                if rules:
                    after = index + count
                    place = segments[index].start, segments[after - 1].end
                    said = [rule for rule in rules if rule.speaks(text, *place)]
                    found.extend(self._reach(text, segments, index, after, rule, numbers) for rule in said)
                    break
        places = self._required.find_matches_as_indexes(text, overlapping=True)
        for window, marks in (("line", "\n"), ("sentence", _SENTENCE_ENDS)):
            parts = list(_windows(text, marks))
            starts = [start for start, _ in parts]
            ends = [start + len(part) for start, part in parts]
            asked = self._asked[window]
            held: dict[int, set[int]] = {}
            for needed, start, end in places:
                if needed in asked:
                    index = bisect_right(starts, start) - 1
                    if index >= 0 and end <= ends[index]:
                        held.setdefault(index, set()).add(needed)
            for index in sorted(held):
                for number in self._worth_looking_for(held[index], self._requiring[window]):
                    found.extend(_pattern_scopes(*parts[index], self._patterns[number]))
        return Scopes(found, self._defaults, opinions=None if opinion is None else opinion.on(text))

    def _worth_looking_for(self, held: Set[int], requiring: Mapping[int, Sequence[int]]) -> Iterator[int]:
        """The patterns that a line or sentence with some words can hold, in their order."""
        for number in sorted({number for word in held for number in requiring.get(word, ())}):
            for words in self._also[number]:
                if words.isdisjoint(held):
                    break
            else:
                yield number

    def _reach(
        self, text: str, segments: Sequence[Segment], first: int, after: int, rule: CueData, numbers: Sequence[int]
    ) -> Scope:
        cue_start, cue_end = segments[first].start, segments[after - 1].end
        start, end = cue_start, cue_end
        ends, stops = _REACHES[rule.reach], self._stops.get(rule.assertion, frozenset())
        if rule.direction == "forward":
            end = self._forward_edge(segments, after, ends, stops, cue_end)
            if rule.reach == "list":
                end = self._before_affirming(text, cue_end, end)
        else:
            start = self._backward_edge(segments, first - 1, ends, stops, cue_start)
        start = max(start, numbers[bisect_right(numbers, cue_start) - 1])
        end = min(end, numbers[bisect_left(numbers, cue_end)])
        return Scope(start, end, text[cue_start:cue_end], cue_start, cue_end, rule)

    def _before_affirming(self, text: str, start: int, end: int) -> int:
        """The end of a list reach when its clauses from the second on are looked at: the first that affirms ends it."""
        comma = text.find(",", start, end)
        while comma >= 0:
            after = text.find(",", comma + 1, end)
            if self._affirming.search(text, comma, end if after < 0 else after):
                return comma
            comma = after
        return end

    @staticmethod
    def _forward_edge(segments: Sequence[Segment], index: int, ends: str, stops: frozenset[str], edge: int) -> int:
        """Where a forward reach ends: at a mark, at a stop, or where the bracket closes that the cue stands in."""
        depth = 0
        while index < len(segments):
            word = segments[index].text
            if word in ends or word in stops:
                break
            if word in "([":
                depth += 1
            elif word in ")]":
                if depth == 0:
                    break
                depth -= 1
            edge = segments[index].end
            index += 1
        return edge

    @staticmethod
    def _backward_edge(segments: Sequence[Segment], index: int, ends: str, stops: frozenset[str], edge: int) -> int:
        """Where a backward reach begins; it leaves a bracket only when the cue is all that the bracket holds."""
        depth, at_cue = 0, True
        while index >= 0:
            word = segments[index].text
            if (word in ends and not (at_cue and word in "([ ")) or word in stops:
                break
            if word in ")]":
                depth += 1
            elif word in "([":
                if depth == 0 and not at_cue:
                    break
                depth = max(depth - 1, 0)
            edge = segments[index].start
            at_cue = at_cue and word == " "
            index -= 1
        return edge


def _item_numbers(text: str) -> list[int]:
    """Where the numbers of list items stand, between the bounds of the text: no cue reaches past one."""
    return [0, *(match.start() for match in _ITEM_NUMBER.finditer(text)), len(text)]


def _windows(text: str, marks: str) -> Iterator[tuple[int, str]]:
    """The stretches of text between some marks, with their offsets."""
    start = 0
    for match in re.finditer(f"[{re.escape(marks)}]", text):
        if match.start() > start:
            yield start, text[start : match.start()]
        start = match.end()
    if start < len(text):
        yield start, text[start:]


def _pattern_scopes(offset: int, part: str, rule: PatternData) -> Iterator[Scope]:
    for match in compiled(rule.pattern).finditer(part):
        start, end = match.span("scope")
        yield Scope(offset + start, offset + end, rule.name, offset + match.start(), offset + start, rule)


def openers() -> tuple[str, ...]:
    """Cues of one character that must not hide inside ordinary words of the dictionary."""
    return load_data("assertion.yaml", AssertionData).openers


@cache
def hypothetical_cues() -> frozenset[str]:
    """Cues of what might come, or of a question: what they speak about is possible, but nothing speaks for it."""
    return frozenset(load_data("assertion.yaml", AssertionData).hypothetical)


def cue_texts() -> frozenset[str]:
    """All cues and stops: words that the segmentation dictionary must hold."""
    data = load_data("assertion.yaml", AssertionData)
    return speaking_cues().union(*(cue.texts for cue in data.cues), *data.stops.values())


@cache
def speaking_cues() -> frozenset[str]:
    """The cues that assert something: words that are no part of a name (非萎缩性 and the like only hide a cue)."""
    data = load_data("assertion.yaml", AssertionData)
    return frozenset(text for cue in data.cues if cue.assertion != "none" for text in cue.texts)


@cache
def _load() -> AssertionRules:
    return AssertionRules(load_data("assertion.yaml", AssertionData), Segmenter.load())
