"""What the suggestion stage makes of a record, in the form that rules take: rules themselves suggest no codes.

Two things: what the wording of the text says was done (phrases), and what the diagnoses of the final list and the
procedures of the record can mean (suggestions for their words).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache, partial

from coder.evidence.sections import Places, deciding_lists
from coder.rules.model import Leading, Performed, Proposal, RuleInput, Selected, Told
from coder.select import DiagnosisEntry, FrontPage, ProcedureEntry
from coder.select.codes import category
from coder.select.principal import in_order
from coder.select.procedures import covers
from coder.suggest import CombinedSuggester, LexicalSuggester
from coder.suggest.conventions import ConventionSuggester
from coder.suggest.coordinated import CoordinatedSuggester
from coder.suggest.normalize import Normalizer
from coder.suggest.suggestion import Suggester, Suggestion
from coder.terms import load_system
from coder.text import Mention, Reading

_NEAR = 8
"""So many of the codes that were considered count as what the words may mean."""
_LIKELY = 0.1
_SURE_WORDING = 0.85


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
        _selected(entry)
        for entry in entries
        if entry.spans and entry.assertion == "present"
        if entry.concept.code in coded or not covers(coded, entry.concept.code)
    )


def diagnosed_of(entries: Iterable[DiagnosisEntry]) -> tuple[Selected, ...]:
    """The diagnoses that selection puts on the front page, with their places."""
    return tuple(_selected(entry) for entry in entries if entry.spans)


def leading_of(own: FrontPage, given: RuleInput) -> Leading | None:
    """The principal diagnosis of the page that selection makes, and why it stands before that of the given page.

    The reason is that by which selection would put it first of the codes of the given page, in the order given there.
    """
    first = next((entry for entry in own.diagnoses if entry.role == "principal"), None)
    principal = given.page.principal
    if first is None or principal is None:
        return None
    procedures = load_system(given.procedure_system)
    choose = partial(
        in_order,
        procedure_names=[known.name for item in given.page.procedures if (known := procedures.get(item.code))],
        system=load_system(given.diagnosis_system),
        policy=given.policy,
        text=given.reading.normalised.text,
    )
    selected = _selected(first)
    between, _ = choose([selected.code, principal.code])
    if between[:1] == [principal.code] != [selected.code]:
        # Had selection read the principal diagnosis of the page, it would put it first as well.
        return Leading(code=principal.code, places=())
    order, reasons = choose([principal.code, *(item.code for item in given.page.diagnoses if item.place == "other")])
    says_why = bool(order) and order[0] != principal.code and category(order[0]) == category(selected.code)
    return Leading(code=selected.code, places=selected.places, reason="；".join(reasons) if says_why else "")


def _selected(entry: DiagnosisEntry | ProcedureEntry) -> Selected:
    places = tuple((span.start, span.end) for span in entry.spans)
    return Selected(code=entry.concept.code, places=places, probability=entry.concept.probability)


def told_of(found: Iterable[tuple[Mention, Suggestion | None]]) -> tuple[Told, ...]:
    """The diagnoses among what phrases found; words that are still to be looked up are none."""
    return tuple(
        Told(codes=codes, start=mention.start, end=mention.end)
        for mention, suggestion in found
        if mention.kind == "diagnosis" and suggestion is not None and suggestion.settled
        if (codes := tuple(one.code for one in suggestion.concepts))
    )


def proposals_of(coded: Iterable[tuple[Mention, Suggestion]], reading: Reading) -> tuple[Proposal, ...]:
    """What the final diagnoses and the procedures of a record can mean: the codes taken to be meant and those near."""
    sections = Places.of(reading).sections
    lists = deciding_lists(one.kind for one in sections)
    finals = [one for one in sections if one.kind in lists]
    return tuple(
        _proposal(mention, suggestion)
        for mention, suggestion in coded
        if suggestion.candidates
        if mention.kind == "procedure" or any(one.start <= mention.start < one.end for one in finals)
    )


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
    conventional = ConventionSuggester(CombinedSuggester(by_name, by_meaning), system, beside=as_written)
    return CoordinatedSuggester(conventional) if system.kind == "diagnosis" else conventional
