"""Diagnoses that another code of the page says already (``data/taken_in.yaml``).

Used both ways: selection leaves them off the page that it proposes, and an audit does not ask for them. What is
doubtful (``audit_only``) is not asked for, but stays on a page where it was listed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from coder.evidence.codeset import CodeSet
from coder.text.datafile import DataModel, parse_data

_LEAD = 3


class _Entry(DataModel):
    given: tuple[str, ...]
    of: tuple[str, ...]
    audit_only: bool = False


class _TakenInData(DataModel):
    taken_in: tuple[_Entry, ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """Codes in ``given`` say what codes in ``of`` would say beside them."""

    place: int
    given: CodeSet
    of: CodeSet
    audit_only: bool


@cache
def relations() -> tuple[Relation, ...]:
    """All relations, in the order of the file.

    Raises:
        ArtefactError: the data file breaks its schema.
    """
    text = files("coder.evidence").joinpath("data/taken_in.yaml").read_text(encoding="utf-8")
    data = parse_data(text, _TakenInData, label="coder/evidence/data/taken_in.yaml")
    return tuple(
        Relation(place, CodeSet.parse(entry.given), CodeSet.parse(entry.of), entry.audit_only)
        for place, entry in enumerate(data.taken_in)
    )


@cache
def _by_lead() -> dict[str, list[Relation]]:
    """The relations by the opening characters of the codes that take in (none where any code may)."""
    found: dict[str, list[Relation]] = {}
    for relation in relations():
        leads = relation.given.leads(_LEAD)
        for lead in ("",) if leads is None else leads:
            found.setdefault(lead, []).append(relation)
    return found


@cache
def _given_by(code: str) -> tuple[Relation, ...]:
    """Few codes take anything in, and they are asked about many times."""
    near = (relation for width in range(_LEAD + 1) for relation in _by_lead().get(code[:width], ()))
    return tuple(relation for relation in near if code in relation.given)


def takes_in(given: str, code: str) -> bool:
    """Whether a diagnosis code says what another would say beside it.

    >>> takes_in("K80.301", "K83.109"), takes_in("K83.109", "K80.301")
    (True, False)

    Raises:
        ArtefactError: the data file breaks its schema.
    """
    return any(code in relation.of for relation in _given_by(given))


def said_by_others(codes: Collection[str]) -> Iterator[tuple[str, str]]:
    """The codes of a page that others of it say already, each with the first that does, by the order of the relations.

    >>> list(said_by_others(["R05.x00", "J18.900", "I10.x05"]))
    [('R05.x00', 'J18.900')]
    """
    about = {relation.place: relation for code in codes for relation in _given_by(code) if not relation.audit_only}
    left = list(codes)
    for place in sorted(about):
        given, of = about[place].given, about[place].of
        keepers = given.among(left)
        for code in [one for one in of.among(left) if one not in given] if keepers else ():
            left.remove(code)
            yield code, keepers[0]
