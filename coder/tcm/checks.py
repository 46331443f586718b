"""Checks TCM-001 … TCM-008: each takes a :class:`~coder.tcm.claim.TcmClaim` and returns findings.

The texts, severities and sources are in ``data/checks.yaml``; a check knows only what to look at.

>>> from coder.tcm.claim import TcmClaim
>>> [finding.message for finding in check_category(TcmClaim(tcm=None, treatment_category="tcm"))]
['治疗类别为“中医”，但病历没有中医诊断，也没有中医治疗']
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from coder.coding import Evidence, Finding, FindingSeverity, TcmConcept
from coder.tcm.claim import TcmClaim, claim_data
from coder.tcm.compatibility import compatibility
from coder.tcm.datafile import load_yaml
from coder.tcm.guard import is_tcm_code
from coder.tcm.rules import statement_rules
from coder.tcm.systems import KINDS, STANDARD, TermKind, insurance, standard
from coder.tcm.western import western_matches
from coder.terms.keys import code_key
from coder.text.datafile import DataModel

_PROPOSALS = 3
_KIND_NAMES: Mapping[TermKind, str] = {"disease": "病名", "syndrome": "证候"}


class CheckText(DataModel):
    """What a check says: one message a situation, and what stands behind it."""

    id: str
    title: str
    severity: FindingSeverity
    confirmed: bool
    source: str
    edition: str
    evidence_wanted: tuple[str, ...]
    suggestion: str
    messages: Mapping[str, str]


class CheckTexts(DataModel):
    """The schema of ``data/checks.yaml``."""

    checks: tuple[CheckText, ...]


@cache
def check_texts() -> Mapping[str, CheckText]:
    """Check id → its texts.

    Raises:
        ArtefactError: the data file is missing or breaks its schema.
    """
    return {text.id: text for text in load_yaml("checks.yaml", CheckTexts).checks}


def check_category(claim: TcmClaim) -> tuple[Finding, ...]:
    """TCM-001: the treatment category agrees with the TCM diagnosis and treatment of the record."""
    category, diagnosed = claim.treatment_category, claim.tcm is not None
    if category == "western":
        return (_finding("TCM-001", "western_with_tcm"),) if diagnosed or claim.tcm_treated else ()
    if category is None or diagnosed:
        return ()
    situation = "tcm_without_diagnosis" if claim.tcm_treated else "tcm_without"
    return (_finding("TCM-001", situation, category=claim_data().category_names[category]),)


def check_complete(claim: TcmClaim) -> tuple[Finding, ...]:
    """TCM-002: main disease and main syndrome are both there and in the 2021 standard."""
    if claim.tcm is None:
        return ()
    disease, syndrome = claim.tcm.disease, claim.tcm.syndrome
    found = [
        _finding("TCM-002", "other_edition", concept=concept, name=concept.name)
        for kind, concept in (("disease", disease), ("syndrome", syndrome))
        if concept is not None and concept.system != STANDARD[kind]  # type: ignore[index]
    ]
    if disease is None and syndrome is not None:
        found.append(_finding("TCM-002", "no_disease", concept=syndrome, syndrome=syndrome.name))
    if syndrome is None and disease is not None:
        found.append(_finding("TCM-002", "no_syndrome", concept=disease, disease=disease.name))
    return tuple(found)


def check_compatible(claim: TcmClaim) -> tuple[Finding, ...]:
    """TCM-003: the syndrome is one that the disease admits."""
    if claim.tcm is None or claim.tcm.disease is None or claim.tcm.syndrome is None:
        return ()
    disease, syndrome = claim.tcm.disease, claim.tcm.syndrome
    verdict = compatibility(disease.code, syndrome.name)
    if verdict.compatible:
        return ()
    return (
        _finding(
            "TCM-003",
            "incompatible",
            concept=disease,
            more=syndrome,
            syndrome=syndrome.name,
            disease=disease.name,
            reason=verdict.reason,
        ),
    )


def check_codes(claim: TcmClaim) -> tuple[Finding, ...]:
    """TCM-004: codes written in the record are those of the names; classes and doubtful readings are for a coder."""
    found: list[Finding] = []
    concepts = _concepts(claim)
    for stated in claim.stated_codes:
        kind = _kind_of(stated)
        if kind is None:
            found.append(_finding("TCM-004", "unknown_code", codes=(stated,), stated=stated))
        elif kind in concepts and not _means(stated, concepts[kind]):
            found.append(_other_code(stated, kind, concepts[kind]))
    for kind, concept in concepts.items():
        found += _doubts(concept, kind)
    return tuple(found)


def check_grouping(claim: TcmClaim) -> tuple[Finding, ...]:
    """TCM-005: no TCM code stands among the western diagnoses, least of all as principal."""
    found: list[Finding] = []
    for item in claim.diagnoses:
        if is_tcm_code(item.code):
            western = [other for other in claim.diagnoses if not is_tcm_code(other.code)]
            match = next((match for match in western_matches(item.code, western) if match.confirmed), None)
            found.append(
                _finding(
                    "TCM-005",
                    "principal" if item.role == "principal" else "other",
                    codes=(item.code,),
                    evidence=item.evidence,
                    code=item.code,
                    counterpart=f"（{match.code} {match.name}）" if match else "",
                )
            )
    return tuple(found)


def check_prepared_medicine(claim: TcmClaim) -> tuple[Finding, ...]:
    """TCM-006: the flag for the hospital's own TCM preparations agrees with their charge."""
    flag, charge = claim.prepared_medicine, claim.prepared_medicine_charge
    if flag is None or charge is None or flag == (charge > 0):
        return ()
    if flag:
        return (_finding("TCM-006", "flagged_not_charged"),)
    return (_finding("TCM-006", "charged_not_flagged", charge=f"{charge:g}"),)


