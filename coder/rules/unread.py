"""Which codes of the page selection does not read in the record."""

from __future__ import annotations

from collections.abc import Sequence

from coder.evidence.said import is_told
from coder.rules.cover import claimed
from coder.rules.facts import Facts
from coder.rules.model import Selected


def is_read(code: str, facts: Facts) -> bool:
    """Whether selection gives this very code for the record."""
    return code in read_codes(facts)


def read_codes(facts: Facts) -> frozenset[str]:
    """The codes that selection gives for the record."""
    given = facts.given
    return facts.once(
        ("read", "code"), lambda: frozenset(one.code for one in (*given.selected, *(given.diagnosed or ())))
    )


def is_unread(code: str, facts: Facts) -> bool:
    """Whether nothing that selection gives for the record is this code, or can be another code for the same thing."""
    return code in (unread_procedures(facts) if facts.kind_of(code) == "procedure" else unread_diagnoses(facts))


def is_told_of(code: str, facts: Facts) -> bool:
    """Whether the record says so much of one of the names of a code that it can mean it."""
    return facts.once(("told", code), lambda: is_told(facts.evidence, facts.normal_names(code)))


def unread_diagnoses(facts: Facts) -> Sequence[str]:
    """The diagnoses of the page that nothing that selection gives can stand for."""
    return facts.once(("unread", "diagnosis"), lambda: _unread(facts.all_diagnoses, facts.given.diagnosed or ()))


def unread_procedures(facts: Facts) -> Sequence[str]:
    """The procedures of the page that nothing that selection gives can stand for."""
    return facts.once(("unread", "procedure"), lambda: _unread(facts.all_procedures, facts.given.selected))


def _unread(page: Sequence[str], chosen: Sequence[Selected]) -> Sequence[str]:
    """What is left when every code that was chosen explains one of the page: itself, else another of its category."""
    given = [one.code for one in chosen]
    unexplained = [code for code in page if code not in given]
    claims = claimed(unexplained, (code for code in given if code not in page))
    return [code for code in unexplained if code not in claims]
