"""From coded mentions to the proposed front page."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from coder.coding import DiagnosisRole
from coder.evidence import RecordEvidence
from coder.select.calibration import EntryKind, calibrated, standing_of
from coder.select.codes import category, is_plain_of, matches, subcategory
from coder.select.context import in_context
from coder.select.front_page import DiagnosisEntry, FrontPage, PrincipalChoice, ProcedureEntry
from coder.select.gather import Gathered, gather, support
from coder.select.guards import guarded
from coder.select.main_procedure import in_order
from coder.select.mentions import (
    CodedMention,
    listed_diagnoses,
    of_kind,
    with_assertion,
    without_nested,
)
from coder.select.policy import PolicyName, SelectionPolicy, selection_policy
from coder.select.principal import choose_principal
from coder.select.procedures import select_procedures
from coder.select.ruled_out import not_given_up, not_outweighed, not_ruled_out
from coder.select.supported import add_measurements, add_supported
from coder.suggest.suggestion import ScoredConcept
from coder.terms import CodeSystem
from coder.text import Reading
from coder.text.assertion import hypothetical_cues


def select_front_page(
    coded: Sequence[CodedMention],
    phrases: Sequence[CodedMention],
    *,
    evidence: RecordEvidence,
    system: CodeSystem,
    policy_name: PolicyName = "settlement",
) -> FrontPage:
    """The front page that the mentions support.

    Args:
        coded: mentions of lists and narrative, in text order.
        phrases: wording that stands for concepts which lists seldom name; they add to the list.
        evidence: the record read for evidence.
        system: the code system of the diagnoses.
        policy_name: the principle by which the principal diagnosis is chosen.
    """
    policy, reading = selection_policy(), evidence.reading
    coded, phrases = (_possible(mentions, reading, policy) for mentions in (coded, phrases))
    diagnoses = _diagnoses(
        of_kind(coded, "diagnosis"), of_kind(phrases, "diagnosis"), policy=policy, system=system, evidence=evidence
    )
    procedures = select_procedures(
        of_kind(coded, "procedure"),
        of_kind(phrases, "procedure"),
        policy,
        text=evidence.text,
        past=not listed_diagnoses(of_kind(coded, "diagnosis"), policy, reading),
    )
    choice = choose_principal(
        list(diagnoses.values()),
        procedure_names=[entry.concept.name for entry in procedures.values()],
        system=system,
        policy=policy_name,
        text=evidence.text,
    )
    principal = None if choice is None else choice.code
    principal_concept = None if principal is None else diagnoses[principal].concept
    ordered = sorted(diagnoses.values(), key=lambda entry: entry.concept.code != principal)
    doubtful = [
        code
        for code, entry in procedures.items()
        if _calibrated(entry, "procedure", reading).probability < policy.thresholds.doubtful
    ]
    reason = None
    if choice is not None:
        runner_up = None if choice.runner_up is None else _calibrated(diagnoses[choice.runner_up], "diagnosis", reading)
        reason = PrincipalChoice(policy=policy_name, reason=choice.reason, runner_up=runner_up)
    return FrontPage(
        diagnoses=tuple(
            DiagnosisEntry(
                concept=_calibrated(entry, "diagnosis", reading),
                role=_role(entry.concept.code, principal, policy),
                assertion=entry.assertion,
                spans=tuple(entry.spans),
                alternatives=entry.alternatives(policy.alternatives),
            )
            for entry in ordered
        ),
        procedures=tuple(
            ProcedureEntry(
                concept=_calibrated(entry, "procedure", reading),
                role="other" if position else "main",
                assertion=entry.assertion,
                spans=tuple(entry.spans),
                alternatives=entry.alternatives(policy.alternatives),
            )
            for position, entry in enumerate(in_order([*procedures.values()], principal_concept, doubtful=doubtful))
        ),
        choice=reason,
    )


def _calibrated(entry: Gathered, kind: EntryKind, reading: Reading) -> ScoredConcept:
    sections = (reading.section_at(span.start) for span in entry.spans)
    return calibrated(entry.concept, kind, standing_of([section.kind if section else "" for section in sections]))


def _possible(coded: Sequence[CodedMention], reading: Reading, policy: SelectionPolicy) -> list[CodedMention]:
    """The mentions without the concepts that their words, or the patient, do not allow."""
    limits = {kind: policy.patients.get(kind, ()) for kind in ("diagnosis", "procedure")}
    guard = partial(
        guarded,
        record=reading.normalised.text,
        patient=reading.patient,
        replacement=policy.thresholds.replacement,
    )
    return [guard(one, limits=limits[one.mention.kind]) for one in coded]


def _role(code: str, principal: str | None, policy: SelectionPolicy) -> DiagnosisRole:
    if code == principal:
        return "principal"
    return "external_cause" if matches(code, policy.external_cause) else "other"


def _diagnoses(
    coded: Sequence[CodedMention],
    phrases: Sequence[CodedMention],
    *,
    policy: SelectionPolicy,
    system: CodeSystem,
    evidence: RecordEvidence,
) -> dict[str, Gathered]:
    listed = not_ruled_out(
        listed_diagnoses(coded, policy, evidence.reading),
        coded,
        evidence.reading,
        of_history=policy.denials_of_history,
    )
    listed = not_outweighed(listed, by_cues=policy.doubts_outweighed)
    if not policy.report_suspected:
        listed = [one for one in listed if one.mention.assertion != "possible"]
    entries = gather(listed, threshold=policy.thresholds.diagnosis)
    if not entries:
        narrative = without_nested(with_assertion(coded, policy.narrative.assertions))
        narrative = [one for one in narrative if one.mention.cue not in hypothetical_cues()]
        narrative = not_given_up(
            not_ruled_out(narrative, coded, evidence.reading, of_history=policy.denials_of_history), coded
        )
        narrative = [one for one in narrative if not evidence.doubted(one.mention)]
        told = [one for one in narrative if one.mention.section not in policy.narrative.not_sections]
        found = gather(told or narrative, threshold=policy.thresholds.narrative)
        found = {c: e for c, e in found.items() if not matches(c, policy.narrative.symptoms)} or found
        # Where no list ranks them, what the record comes back to stands before what it says once.
        entries = dict(sorted(found.items(), key=lambda item: -len(item[1].spans)))
    fixed = gather([one for one in phrases if one.suggestion.settled], threshold=policy.thresholds.diagnosis)
    _admit(fixed, entries, policy)
    stated = gather(
        [one for one in phrases if not one.suggestion.settled], threshold=policy.thresholds.narrative_diagnosis
    )
    _state({code: entry for code, entry in stated.items() if matches(code, policy.stated_first)}, entries, policy)
    # What a phrase says goes before what was measured; and there are phrases that need what was measured.
    add_supported(entries, evidence, patient=evidence.reading.patient, system=system)
    _admit(fixed, entries, policy)
    _state(stated, entries, policy)
    support(entries, coded)
    add_measurements(entries, evidence)
    patient = evidence.reading.patient
    return in_context(entries, system, text=evidence.text, reading=evidence.reading, patient=patient)


def _state(stated: dict[str, Gathered], entries: dict[str, Gathered], policy: SelectionPolicy) -> None:
    """Add what the course names, one of a category, and of some categories one of a subcategory."""
    for code, entry in stated.items():
        level = subcategory if matches(code, policy.stated_apart) else category
        if not matches(code, policy.stated_never) and all(level(code) != level(other) for other in entries):
            entries[code] = entry


def _admit(found: dict[str, Gathered], entries: dict[str, Gathered], policy: SelectionPolicy) -> None:
    """Add what the policy admits; what is added may be what an earlier one needs, so those are asked once more."""
    for _ in range(2):
        for code, entry in found.items():
            if code not in entries and _admitted(code, entries, policy):
                entries[code] = entry


def _admitted(code: str, entries: dict[str, Gathered], policy: SelectionPolicy) -> bool:
    """Whether what a phrase tells says something beside the entries.

    External causes need an injury, the outcome of a delivery an obstetric entry (``policy.companions``); and the plain
    code of a subcategory says nothing beside a more specific one.
    """
    if matches(code, policy.once_in_category) and any(category(code) == category(other) for other in entries):
        return False
    if any(is_plain_of(code, other) for other in entries):
        return False
    rule = policy.companion_of(code)
    if rule is None:
        return True
    needed = not rule.needs or any(matches(other, rule.needs) for other in entries)
    return needed and not any(matches(other, rule.unless) for other in entries)
