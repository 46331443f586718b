"""Diagnoses that a code of the page says already (``data/taken_in.yaml``)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from coder.evidence.codeset import CodeSet
from coder.text.datafile import DataModel, parse_data

_LEAD = 3


class _Entry(DataModel):
    given: tuple[str, ...]
    of: tuple[str, ...]


class _TakenInData(DataModel):
    taken_in: tuple[_Entry, ...]


@cache
def shipped_relations() -> tuple[tuple[CodeSet, CodeSet], ...]:
    """All relations: the codes that take in, and those that they take in.

    Raises:
        ArtefactError: the data file breaks its schema.
    """
    text = files("coder.rules").joinpath("data/taken_in.yaml").read_text(encoding="utf-8")
    data = parse_data(text, _TakenInData, label="coder/rules/data/taken_in.yaml")
    return tuple((CodeSet.parse(entry.given), CodeSet.parse(entry.of)) for entry in data.taken_in)


@cache
def _by_lead() -> dict[str, list[tuple[CodeSet, CodeSet]]]:
    """The relations by the opening characters of the codes that take in (none where any code may)."""
    found: dict[str, list[tuple[CodeSet, CodeSet]]] = {}
    for pair in shipped_relations():
        leads = pair[0].leads(_LEAD)
        for lead in ("",) if leads is None else leads:
            found.setdefault(lead, []).append(pair)
    return found


@cache
def _taken_by(given: str) -> tuple[CodeSet, ...]:
    """Few codes take anything in, and the page is asked about each of them many times."""
    near = (pair for width in range(_LEAD + 1) for pair in _by_lead().get(given[:width], ()))
    return tuple(taken for giving, taken in near if given in giving)


def takes_in(given: str, code: str) -> bool:
    """Whether a diagnosis code says what another would say beside it.

    >>> takes_in("K80.301", "K83.109"), takes_in("K83.109", "K80.301")
    (True, False)

    Raises:
        ArtefactError: the data file breaks its schema.
    """
    return any(code in taken for taken in _taken_by(given))
