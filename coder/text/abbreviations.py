"""Abbreviations of diagnoses (``data/abbreviations.yaml``), written out by what the record speaks of.

SAP is a severe pancreatitis beside an amylase, and a stable angina elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from pydantic import Field

from coder.patterns import compiled
from coder.text.datafile import DataModel, load_data

_OPENING, _CLOSING = frozenset("(["), frozenset(")]")
_TAIL = 2
_VALUE = re.compile(r"\s*[:=<>]?\s*\d")


class Abbreviation(DataModel):
    """Spellings of an abbreviation, what they stand for, and what the record says where they do."""

    short: tuple[str, ...] = Field(min_length=1)
    full: str
    when: str | None = None


class AbbreviationData(DataModel):
    """The schema of ``data/abbreviations.yaml``."""

    diagnoses: tuple[Abbreviation, ...]


def is_abbreviation(word: str) -> bool:
    """Whether a normalised word is an abbreviation of a diagnosis, in some record at least."""
    return word in _known()[1]


def abbreviations(text: str, *, shortest: int) -> Iterator[tuple[int, int]]:
    """Where a normalised text holds Latin abbreviations of one meaning that name a disease and no value (PAP 45)."""
    pattern, known = _known()
    for match in pattern.finditer(text):
        plain = len(match.group()) >= shortest and match.group().isascii() and not _VALUE.match(text, match.end())
        if plain and all(entry.when is None for entry in known[match.group()]):
            yield match.span()


def compile_abbreviations() -> None:
    """Compile what would otherwise be compiled when a record first needs it."""
    for entries in _known()[1].values():
        for entry in entries:
            if entry.when is not None:
                compiled(entry.when)


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
    entries: dict[str, list[Abbreviation]] = {}
    for entry in load_data("abbreviations.yaml", AbbreviationData).diagnoses:
        for short in entry.short:
            entries.setdefault(short, []).append(entry)
    latin = [short for short in entries if short[0].isascii()]
    others = [short for short in entries if not short[0].isascii()]
    # Hundreds of alternatives tried at every letter would double the time of reading: first whether any begins there. A
    # Latin one begins neither inside a longer word nor behind a number (3cm).
    begins = "".join(map(re.escape, sorted({short[0] for short in entries})))
    alternatives = [f"(?<![a-z0-9.-])(?:{_any_of(latin)})" if latin else "", _any_of(others)]
    return re.compile(f"(?=[{begins}])(?:{'|'.join(filter(None, alternatives))})"), entries


def _any_of(shorts: Sequence[str]) -> str:
    """A pattern for abbreviations, the longest first, none of them inside a longer Latin word."""
    return "|".join(map(_closed, sorted(shorts, key=len, reverse=True)))


def _closed(short: str) -> str:
    return re.escape(short) + (r"(?![a-z0-9]|-\d)" if short[-1].isascii() else "")
