"""TCM disease → ICD-10 candidates, and the crosswalk between the two editions of TCM codes.

No public table maps TCM diseases to ICD-10; ``data/tcm-disease-to-icd10.tsv`` was judged entry by entry for this
project (see docs/tcm.md). The editions meet by name and alias; ``data/tcm-unmapped.tsv`` lists what has no counterpart.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Literal

from pydantic import Field

from coder.tcm.datafile import load_tsv
from coder.tcm.systems import TermKind
from coder.text.datafile import DataModel

Relationship = Literal["equivalent", "broader", "narrower", "related"]
"""What the target concept is, seen from the source concept: ``narrower`` means that the target says more."""


class WesternCandidate(DataModel):
    """One ICD-10 candidate (医保版 2.0) of a TCM disease.

    ``basis`` says what the judgement rests on; ``reviewed`` that the disease was checked a second time by itself;
    candidates of a disease are ranked from 1, their confidence falls with the rank.
    """

    tcm_code: str
    tcm_name: str
    icd10_code: str
    icd10_name: str
    relationship: Relationship
    confidence: Annotated[float, Field(gt=0, le=1)]
    basis: Literal["alias", "name", "clinical-judgement", "encoder"]
    reviewed: bool
    rank: Annotated[int, Field(ge=1, le=5)]


class EditionPair(DataModel):
    """A GB/T 15657-2021 concept and its 医保 1.0 counterpart; ``relationship`` is of the former to the latter."""

    gb_code: str
    gb_name: str
    nhsa_code: str
    nhsa_name: str
    relationship: Relationship
    basis: Literal["name", "alias", "clinical-judgement", "part"]


class Usage(DataModel):
    """A name that doctors write for a GB/T concept and that neither edition lists; written for this project."""

    kind: TermKind
    alias: str
    code: str
    name: str


class Unmapped(DataModel):
    """A TCM concept without a counterpart in the other edition."""

    system: str
    code: str
    name: str


@cache
def western_table() -> Mapping[str, tuple[WesternCandidate, ...]]:
    """TCM disease code → its ICD-10 candidates, best first.

    >>> [(item.icd10_code, item.relationship) for item in western_table()["A08.01.02"]][:1]
    [('B02.900x001', 'equivalent')]

    Raises:
        ArtefactError: the data file is missing or breaks its schema.
    """
    found: dict[str, list[WesternCandidate]] = {}
    for row in load_tsv("tcm-disease-to-icd10.tsv", WesternCandidate):
        found.setdefault(row.tcm_code, []).append(row)
    return {code: tuple(sorted(rows, key=lambda row: row.rank)) for code, rows in found.items()}


@cache
def edition_pairs(kind: TermKind) -> tuple[EditionPair, ...]:
    """All pairs of the two editions, the closest first for each GB/T concept.

    Raises:
        ArtefactError: the data file is missing or breaks its schema.
    """
    return load_tsv(f"tcm-{kind}-crosswalk.tsv", EditionPair)


@cache
def usages() -> tuple[Usage, ...]:
    """Names that doctors write and that no table lists.

    Raises:
        ArtefactError: the data file is missing or breaks its schema.
    """
    return load_tsv("aliases.tsv", Usage)


@cache
def unmapped() -> tuple[Unmapped, ...]:
    """The concepts of either edition that have no counterpart in the other.

    Raises:
        ArtefactError: the data file is missing or breaks its schema.
    """
    return load_tsv("tcm-unmapped.tsv", Unmapped)


@cache
def _by_standard(kind: TermKind) -> Mapping[str, EditionPair]:
    found: dict[str, EditionPair] = {}
    for pair in edition_pairs(kind):
        found.setdefault(pair.gb_code, pair)
    return found


@cache
def _by_insurance(kind: TermKind) -> Mapping[str, EditionPair]:
    found: dict[str, EditionPair] = {}
    for pair in edition_pairs(kind):
        if pair.relationship == "equivalent":
            found.setdefault(pair.nhsa_code, pair)
    return found


def from_insurance(code: str, kind: TermKind) -> EditionPair | None:
    """The GB/T concept that a 医保 1.0 code is equivalent to, ``None`` where there is none.

    >>> from_insurance("BNX020", "disease").gb_name
    '胸痹心痛'
    """
    return _by_insurance(kind).get(code)


def to_insurance(code: str, kind: TermKind) -> EditionPair | None:
    """The closest 医保 1.0 counterpart of a GB/T code, ``None`` where there is none.

    >>> pair = to_insurance("A06.09", "disease")
    >>> pair.nhsa_code, pair.nhsa_name, pair.relationship
    ('BNV060', '消渴病', 'equivalent')
    """
    return _by_standard(kind).get(code)
