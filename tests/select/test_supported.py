"""What the list leaves out: a measurement with its treatment is coded, either alone is not."""

from __future__ import annotations

import pytest

from coder import Coder, Record
from coder.evidence import conditions
from coder.select.supported import supported_data
from coder.terms import load_system


def codes(course: str) -> list[str]:
    text = f"诊疗经过：{course}\n出院诊断：急性阑尾炎"
    return [item.code for item in Coder.load().code(Record(text=text)).diagnoses]


@pytest.mark.parametrize(
    ("course", "expected"),
    [
        ("血钾2.8mmol/L，予氯化钾静滴。", True),  # low and treated
        ("血钾2.8mmol/L。", False),  # low, not treated
        ("血钾4.1mmol/L，予氯化钾静滴。", False),  # normal, supplied
    ],
)
def test_hypokalaemia(course: str, expected: bool) -> None:
    assert ("E87.600" in codes(course)) is expected


@pytest.mark.parametrize(
    ("course", "code", "expected"),
    [
        ("尿培养：大肠埃希菌>10^5cfu/ml，左氧氟沙星口服5天。", "N39.000", True),
        ("白蛋白22g/L。", "E77.801", True),  # grave
        ("白蛋白33g/L。", "E77.801", False),  # low, neither grave nor treated
        ("SpO2 86%，予面罩吸氧。", "J96.900x001", False),  # for a moment, and no support of breathing
    ],
)
def test_what_is_found(course: str, code: str, expected: bool) -> None:
    assert (code in codes(course)) is expected


@pytest.mark.parametrize(
    ("course", "code", "expected"),
    [
        ("K 6.2mmol/L，行CRRT治疗。", "E87.500", True),  # a treatment that only counts here
        ("K 6.2mmol/L。", "E87.500", False),
        ("ALB 24.6g/L，输人血白蛋白10g qd。", "E77.801", True),
        ("Scr 187μmol/L，快速补液，复查71μmol/L。", "N17.900", True),
        ("Scr 139μmol/L，快速补液。", "N17.900", False),  # the condition asks for less than a front page
        ("Na 156mmol/L，予鼻饲温水。", "E87.001", True),
        ("Mg 0.58mmol/L，予硫酸镁静滴。", "E83.401", True),
    ],
)
def test_what_is_measured_and_treated_is_added(course: str, code: str, expected: bool) -> None:
    assert (code in codes(course)) is expected


def test_what_a_listed_diagnosis_says_is_not_added() -> None:
    text = "诊疗经过：ALB 24.6g/L，补充白蛋白。\n出院诊断：1.肝硬化 2.腹水"
    assert "E77.801" not in [item.code for item in Coder.load().code(Record(text=text)).diagnoses]


def test_two_additions_of_one_condition_give_one_code() -> None:
    found = codes("急性肾损伤，Scr 287μmol/L，行CRRT治疗。")
    assert len([code for code in found if code.startswith("N17")]) == 1


def test_a_measurement_is_evidence_of_a_listed_condition() -> None:
    text = "辅助检查：血钾2.8mmol/L。\n出院诊断：1.急性胃肠炎 2.低钾血症"
    coding = Coder.load().code(Record(text=text))
    shown = [one.text for item in coding.diagnoses if item.code == "E87.600" for one in item.evidence]
    assert "低钾血症" in shown
    assert any("2.8" in words for words in shown)


def test_every_condition_and_name_exists() -> None:
    data, system = supported_data(), load_system("icd10-nhsa-2.0")
    assert {one.condition for one in data.additions} | set(data.evidence_of) <= set(conditions())
    assert [one.name for one in data.additions if not system.with_name(one.name)] == []
