"""What the suggestion stage makes of a record, in the form that rules take: rules themselves suggest no codes.

Two things: what the wording of the text says was done (phrases), and what the diagnoses of the final list and the
procedures of the record can mean (suggestions for their words).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache, lru_cache

from coder.evidence.sections import FINAL_DIAGNOSES, Places
from coder.rules.model import Performed, Proposal
from coder.suggest import CombinedSuggester, LexicalSuggester
from coder.suggest.conventions import ConventionSuggester
from coder.suggest.normalize import Normalizer
from coder.suggest.phrases import PhraseFinder, load_phrases
from coder.suggest.suggestion import Suggester, Suggestion
from coder.terms import load_system
from coder.text import Mention, Reading

_NEAR = 8
"""So many of the codes that were considered count as what the words may mean."""
_LIKELY = 0.1
_SURE_WORDING = 0.85


def performed_of(found: Iterable[tuple[Mention, Suggestion | None]]) -> tuple[Performed, ...]:
    """The procedures among what phrases found; words that are still to be looked up are none."""
    return tuple(
        Performed(codes=codes, start=mention.start, end=mention.end)
        for mention, suggestion in found
        if mention.kind == "procedure" and suggestion is not None and suggestion.settled
        if (codes := tuple(one.code for one in suggestion.concepts if one.probability >= _SURE_WORDING))
    )


def proposals_of(coded: Iterable[tuple[Mention, Suggestion]]) -> tuple[Proposal, ...]:
    """The mentions for which there is any suggestion, with the codes taken to be meant and those near them."""
    return tuple(_proposal(mention, suggestion) for mention, suggestion in coded if suggestion.candidates)


def _proposal(mention: Mention, suggestion: Suggestion) -> Proposal:
    meant = tuple(one.code for one in suggestion.concepts)
    near = (one.code for one in suggestion.candidates[:_NEAR] if one.probability >= _LIKELY)
    return Proposal(
        start=mention.start,
        end=mention.end,
        codes=meant,
        probabilities=tuple(one.probability for one in suggestion.concepts),
        near=tuple(code for code in near if code not in meant),
    )


def find_performed(reading: Reading, *, system_name: str = "icd9cm3-nhsa-2.0") -> tuple[Performed, ...]:
    """The procedures that the wording of a record stands for.

    >>> from coder.record import Record
    >>> from coder.text import read
    >>> [one.codes for one in find_performed(read(Record(text="诊疗经过：置入临时起搏器。")))]
    [('37.7800',)]

    Raises:
        UnknownCodeSystemError: there is no such code system.
    """
    placed = replace(reading, sections=Places.of(reading).sections)
    return performed_of((match.mention, match.suggestion) for match in _finder(system_name).find(placed))


def find_proposals(
    reading: Reading,
    *,
    diagnosis_system: str = "icd10-nhsa-2.0",
    procedure_system: str = "icd9cm3-nhsa-2.0",
) -> tuple[Proposal, ...]:
    """What the final diagnoses and the procedures of a record can mean.

    >>> from coder.record import Record
    >>> from coder.text import read
    >>> [one.codes for one in find_proposals(read(Record(text="出院诊断：左胸部带状疱疹")))]
    [('B02.900x001',)]

    Raises:
        UnknownCodeSystemError: there is no such code system.
    """
    systems = {"diagnosis": diagnosis_system, "procedure": procedure_system}
    return proposals_of((mention, _suggested(systems[mention.kind], mention.text)) for mention in _asked_about(reading))


def _asked_about(reading: Reading) -> Iterator[Mention]:
    finals = [section for section in Places.of(reading).sections if section.kind in FINAL_DIAGNOSES]
    for mention in reading.mentions:
        if mention.kind == "procedure" or any(s.start <= mention.start < s.end for s in finals):
            yield mention


@lru_cache(maxsize=16384)
def _suggested(system_name: str, text: str) -> Suggestion:
    return shared_suggester(system_name).suggest([text])[0]


@cache
def shared_suggester(system_name: str) -> Suggester:
    """The suggester of a code system: by name and by meaning, with the conventions of coding.

    Raises:
        UnknownCodeSystemError: there is no such code system.
        ArtefactError: its models are missing or damaged.
    """
    system = load_system(system_name)
    by_name, by_meaning = LexicalSuggester.load(system.name), Normalizer.load(system.name)
    return ConventionSuggester(CombinedSuggester(by_name, by_meaning), system)


@cache
def _finder(system_name: str) -> PhraseFinder:
    return load_phrases(load_system(system_name))
