"""Western counterparts: the record's own diagnoses first, proposals where it has none."""

from __future__ import annotations

from coder.coding import Assertion, CodedDiagnosis, DiagnosisRole
from coder.tcm.western import western_candidates, western_matches
from coder.terms import load_system


def diagnosis(code: str, *, role: DiagnosisRole = "other", assertion: Assertion = "present") -> CodedDiagnosis:
    concept = load_system("icd10-nhsa-2.0").concept(code)
    return CodedDiagnosis(
        code=code, name=concept.name, system=concept.system, role=role, probability=0.9, assertion=assertion
    )


def test_proposals_need_a_doctor() -> None:
    matches = western_matches("A04.01.01", ())
    assert [match.code for match in matches] == [item.icd10_code for item in western_candidates("A04.01.01")]
    assert not any(match.confirmed for match in matches)
    assert all("需医师确认" in match.explanation for match in matches)


def test_a_diagnosis_of_the_record_is_the_counterpart() -> None:
    matches = western_matches("A04.01.01", [diagnosis("K29.400"), diagnosis("I20.000", role="principal")])
    assert [(match.code, match.confirmed, match.relationship) for match in matches] == [("I20.000", True, "narrower")]
    assert "编码相同" in matches[0].explanation


def test_a_neighbour_of_a_candidate_counts_less() -> None:
    same, near = (
        western_matches("A06.09", [diagnosis("E11.900")]),
        western_matches("A06.09", [diagnosis("E11.401+G63.2*")]),
    )
    assert same[0].probability > near[0].probability
    assert "同属类目 E11" in near[0].explanation


def test_the_best_match_leads() -> None:
    matches = western_matches("A04.01.01", [diagnosis("I25.200"), diagnosis("I25.103")])
    assert [match.code for match in matches] == ["I25.103", "I25.200"]


def test_what_the_record_denies_is_no_counterpart() -> None:
    assert not any(match.confirmed for match in western_matches("A06.09", [diagnosis("E11.900", assertion="absent")]))


def test_a_bare_heading_has_no_counterpart() -> None:
    assert western_matches("A04", [diagnosis("I10.x05")]) == ()
