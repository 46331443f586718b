"""Shorthand in phrases (``data/shorthand.yaml``), written out in the words of the tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, TypeAdapter

from coder.yaml_data import parse_yaml

# Codes beside an operation are of the writer's own edition: as words they only mislead.
_CODES = re.compile(r"[(\[]*(?:手术代码[:;]?\s*)?\d{2}\.\d{3,4}(?:\.\d+)?(?:[+,;]\d{2}\.\d{3,4}(?:\.\d+)?)*[)\]]*")
# Forms that ask for instrument and side first give (腹腔镜右侧)卵巢楔形切除术.
_LEADING = re.compile(r"^\(([^()]+)\)(?=.)")
# A single character may end one word and begin the next (股骨 骨折), but for these.
_ENDINGS = frozenset("下术")
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")


_CHOICE = re.compile(r"\{([^{}]*)\}")


class Shorthand(BaseModel):
    """Spellings of a shorthand, in small letters, and what they stand for; ``{a|b}`` in a spelling is a or b."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    short: tuple[str, ...]
    full: str

    def spellings(self) -> Iterator[str]:
        """Every spelling, choices made.

        >>> list(Shorthand(short=("{左|右}肺{上|}叶",), full="肺叶").spellings())
        ['左肺上叶', '左肺叶', '右肺上叶', '右肺叶']
        """
        for short in self.short:
            yield from _choices(short)


def _choices(short: str) -> Iterator[str]:
    choice = _CHOICE.search(short)
    if choice is None:
        yield short
        return
    for word in choice[1].split("|"):
        yield from _choices(short[: choice.start()] + word + short[choice.end() :])


def written_out(text: str, *, family: str) -> str:
    """The phrase with the shorthand of a family of systems written out, but for what stands in brackets.

    Codes written beside the words are left out; a bracket that the phrase begins with is opened.

    >>> written_out("VATS肺大泡缝扎术", family="procedure")
    '胸腔镜下肺大疱缝扎术'
    >>> written_out("膀胱病损切除术(TURBT)", family="procedure")
    '膀胱病损切除术(TURBT)'
    >>> written_out("(宫腔镜)子宫纵隔切开术((68.2201))", family="procedure")
    '宫腔镜子宫纵隔切开术'
    """
    known = _shorthand().get(family)
    if known is None:
        return text
    pattern, full = known
    text = _LEADING.sub(r"\1", _CODES.sub("", text)) or text
    depth, start, written = 0, 0, []
    for match in pattern.finditer(text):
        skipped = text[start : match.start()]
        depth += sum(letter in _OPENING for letter in skipped) - sum(letter in _CLOSING for letter in skipped)
        start = match.end()
        inside = depth > 0
        written += [skipped, match.group() if inside else _joined(skipped, full[match.group().lower()], text[start:])]
    return "".join([*written, text[start:]]) or text


def _joined(before: str, full: str, after: str) -> str:
    """What is written out, without what the phrase says before it or goes on with.

    >>> _joined("", "胸腔镜下", "下肺叶切除术"), _joined("左输尿管", "输尿管支架置入", "术")
    ('胸腔镜', '支架置入')
    >>> _joined("左", "股骨", "骨折")
    '股骨'
    """
    if after.startswith(full.removesuffix("术")):
        return ""
    said = max((size for size in range(2, len(full)) if before.endswith(full[:size])), default=0)
    ends = (full[-size:] for size in range(len(full) - said, 0, -1) if size > 1 or full[-1] in _ENDINGS)
    return full[said:].removesuffix(next((end for end in ends if after.startswith(end)), ""))


@cache
def _shorthand() -> Mapping[str, tuple[re.Pattern[str], Mapping[str, str]]]:
    text = files("coder.suggest").joinpath("data/shorthand.yaml").read_text(encoding="utf-8")
    families = TypeAdapter(dict[str, tuple[Shorthand, ...]]).validate_python(parse_yaml(text))
    made = {}
    for family, entries in families.items():
        full = {short: entry.full for entry in entries for short in entry.spellings()}
        longest_first = sorted(full, key=len, reverse=True)
        made[family] = (re.compile("|".join(map(_whole_word, longest_first)), re.IGNORECASE), full)
    return made


def _whole_word(short: str) -> str:
    """A pattern that does not find Latin letters inside a longer Latin word."""
    before = "(?<![a-z])" if short[0].isascii() else ""
    after = "(?![a-z])" if short[-1].isascii() else ""
    return f"{before}{re.escape(short)}{after}"
