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
        ("血钾6.2mmol/L。", "E87.500", True),  # says enough by itself
        ("白蛋白22g/L。", "E77.801", True),  # grave
        ("白蛋白33g/L。", "E77.801", False),  # low, neither grave nor treated
        ("SpO2 86%，予面罩吸氧。", "J96.900x001", False),  # for a moment, and no support of breathing
    ],
)
def test_what_is_found(course: str, code: str, expected: bool) -> None:
    assert (code in codes(course)) is expected


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
