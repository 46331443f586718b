"""Abbreviations of diagnoses (``data/abbreviations.yaml``), written out by what the record speaks of.

SAP is a severe pancreatitis beside an amylase, and a stable angina elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from coder.patterns import compiled
from coder.text import Mention, Reading
from coder.yaml_data import parse_yaml

_OPENING, _CLOSING = frozenset("(["), frozenset(")]")
_TAIL = 2


class Abbreviation(BaseModel):
    """Spellings of an abbreviation, what they stand for, and what the record says where they do."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    short: tuple[str, ...] = Field(min_length=1)
    full: str
    when: str | None = None


def compile_abbreviations() -> None:
    """Compile what would otherwise be compiled when a record first needs it."""
    for entries in _known()[1].values():
        for entry in entries:
            if entry.when is not None:
                compiled(entry.when)


def written_diagnoses(mentions: Sequence[Mention], reading: Reading) -> Mapping[int, str]:
    """The wording for each diagnosis mention (by place in ``mentions``) that holds an abbreviation.

    Args:
        mentions: the mentions.
        reading: the record that they are of.
    """
    record = reading.normalised.text
    found = {}
    for index, mention in enumerate(mentions):
        if mention.kind == "diagnosis":
            written = spelled_out(mention.text, record)
            if written != mention.text:
                found[index] = written
    return found


def spelled_out(text: str, record: str) -> str:
    """A normalised phrase with its abbreviations written out, but for those in brackets and those it explains itself.

    >>> spelled_out("sap(高脂血症性)", "血淀粉酶升高")
    '急性重症胰腺炎(高脂血症性)'
    >>> spelled_out("sap", "胸痛")
    'sap'
    >>> spelled_out("孔源性视网膜脱离rrd", "")
    '孔源性视网膜脱离rrd'
    """
    pattern, known = _known()
    depth, start, written = 0, 0, []
    for match in pattern.finditer(text):
        skipped = text[start : match.start()]
        depth += sum(letter in _OPENING for letter in skipped) - sum(letter in _CLOSING for letter in skipped)
        rest = text[: match.start()] + text[match.end() :]
        full = None if depth > 0 else _meant(known[match.group()], rest, record)
        written += [skipped, full or match.group()]
        start = match.end()
    return "".join([*written, text[start:]])


def _meant(entries: Sequence[Abbreviation], beside: str, record: str) -> str | None:
    for entry in entries:
        if entry.when is None or compiled(entry.when).search(record):
            # A name that stands beside its abbreviation says it already.
            return None if entry.full[-_TAIL:].lower() in beside else entry.full
    return None


@cache
def _known() -> tuple[re.Pattern[str], Mapping[str, Sequence[Abbreviation]]]:
    text = files("coder.suggest").joinpath("data/abbreviations.yaml").read_text(encoding="utf-8")
    entries: dict[str, list[Abbreviation]] = {}
    for entry in TypeAdapter(tuple[Abbreviation, ...]).validate_python(parse_yaml(text)):
        for short in entry.short:
            entries.setdefault(short, []).append(entry)
    longest_first = sorted(entries, key=len, reverse=True)
    return re.compile("|".join(map(_whole_word, longest_first))), entries


def _whole_word(short: str) -> str:
    """A pattern that finds an abbreviation neither inside a longer Latin word nor behind a number (3cm)."""
    before = "(?<![a-z0-9.-])" if short[0].isascii() else ""
    after = r"(?![a-z0-9]|-\d)" if short[-1].isascii() else ""
    return f"{before}{re.escape(short)}{after}"