def check_counterpart(claim: TcmClaim) -> tuple[Finding, ...]:
    """TCM-007: the TCM disease has its western counterpart among the diagnoses."""
    if claim.tcm is None or claim.tcm.disease is None:
        return ()
    disease = claim.tcm.disease
    western = [item for item in claim.diagnoses if not is_tcm_code(item.code)]
    matches = western_matches(disease.code, western)
    if any(match.confirmed for match in matches):
        return ()
    if not matches:
        return () if western else (_finding("TCM-007", "unmappable", concept=disease, disease=disease.name),)
    proposals = "、".join(f"{match.code} {match.name}" for match in matches[:_PROPOSALS])
    situation = "unrelated" if western else "none"
    return (_finding("TCM-007", situation, concept=disease, disease=disease.name, proposals=proposals),)


def check_edition(claim: TcmClaim) -> tuple[Finding, ...]:
    """TCM-008: a record that writes TCM codes says of which edition, and of one edition only."""
    stated = "、".join(claim.stated_codes)
    editions = {edition for code in claim.stated_codes if (edition := _edition_of(code))}
    if len(editions) > 1:
        return (_finding("TCM-008", "mixed", codes=claim.stated_codes, stated=stated),)
    if editions and claim.edition is None:
        return (_finding("TCM-008", "unstated", codes=claim.stated_codes, stated=stated),)
    return ()


CHECKS: Mapping[str, Callable[[TcmClaim], tuple[Finding, ...]]] = {
    "TCM-001": check_category,
    "TCM-002": check_complete,
    "TCM-003": check_compatible,
    "TCM-004": check_codes,
    "TCM-005": check_grouping,
    "TCM-006": check_prepared_medicine,
    "TCM-007": check_counterpart,
    "TCM-008": check_edition,
}
"""The checks by their ids, for a rule engine to bind."""


def check_all(claim: TcmClaim) -> tuple[Finding, ...]:
    """All findings on a claim, in the order of the ids."""
    return tuple(finding for check in CHECKS.values() for finding in check(claim))


def _concepts(claim: TcmClaim) -> dict[TermKind, TcmConcept]:
    if claim.tcm is None:
        return {}
    both: tuple[tuple[TermKind, TcmConcept | None], ...] = (
        ("disease", claim.tcm.disease),
        ("syndrome", claim.tcm.syndrome),
    )
    return {kind: concept for kind, concept in both if concept is not None}


def _kind_of(code: str) -> TermKind | None:
    key = code_key(code)
    return next((kind for kind in KINDS if key in standard(kind) or key in insurance(kind)), None)


def _edition_of(code: str) -> str | None:
    key = code_key(code)
    return next((system.name for kind in KINDS for system in (standard(kind), insurance(kind)) if key in system), None)


def _means(stated: str, concept: TcmConcept) -> bool:
    return code_key(stated) in (concept.code, concept.nhsa_code)


def _other_code(stated: str, kind: TermKind, concept: TcmConcept) -> Finding:
    own = f"（医保 {concept.nhsa_code}）" if concept.nhsa_code and concept.nhsa_code != concept.code else ""
    return _finding(
        "TCM-004",
        "other_code",
        concept=concept,
        stated=stated,
        kind=_KIND_NAMES[kind],
        name=concept.name,
        code=concept.code,
        insurance=own,
    )


def _doubts(concept: TcmConcept, kind: TermKind) -> list[Finding]:
    entry = (standard(kind) if concept.system == STANDARD[kind] else insurance(kind)).concept(concept.code)
    if entry.is_heading:
        return [_finding("TCM-004", "class_only", concept=concept, name=concept.name, code=concept.code)]
    ways = statement_rules().probabilities
    if concept.probability <= ways["sound"] and concept.evidence:
        how = "近音或形近" if concept.probability > ways["similar"] else "最相近的名称"
        return [
            _finding(
                "TCM-004",
                "doubtful",
                concept=concept,
                words=concept.evidence[0].text,
                how=how,
                name=concept.name,
                code=concept.code,
                probability=f"{concept.probability:.2f}",
            )
        ]
    return []


def _finding(
    rule_id: str,
    situation: str,
    *,
    concept: TcmConcept | None = None,
    more: TcmConcept | None = None,
    codes: tuple[str, ...] = (),
    evidence: tuple[Evidence, ...] = (),
    **values: str,
) -> Finding:
    text = check_texts()[rule_id]
    given = tuple(item for item in (concept, more) if item is not None)
    return Finding(
        rule_id=rule_id,
        kind="tcm",
        severity=text.severity,
        message=text.messages[situation].format_map(values),
        codes=codes or tuple(item.code for item in given),
        evidence=evidence or tuple(words for item in given for words in item.evidence),
        evidence_wanted=text.evidence_wanted,
        source=f"{text.source}；{text.edition}",
        suggestion=text.suggestion.format_map({"counterpart": "", **values}),
    )
