"""Formats of other groupers and of the payer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.coding import CodedDiagnosis, CodedProcedure, Coding, Grouping, TcmCoding, TcmConcept
from coder.errors import InputError
from coder.group import Case
from coder.group.external import (
    case_of_coding,
    from_grouper_line,
    from_settlement_list,
    to_grouper_line,
    to_settlement_list,
)
from coder.record import Encounter, Patient

TEXT = st.text("ABCxz0123456789.+*", max_size=8)
CODE = TEXT.filter(bool)


def coding() -> Coding:
    common = {"system": "icd10-nhsa-2.0", "probability": 1.0, "assertion": "present"}
    return Coding.model_validate(
        {
            "diagnoses": (
                CodedDiagnosis(code="J18.900", name="肺炎", role="other", **common),
                CodedDiagnosis(code="I10.x05", name="高血压3级", role="principal", **common),
                CodedDiagnosis(code="W19.x00", name="跌倒", role="external_cause", **common),
            ),
            "procedures": (
                CodedProcedure(code="38.9300", name="静脉导管插入术", role="other", **common),
                CodedProcedure(code="47.0100", name="腹腔镜下阑尾切除术", role="main", **common),
            ),
            "tcm": TcmCoding(
                disease=TcmConcept(code="A01", name="咳嗽", system="t", nhsa_code="BNF010", probability=1.0)
            ),
            "grouping": Grouping(scheme="s", status="分组成功"),
            "versions": {},
            "timings_ms": {},
        }
    )


@given(
    st.builds(
        Case,
        principal=CODE,
        others=st.lists(CODE, max_size=3).map(tuple),
        procedures=st.lists(CODE, max_size=3).map(tuple),
        sex=st.sampled_from(["male", "female", None]),
        age_years=st.none() | st.integers(0, 120),
        age_days=st.none() | st.integers(0, 364),
        birth_weight_g=st.none() | st.integers(300, 6000),
        los=st.none() | st.integers(0, 400),
        leaving_way=st.sampled_from([None, "1", "5"]),
        department=st.none() | CODE,
        index=st.none() | CODE,
    )
)
def test_grouper_line_round_trip(case: Case) -> None:
    assert from_grouper_line(to_grouper_line(case)) == case


@pytest.mark.parametrize(
    ("line", "message"),
    [("1,2,3", "应有 10 个字段"), ("1,3,5,,,,,,I10,", "gender"), ("1,1,x,,,,,,I10,", "age")],
)
def test_bad_grouper_line_names_the_field(line: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        from_grouper_line(line)


def test_comma_in_a_field_cannot_be_written() -> None:
    with pytest.raises(InputError, match="dept"):
        to_grouper_line(Case(department="a,b"))


def test_settlement_list_of_a_coding_reads_back_as_its_case() -> None:
    patient, stay = Patient(sex="male", age_years=60), Encounter(los_days=9, discharge_way="1")
    blocks = to_settlement_list(coding(), patient=patient, encounter=stay)
    assert [item["diag_type"] for item in blocks["diseinfo"]] == ["1", "1", "2"]
    assert blocks["diseinfo"][2]["diag_code"] == "BNF010"
    case = from_settlement_list(blocks)
    assert case == case_of_coding(coding(), patient=patient, encounter=stay)
    assert case.procedures == ("47.0100", "38.9300")


def test_two_principals_are_refused() -> None:
    entry = {"diag_code": "I10", "maindiag_flag": "1"}
    with pytest.raises(InputError, match="2 个主要诊断"):
        from_settlement_list({"diseinfo": [entry, entry]})


@pytest.mark.parametrize("data", [None, [], {"diseinfo": [{}]}, {"age": "x"}])
def test_what_is_no_settlement_list_is_refused(data: object) -> None:
    with pytest.raises(InputError, match="结算清单格式不符"):
        from_settlement_list(data)
