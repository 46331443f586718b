"""From coded mentions to the proposed front page."""

from __future__ import annotations

from collections.abc import Sequence

from coder.select.front_page import DiagnosisEntry, FrontPage, PrincipalChoice, ProcedureEntry
from coder.select.gather import Gathered, gather, support
from coder.select.mentions import CodedMention, deciding_list, of_kind, with_assertion
from coder.select.policy import PolicyName, SelectionPolicy, selection_policy
from coder.terms import CodeSystem


def select_front_page(
    coded: Sequence[CodedMention], *, system: CodeSystem, policy_name: PolicyName = "settlement"
) -> FrontPage:
    """The front page that the mentions support.

    The deciding diagnosis list is the backbone; without one the narrative is. Historical procedures are not this
    stay's procedures.
    """
    policy = selection_policy()
    diagnoses = _diagnoses(of_kind(coded, "diagnosis"), policy)
    procedures = _procedures(of_kind(coded, "procedure"), policy)
    principal = next((code for code in diagnoses if _may_be_principal(code, system)), None)
    ordered = sorted(diagnoses.values(), key=lambda entry: entry.concept.code != principal)
    choice = None
    if principal is not None:
        runner_up = ordered[1].concept if len(ordered) > 1 else None
        choice = PrincipalChoice(
            policy=policy_name,
            reason=f"按{policy.policies[policy_name].title}：出院诊断首位且可作主要诊断",
            runner_up=runner_up,
        )
    return FrontPage(
        diagnoses=tuple(
            DiagnosisEntry(
                concept=entry.concept,
                role="principal" if entry.concept.code == principal else "other",
                assertion=entry.assertion,
                spans=tuple(entry.spans),
                alternatives=entry.alternatives(policy.alternatives),
            )
            for entry in ordered
        ),
        procedures=tuple(
            ProcedureEntry(
                concept=entry.concept,
                role="other" if position else "main",
                assertion=entry.assertion,
                spans=tuple(entry.spans),
                alternatives=entry.alternatives(policy.alternatives),
            )
            for position, entry in enumerate(procedures.values())
        ),
        choice=choice,
    )


def _diagnoses(coded: Sequence[CodedMention], policy: SelectionPolicy) -> dict[str, Gathered]:
    listed = deciding_list(coded, policy.diagnosis_lists)
    if listed:
        if not policy.report_suspected:
            listed = [one for one in listed if one.mention.assertion != "possible"]
        entries = gather(listed, threshold=policy.thresholds.diagnosis)
        if entries:
            support(entries, coded)
            return entries
    return gather(with_assertion(coded, policy.narrative.assertions), threshold=policy.thresholds.narrative)


def _procedures(coded: Sequence[CodedMention], policy: SelectionPolicy) -> dict[str, Gathered]:
    listed = deciding_list(coded, policy.procedure_lists)
    narrative = [
        one
        for one in with_assertion(coded, policy.procedure_narrative.assertions)
        if one.mention.section in policy.procedure_narrative.sections
    ]
    entries = gather(listed, threshold=policy.thresholds.procedure)
    for code, entry in gather(narrative, threshold=policy.thresholds.narrative).items():
        entries.setdefault(code, entry)
    support(entries, coded)
    return entries


def _may_be_principal(code: str, system: CodeSystem) -> bool:
    concept = system.get(code)
    return concept is not None and not concept.is_heading
