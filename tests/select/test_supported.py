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
        ("血钾2.8mmol/L。", True),  # so low that front pages name it
        ("血钾3.4mmol/L。", False),  # a little low, not treated
        ("K 3.4，进食后自行恢复3.9，未补钾。", False),  # treatment that was not given
        ("K 3.4补。", True),  # treated right behind the value
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
        ("K 5.4mmol/L。", "E87.500", False),
        ("ALB 24.6g/L，输人血白蛋白10g qd。", "E77.801", True),
        ("Scr 187μmol/L，快速补液，复查71μmol/L。", "N17.900", True),
        ("Scr 139μmol/L，快速补液。", "N17.900", False),  # the condition asks for less than a front page
        ("Na 156mmol/L，予鼻饲温水。", "E87.001", True),
        ("Mg 0.58mmol/L，予硫酸镁静滴。", "E83.401", True),
    ],
)
def test_what_is_measured_and_treated_is_added(course: str, code: str, expected: bool) -> None:
    assert (code in codes(course)) is expected


@pytest.mark.parametrize(
    ("course", "listed", "code", "expected"),
    [
        ("Hb 54g/L，输红细胞6U。", "十二指肠球部溃疡伴出血", "D62.x00", True),
        ("Hb 171→98。", "肾综合征出血热", "D62.x00", True),
        ("Hb 88g/L，尿红细胞86/HP。", "系统性红斑狼疮", "D64.902", False),  # no transfusion
        ("Hb 79g/L，输红细胞2U。", "肺部感染", "D64.902", True),
        ("Hb 72g/L，促红素1万U每周。", "慢性肾脏病5期", "N18.500x001+D63.8*", True),
        ("Hb 92g/L，MCV 69，铁蛋白5。", "室上性心动过速", "D50.900", True),
        ("WBC 2.1，Hb 98，PLT 31，脾肋下5cm。", "乙型肝炎肝硬化", "D73.100", True),
        ("pH 7.22，HCO3- 11.8。", "肾综合征出血热", "E87.201", True),
        ("pH 7.18，PaCO2 71mmHg，Lac 5.4。", "有机磷农药中毒", "E87.201", False),  # retained by breathing
        ("PaO2 52mmHg，PaCO2 34mmHg，经鼻高流量吸氧5天。", "肺炎", "J96.900x002", True),
        ("pH 7.24，PaCO2 92mmHg，PaO2 54mmHg，无创通气。", "慢性阻塞性肺疾病伴急性加重", "J96.900x003", True),
        ("睡眠监测最低SpO2 68%，无创通气。", "睡眠呼吸暂停低通气综合征", "J96.900x002", False),
        ("BP 72/45mmHg，四肢湿冷，去甲肾上腺素维持。", "急性下壁心肌梗死", "R57.000", True),
        ("Cr 138μmol/L（基线82）。", "急性胃肠炎", "N17.900", True),
        ("CK 8960，肌红蛋白>3000。", "中暑", "M62.803", True),
        ("ALT 312，异甘草酸镁护肝。", "支原体肺炎", "K76.900x002", True),
        ("ALT 312，异甘草酸镁护肝。", "胆总管结石", "K76.900x002", False),  # explained by the bile ducts
        ("UA 562μmol/L，予非布司他。", "腰椎间盘突出症", "E79.001", True),
        ("同型半胱氨酸26μmol/L，叶酸、B12口服。", "脑梗死", "E72.101", True),
        ("TSH 38.6，左甲状腺素25μg起。", "肺恶性肿瘤", "E03.900", True),
    ],
)
def test_measurements_that_stand_on_their_own(course: str, listed: str, code: str, expected: bool) -> None:
    text = f"诊疗经过：{course}\n出院诊断：{listed}"
    assert (code in [item.code for item in Coder.load().code(Record(text=text)).diagnoses]) is expected


def test_what_a_listed_diagnosis_says_is_not_added() -> None:
    text = "诊疗经过：ALB 29.6g/L，补充白蛋白。\n出院诊断：1.肾病综合征 2.腹水"
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
    assert {one.condition for one in data.additions if one.condition} | set(data.evidence_of) <= set(conditions())
    assert [one.name for one in data.additions if not system.with_name(one.name)] == []
