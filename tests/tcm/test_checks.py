"""TCM-001 … TCM-008: each has a record that fires it and one that does not."""

from __future__ import annotations

import pytest

from coder.coding import CodedDiagnosis, DiagnosisRole, Finding
from coder.record import Encounter, Record
from coder.tcm import TcmCoder
from coder.tcm.checks import CHECKS, check_all, check_texts
from coder.tcm.claim import claim_of
from coder.terms import load_system
from coder.text import read


def diagnosis(code: str, role: DiagnosisRole = "principal") -> CodedDiagnosis:
    concept = load_system("icd10-nhsa-2.0").get(code)
    return CodedDiagnosis(
        code=code,
        name=concept.name if concept else "",
        system="icd10-nhsa-2.0",
        role=role,
        probability=1.0,
        assertion="present",
    )


def findings(text: str, *codes: str, **fields: object) -> list[Finding]:
    reading = read(Record(text=text, encounter=Encounter.model_validate(fields)))
    diagnoses = [diagnosis(code, "other" if index else "principal") for index, code in enumerate(codes)]
    tcm = TcmCoder.load().code(reading, western=diagnoses)
    return list(check_all(claim_of(reading, tcm=tcm, diagnoses=diagnoses)))


def ids(text: str, *codes: str, **fields: object) -> list[str]:
    return [finding.rule_id for finding in findings(text, *codes, **fields)]


def test_a_sound_record_has_no_finding() -> None:
    text = "治疗类别：2\n中医诊断：消渴病 气阴两虚证\n西医诊断：2型糖尿病\n中药参芪地黄汤加减"
    assert findings(text, "E11.900") == []


def test_every_check_has_its_texts() -> None:
    assert list(CHECKS) == list(check_texts()) == [f"TCM-{number:03}" for number in range(1, 9)]
    assert all(text.severity == "hint" for text in check_texts().values() if not text.confirmed)


@pytest.mark.parametrize(
    ("rule", "fires", "codes", "silent"),
    [
        (
            "TCM-001",
            "治疗类别：3.西医\n中医诊断：感冒 风寒束表证",
            ("J06.900",),
            "治疗类别：1\n中医诊断：感冒 风寒束表证",
        ),
        ("TCM-001", "治疗类别：中医\n诊断：急性上呼吸道感染", ("J06.900",), "诊断：急性上呼吸道感染"),
        ("TCM-001", "治疗类别：中西医\n诊断：腰肌劳损\n予针刺治疗", ("M54.500x001",), "治疗类别：3\n诊断：腰肌劳损"),
        ("TCM-002", "中医诊断：感冒", ("J06.900",), "中医诊断：感冒 风寒束表证"),
        ("TCM-002", "证型：气虚血瘀证", ("I63.900",), "中医诊断：中风病 气虚血瘀证"),
        ("TCM-002", "中医诊断：喘脱 阴阳离决证", ("I63.900",), "中医诊断：中风病 气虚血瘀证"),
        ("TCM-003", "中医诊断：感冒 胞宫虚寒证", ("J06.900",), "中医诊断：感冒 风寒束表证"),
        (
            "TCM-004",
            "中医诊断：感冒（A17.01）风寒束表证\nGB/T 15657-2021",
            ("J06.900",),
            "中医诊断：感冒（A01.01.01）风寒束表证\nGB/T 15657-2021",
        ),
        ("TCM-004", "中医诊断：痹证 寒湿痹阻证", ("M06.900",), "中医诊断：尪痹 寒湿痹阻证"),
        ("TCM-004", "中医诊断：感冒 风寒束表正", ("J06.900",), "中医诊断：感冒 风寒束表"),
        ("TCM-007", "中医诊断：感冒 风寒束表证", ("K35.900",), "中医诊断：感冒"),
        ("TCM-008", "中医诊断：感冒 A01.01.01 风寒束表证", ("J06.900",), "中医诊断：感冒 风寒束表证"),
        ("TCM-008", "中医诊断：感冒 A01.01.01 风寒束表证 ZBFH20\n医保版中医1.0", ("J06.900",), "中医诊断：感冒"),
    ],
)
def test_checks_fire_and_stay_silent(rule: str, fires: str, codes: tuple[str, ...], silent: str) -> None:
    assert rule in ids(fires, *codes)
    assert rule not in ids(silent, "J06.900")


def test_a_tcm_code_as_principal_blocks_and_names_the_counterpart() -> None:
    found = [item for item in findings("中医诊断：消渴病 气阴两虚证", "A06.09", "E11.900") if item.rule_id == "TCM-005"]
    assert [(item.severity, item.codes) for item in found] == [("block", ("A06.09",))]
    assert "E11.900 2型糖尿病" in found[0].suggestion
    assert "TCM-005" not in ids("中医诊断：消渴病 气阴两虚证", "E11.900")


def test_a_tcm_code_among_the_others_blocks_too() -> None:
    found = [item for item in findings("中医诊断：消渴病 气阴两虚证", "E11.900", "BNV060") if item.rule_id == "TCM-005"]
    assert "西医诊断栏含中医编码 BNV060" in found[0].message


@pytest.mark.parametrize(
    ("flag", "charge", "fires"),
    [("1", "0", True), ("2", "35.5", True), ("1", "35.5", False), ("2", "0", False)],
)
def test_the_flag_for_preparations_agrees_with_the_charge(flag: str, charge: str, fires: bool) -> None:
    text = f"中医诊断：感冒 风寒束表证\n使用医疗机构中药制剂：{flag}\n医疗机构中药制剂费：{charge}"
    assert ("TCM-006" in ids(text, "J06.900")) is fires
    fields = {"prepared_medicine": flag, "prepared_medicine_charge": charge}
    assert ("TCM-006" in ids("中医诊断：感冒 风寒束表证", "J06.900", **fields)) is fires


def test_the_counterpart_is_proposed_where_the_record_has_none() -> None:
    (found,) = [item for item in findings("中医诊断：蛇串疮 肝经郁热证") if item.rule_id == "TCM-007"]
    assert "B02.900x001 带状疱疹" in found.message
    assert "需医师确认" in found.message


def test_findings_quote_the_record() -> None:
    text = "主诉：发热。\n中医诊断：感冒 胞宫虚寒证"
    (found,) = [item for item in findings(text, "J06.900") if item.rule_id == "TCM-003"]
    assert [words.text for words in found.evidence] == ["感冒", "胞宫虚寒证"]
    assert all(text[words.start : words.end] == words.text for words in found.evidence)
    assert found.source


def test_fields_of_the_encounter_go_before_the_text() -> None:
    text = "治疗类别：1\n中医诊断：感冒 风寒束表证"
    assert "TCM-001" not in ids(text, "J06.900")
    assert "TCM-001" in ids(text, "J06.900", treatment_category="western")
