"""How TCM diagnoses are written: the schema of ``data/statements.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Literal

from pydantic import Field

from coder.tcm.datafile import load_yaml
from coder.text.datafile import DataModel
from coder.text.normalise import normalise_term

Way = Literal["name", "usage", "ending", "alias", "other_edition", "code", "sound", "near", "similar"]
"""How words and term met: the official name; what doctors write for it; the name with or without its ending; an
alias; a name of the other edition; a code written in the record; the same sound (a slip of the keyboard); one character
off; the most similar name."""

_Share = Annotated[float, Field(gt=0, le=1)]


class Cue(DataModel):
    """Words in front of a TCM diagnosis; ``colon`` cues are ordinary words too and count only before a colon."""

    text: str
    names: Literal["disease", "syndrome", "both"]
    stage: Annotated[int, Field(ge=1, le=5)]
    colon: bool = False


class Factors(DataModel):
    """What lowers the probability of a match."""

    class_: Annotated[_Share, Field(alias="class")]
    unmarked: _Share
    remainder: _Share


class StatementRules(DataModel):
    """All of ``data/statements.yaml``."""

    cues: tuple[Cue, ...]
    labels: tuple[str, ...]
    connectives: tuple[str, ...]
    stops: tuple[str, ...]
    separators: str
    reach: Annotated[int, Field(ge=0)]
    unmarked_sections: tuple[str, ...]
    syndrome_endings: tuple[str, ...]
    fold: Mapping[str, str]
    disease_endings: tuple[str, ...]
    class_endings: tuple[str, ...]
    code_patterns: tuple[str, ...]
    probabilities: Mapping[Way, _Share]
    factors: Factors


@cache
def statement_rules() -> StatementRules:
    """The rules, read and validated once.

    Raises:
        ArtefactError: the data file is missing or breaks its schema.
    """
    return load_yaml("statements.yaml", StatementRules)


@cache
def _folding() -> Mapping[int, str]:
    return {ord(char): folded for char, folded in statement_rules().fold.items()}


def fold(normalised: str) -> str:
    """A normalised text with the variants of a character made one; its length does not change.

    >>> fold("瘀滞症"), fold("淤滞证")
    ('瘀滞证', '瘀滞证')
    """
    return normalised.translate(_folding())


def fold_term(name: str) -> str:
    """A name of a table, normalised and folded, ready to meet a folded text.

    >>> fold_term("絕經前後諸症") == fold_term("绝经前后诸证")
    True
    """
    return fold(normalise_term(name))
