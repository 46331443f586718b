"""No TCM code reaches a grouper."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.coding import CodedDiagnosis, DiagnosisRole
from coder.tcm.guard import is_tcm_code, western_only
from coder.tcm.systems import KINDS, insurance, standard
from coder.terms import load_system

TCM = [code for kind in KINDS for system in (standard(kind), insurance(kind)) for code in system.codes]
WESTERN = load_system("icd10-nhsa-2.0").codes


def diagnosis(code: str, role: DiagnosisRole = "other") -> CodedDiagnosis:
    return CodedDiagnosis(code=code, name="", system="", role=role, probability=1.0, assertion="present")


def test_the_code_systems_do_not_meet() -> None:
    assert not any(map(is_tcm_code, WESTERN))
    assert all(map(is_tcm_code, TCM))


@pytest.mark.parametrize("code", ["a04.01.01", "Ａ04．01．01", "bnx020"])
def test_a_code_is_known_however_it_is_written(code: str) -> None:
    assert is_tcm_code(code)


@given(st.lists(st.builds(diagnosis, st.sampled_from(TCM + WESTERN[:4000])), max_size=8), st.integers(0, 7))
def test_no_tcm_code_is_left(diagnoses: list[CodedDiagnosis], place: int) -> None:
    if place < len(diagnoses):
        diagnoses[place] = diagnosis(diagnoses[place].code, "principal")
    left = western_only(diagnoses)
    assert not any(is_tcm_code(item.code) for item in left)
    assert sorted(item.code for item in left) == sorted(item.code for item in diagnoses if not is_tcm_code(item.code))
    assert sum(item.role == "principal" for item in left) <= 1


def test_the_confirmed_counterpart_becomes_principal() -> None:
    left = western_only([diagnosis("A06.09", "principal"), diagnosis("I10.x05"), diagnosis("E11.900")])
    assert [(item.code, item.role) for item in left] == [("E11.900", "principal"), ("I10.x05", "other")]


def test_a_principal_of_the_insurance_edition_is_replaced_too() -> None:
    assert [item.code for item in western_only([diagnosis("BNV060", "principal"), diagnosis("E11.900")])] == ["E11.900"]


def test_a_proposal_never_becomes_principal() -> None:
    left = western_only([diagnosis("A06.09", "principal"), diagnosis("I10.x05")])
    assert [(item.code, item.role) for item in left] == [("I10.x05", "other")]


def test_western_diagnoses_pass_unchanged() -> None:
    diagnoses = (diagnosis("I10.x05", "principal"), diagnosis("E11.900"))
    assert western_only(diagnoses) == diagnoses
