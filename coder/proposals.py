"""What the suggestion stage makes of a record, in the form that rules take: rules themselves suggest no codes.

Two things: what the wording of the text says was done (phrases), and what the diagnoses of the final list and the
procedures of the record can mean (suggestions for their words).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from functools import cache, lru_cache
from typing import Final

from coder.evidence.names import acts, said_of_site
from coder.evidence.sections import FINAL_DIAGNOSES, Places
from coder.rules.model import Performed, Proposal, Selected, Told
from coder.select import ProcedureEntry
from coder.select.procedures import covers
from coder.suggest import CombinedSuggester, LexicalSuggester
from coder.suggest.conventions import ConventionSuggester
from coder.suggest.normalize import Normalizer
from coder.suggest.phrases import PhraseFinder, load_phrases
from coder.suggest.suggestion import Suggester, Suggestion
from coder.suggest.wordings import wordings_of
from coder.terms import load_system
from coder.text import Mention, Reading

_NEAR = 8
"""So many of the codes that were considered count as what the words may mean."""
_LIKELY = 0.1
_SURE_WORDING = 0.85
_SURE_CLAUSE = 0.93
_SHORTEST, _LONGEST = 4, 30
_TELLING: Final = frozenset({"treatment_course", "hospital_course", "operation_note", "operation_name", "body"})
_CLAUSE: Final = re.compile(r"[^,。;:、\n()+]+")
_UNDONE: Final = re.compile(
    r"^是|[吗呢]|未|没|无(?![痛菌抽])|不|要求|拒|暂|拟|待|若|如|再次?评估|是否|能否|\?|过$|曾|史|外院|当地|门诊"
)
_LEAD: Final = re.compile(r"(?:.*(?:麻醉下|麻下|引导下|监视下|定位下))?(?:.{0,8}?(?:遂|急诊|予以|予|行))?")


def performed_of(
    found: Iterable[tuple[Mention, Suggestion | None]], *, coded: Collection[str] = ()
) -> tuple[Performed, ...]:
    """The procedures among what phrases found; words that are still to be looked up are none.

    Args:
        found: mentions with what they stand for.
        coded: procedures of the page; what one of them says already is left out.
    """
    return tuple(
        Performed(codes=codes, start=mention.start, end=mention.end)
        for mention, suggestion in found
        if mention.kind == "procedure" and suggestion is not None and suggestion.settled
        if (
            codes := tuple(
                one.code
                for one in suggestion.concepts
                if one.probability >= _SURE_WORDING and not covers(coded, one.code)
            )
        )
    )


def selected_of(entries: Iterable[ProcedureEntry], *, coded: Collection[str] = ()) -> tuple[Selected, ...]:
    """The procedures of this stay that selection puts on the front page, without what a ``coded`` one says already."""
    return tuple(
        Selected(code=entry.concept.code, places=tuple((span.start, span.end) for span in entry.spans))
        for entry in entries
        if entry.spans and entry.assertion == "present"
        if entry.concept.code in coded or not covers(coded, entry.concept.code)
    )


def told_of(found: Iterable[tuple[Mention, Suggestion | None]]) -> tuple[Told, ...]:
    """The diagnoses among what phrases found; words that are still to be looked up are none."""
    return tuple(
        Told(codes=codes, start=mention.start, end=mention.end)
        for mention, suggestion in found
        if mention.kind == "diagnosis" and suggestion is not None and suggestion.settled
        if (codes := tuple(one.code for one in suggestion.concepts))
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


def find_performed(
    reading: Reading, *, coded: Collection[str] = (), system_name: str = "icd9cm3-nhsa-2.0"
) -> tuple[Performed, ...]:
    """The procedures that the wording of a record stands for, without what the ``coded`` ones say already.

    >>> from coder.record import Record
    >>> from coder.text import read
    >>> [one.codes for one in find_performed(read(Record(text="诊疗经过：置入临时起搏器。")))]
    [('37.7800',)]

    Raises:
        UnknownCodeSystemError: there is no such code system.
    """
    return performed_of(_found(reading, system_name), coded=coded)


def find_diagnoses_told(reading: Reading, *, system_name: str = "icd10-nhsa-2.0") -> tuple[Told, ...]:
    """The diagnoses that the wording of a record tells.

    >>> from coder.record import Record
    >>> from coder.text import read
    >>> [one.codes for one in find_diagnoses_told(read(Record(text="辅助检查：痰培养：肺炎克雷伯菌。")))]
    [('J15.000x002',)]

    Raises:
        UnknownCodeSystemError: there is no such code system.
    """
    return told_of(_found(reading, system_name))


def _found(reading: Reading, system_name: str) -> Iterator[tuple[Mention, Suggestion | None]]:
    placed = replace(reading, sections=Places.of(reading).sections)
    return ((match.mention, match.suggestion) for match in _finder(system_name).find(placed))


def find_told(reading: Reading, *, system_name: str = "icd9cm3-nhsa-2.0") -> tuple[Performed, ...]:
    """The procedures that clauses of the record tell, by what the suggester takes each clause to mean.

    A clause counts when it holds a word of operating and stands where what was done is told; its meaning must be beyond
    doubt, because a clause is no name.

    >>> from coder.record import Record
    >>> from coder.text import read
    >>> told = find_told(read(Record(text="诊疗经过：次日在全麻下切除左半结肠。")))
    >>> [one.codes for one in told]
    [('45.7500',)]

    Raises:
        UnknownCodeSystemError: there is no such code system.
    """
    found = []
    for start, end in _told_clauses(reading):
        clause = reading.normalised.text[start:end]
        suggestion = _suggested(system_name, clause)
        sure = (one for one in suggestion.concepts if one.probability >= _SURE_CLAUSE)
        codes = tuple(one.code for one in sure if said_of_site(clause, one.name) >= 1)
        if codes:
            near = tuple(one.code for one in suggestion.candidates[:_NEAR] if one.probability >= _LIKELY)
            found.append(Performed(codes=codes, start=start, end=end, near=near))
    return tuple(found)


def _told_clauses(reading: Reading) -> Iterator[tuple[int, int]]:
    """The clauses that tell of an operation, without what leads to it (when, under which anaesthesia)."""
    text = reading.normalised.text
    for section in Places.of(reading).sections:
        if section.kind not in _TELLING:
            continue
        for match in _CLAUSE.finditer(text, section.body_start, section.end):
            if not acts().search(match[0]) or _UNDONE.search(match[0]) or text.startswith("?", match.end()):
                continue
            lead = _LEAD.match(match[0])
            start = match.start() + (lead.end() if lead else 0)
            if not _SHORTEST <= match.end() - start <= _LONGEST:
                continue
            said = reading.scopes.assess(start, match.end(), kind="procedure", section=section.kind)
            if said.assertion == "present":
                yield start, match.end()


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
    return proposals_of(
        (mention, _suggested(systems[mention.kind], wording)) for mention, wording in _asked_about(reading)
    )


def _asked_about(reading: Reading) -> Iterator[tuple[Mention, str]]:
    finals = [section for section in Places.of(reading).sections if section.kind in FINAL_DIAGNOSES]
    for mention, wording in zip(reading.mentions, wordings_of(reading.mentions, reading), strict=True):
        if mention.kind == "procedure" or any(s.start <= mention.start < s.end for s in finals):
            yield mention, wording


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
    as_written = LexicalSuggester.load(system.name, rewording=False)
    return ConventionSuggester(CombinedSuggester(by_name, by_meaning), system, beside=as_written)


@cache
def _finder(system_name: str) -> PhraseFinder:
    return load_phrases(load_system(system_name))
