import pytest

from coder.rules.facts import Facts
from coder.rules.statements import statements_of, told_by
from tests.rules.conftest import fired, given


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("admitted_at", "入院日期：2025-03-02 10:20", "2025-03-02"),
        ("admitted_at", "2023年6月5日急诊入院", "2023-06-05"),
        ("admitted_at", "出院日期 2024年11月12日  住院9天", None),
        ("admitted_at", "入院时间：2025-13-40", None),
        ("discharged_at", "出院2024/5/22", "2024-05-22"),
        ("los_days", "男，56岁，住院16天。", 16.0),
        ("los_days", "曾在外院住院5天。", None),
        ("surgery_date", "手术日期2024.05.22", "2024-05-22"),
        ("newborn_birth_weight_g", "娩出一女活婴，3020g", 3020.0),
        ("newborn_birth_weight_g", "出生体重1.48kg", 1480.0),
        ("newborn_birth_weight_g", "B超估计胎儿3600g", None),
        ("coma_minutes_before", "当时昏迷约10分钟", 10.0),
        ("coma_minutes_before", "昏迷1.5小时", 90.0),
        ("ventilator_hours", "气管插管，机械通气共58小时。", 58.0),
        ("admission_times", "第3次入院", 3.0),
    ],
)
def test_what_the_text_tells_of_a_field(field: str, text: str, value: str | float | None) -> None:
    assert told_by(Facts(given(text=text)), field) == value


def test_what_is_told_twice_and_differently_is_not_known() -> None:
    facts = Facts(given(text="男婴1980g，女婴2150g。"))
    assert len(statements_of(facts, "newborn_birth_weight_g")) == 2
    assert told_by(facts, "newborn_birth_weight_g") is None


def test_what_is_known_of_the_patient_needs_no_text() -> None:
    facts = Facts(given(sex="female", age_years=30, birth_weight_g=3200))
    assert [one.allows("2.女") for one in statements_of(facts, "sex")] == [True]
    assert told_by(facts, "age_years") == 30.0
    assert told_by(facts, "newborn_birth_weight_g") == 3200.0
    assert statements_of(facts, "los_days") == ()


@pytest.mark.parametrize(
    ("field", "text", "sent", "contradicts"),
    [
        ("incision_healing", "切口Ⅱ类甲级愈合。", "Ⅱ/甲", False),
        ("incision_healing", "切口Ⅱ类甲级愈合。", "Ⅰ/甲", True),
        ("blood_type", "血型AB，Rh(+)。", "AB型", False),
        ("blood_type", "血型AB，Rh(+)。", "A", True),
        ("discharge_way", "家属签字出院。", "4.非医嘱离院", False),
        ("discharge_way", "家属签字出院。", 1, True),
        ("discharge_way", "一般情况可。", 1, False),
        ("allergy_drug", "青霉素过敏。", "青霉素类", False),
        ("allergy_drug", "否认青霉素过敏。", "头孢", False),
        ("los_days", "住院16天。", "很多天", False),
        ("los_days", "住院16天。", "", None),
    ],
)
def test_a_field_against_the_record(field: str, text: str, sent: object, contradicts: bool | None) -> None:
    assert fired({"contradicts_record": {"name": field}}, text=text, form={field: sent}) is contradicts


def test_what_is_told_in_parts_may_be_sent_as_one() -> None:
    when = {"contradicts_record": {"name": "ventilator_hours", "share": 0.1}}
    text = "第一次机械通气共40小时，再次插管，机械通气共60小时。"
    assert fired(when, text=text, form={"ventilator_hours": 100}) is False
    assert fired(when, text=text, form={"ventilator_hours": 300}) is True
