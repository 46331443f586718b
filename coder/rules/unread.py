"""Which codes of the page selection does not read in the record."""

from __future__ import annotations

from coder.rules.cover import claimed
from coder.rules.facts import Facts
from coder.rules.model import Selected


def is_read(code: str, facts: Facts) -> bool:
    """Whether selection gives this very code for the record."""
    return any(one.code == code for one in _chosen(code, facts))


def is_unread(code: str, facts: Facts) -> bool:
    """Whether nothing that selection gives for the record is this code, or can be another code for the same thing.

    A code that stands on the page itself explains no other one; each of the rest explains one of the page.
    """
    procedures = code in facts.all_procedures
    page = facts.all_procedures if procedures else facts.all_diagnoses
    chosen = [one.code for one in _chosen(code, facts)]
    unexplained = [one for one in page if one not in chosen]
    return code in unexplained and code not in claimed(unexplained, (one for one in chosen if one not in page))


def _chosen(code: str, facts: Facts) -> tuple[Selected, ...]:
    return facts.given.selected if code in facts.all_procedures else facts.given.diagnosed or ()
