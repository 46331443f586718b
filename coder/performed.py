"""What a record says was done, told by its wording: the phrases of the suggestion stage in the form that rules take."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from coder.rules.model import Performed
from coder.suggest.phrases import PhraseFinder, load_phrases
from coder.suggest.suggestion import Suggestion
from coder.terms import load_system
from coder.text import Mention, Reading


def performed_of(found: Iterable[tuple[Mention, Suggestion | None]]) -> tuple[Performed, ...]:
    """The procedures among what phrases found; words that are still to be looked up are none."""
    return tuple(
        Performed(codes=tuple(one.code for one in suggestion.concepts), start=mention.start, end=mention.end)
        for mention, suggestion in found
        if mention.kind == "procedure" and suggestion is not None and suggestion.settled
    )


def find_performed(reading: Reading, *, system_name: str = "icd9cm3-nhsa-2.0") -> tuple[Performed, ...]:
    """The procedures that the wording of a record stands for.

    >>> from coder.record import Record
    >>> from coder.text import read
    >>> [one.codes for one in find_performed(read(Record(text="诊疗经过：予床旁CRRT治疗5天。")))]
    [('39.9500x007',), ('39.9500x007',)]

    Raises:
        UnknownCodeSystemError: there is no such code system.
    """
    return performed_of((match.mention, match.suggestion) for match in _finder(system_name).find(reading))


@cache
def _finder(system_name: str) -> PhraseFinder:
    return load_phrases(load_system(system_name))
