"""TCM-001 … TCM-008 end to end: what the coder finds in a record, judged by the rule engine."""

from __future__ import annotations

import pytest

from coder.coding import Finding
from coder.record import Encounter, Record
from coder.rules import Page, RuleEngine, RuleInput, TcmCodes
from coder.rules.model import PageDiagnosis
from coder.tcm import TcmCoder
from coder.text import Reading, read


def tcm_codes(reading: Reading) -> TcmCodes | None:
    coding = TcmCoder.load().code(reading)
    if coding is None:
        return None
    disease, syndrome = coding.disease, coding.syndrome
    return TcmCodes(
        disease=disease.code if disease else None,
        disease_name=disease.name if disease else None,
        syndrome=syndrome.code if syndrome else None,
        syndrome_name=syndrome.name if syndrome else None,
    )


def findings(text: str, *codes: str, **fields: object) -> list[Finding]:
    """The TCM findings on a record whose western codes are given, the first one principal."""
    reading = read(Record(text=text, encounter=Encounter.model_validate(fields)))
    page = Page(
        diagnoses=tuple(
            PageDiagnosis(code=code, place="other" if place else "principal") for place, code in enumerate(codes)
        ),
        tcm=tcm_codes(reading),
    )
    found = RuleEngine.load().run(RuleInput(reading=reading, page=page))
    return [finding for finding in found if finding.kind == "tcm"]


def ids(text: str, *codes: str, **fields: object) -> list[str]:
    return [finding.rule_id for finding in findings(text, *codes, **fields)]


def one(rule: str, text: str, *codes: str) -> Finding:
    (found,) = [item for item in findings(text, *codes) if item.rule_id == rule]
    return found


def test_a_sound_record_has_no_finding() -> None:
    text = "治疗类别：2\n中医诊断：消渴病 气阴两虚证\n西医诊断：2型糖尿病\n中药参芪地黄汤加减"
    assert findings(text, "E11.900") == []


@pytest.mark.parametrize(
    ("rule", "fires", "codes", "silent"),
    [
        (
            "TCM-001",
            "治疗类别：3.西医\n中医诊断：感冒 风寒束表证",
            ("J06.900",),
            "治疗类别：1\n中医诊断：感冒 风寒束表证",
        ),
        ("TCM-001A", "治疗类别：中医\n诊断：急性上呼吸道感染", ("J06.900",), "诊断：急性上呼吸道感染"),
        ("TCM-001A", "治疗类别：中西医\n诊断：腰肌劳损\n予针刺治疗", ("M54.505",), "治疗类别：3\n诊断：腰肌劳损"),
        ("TCM-002", "中医诊断：感冒", ("J06.900",), "中医诊断：感冒 风寒束表证"),
        ("TCM-002", "证型：气虚血瘀证", ("I63.900",), "中医诊断：中风病 气虚血瘀证"),
        ("TCM-003", "中医诊断：感冒 胞宫虚寒证", ("J06.900",), "中医诊断：感冒 风寒束表证"),
        (
            "TCM-004A",
            "中医诊断：感冒（A17.01）风寒束表证\nGB/T 15657-2021",
            ("J06.900",),
            "中医诊断：感冒（A01.01.01）风寒束表证\nGB/T 15657-2021",
        ),
        ("TCM-004A", "中医诊断：混合痔 BWP010 湿热下注证", ("K64.811",), "中医诊断：混合痔 BWG000 湿热下注证"),
        ("TCM-004B", "中医诊断：痹证 寒湿痹阻证", ("M06.900",), "中医诊断：尪痹 寒湿痹阻证"),
        ("TCM-004C", "中医诊断：带下病 湿热下柱证", ("N76.000x001",), "中医诊断：带下病 湿热下注证"),
        ("TCM-007A", "中医诊断：感冒 风寒束表证", ("K35.800x001",), "中医诊断：感冒"),
        ("TCM-008A", "中医诊断：感冒 A01.01.01 风寒束表证", ("J06.900",), "中医诊断：感冒 风寒束表证"),
        ("TCM-008B", "中医诊断：感冒 A01.01.01 风寒束表证 ZBFH20\n医保版中医1.0", ("J06.900",), "中医诊断：感冒"),
    ],
)
def test_rules_fire_and_stay_silent(rule: str, fires: str, codes: tuple[str, ...], silent: str) -> None:
    assert rule in ids(fires, *codes)
    assert rule not in ids(silent, codes[0] if rule.startswith("TCM-004") else "J06.900")


def test_a_tcm_code_as_principal_blocks_and_names_the_counterpart() -> None:
    found = one("TCM-005", "中医诊断：消渴病 气阴两虚证", "A06.09", "E11.900")
    assert (found.severity, found.codes) == ("block", ("A06.09",))
    assert found.suggestion == "改填对应的西医诊断编码：已有 E11.900 2型糖尿病"
    assert "TCM-005" not in ids("中医诊断：消渴病 气阴两虚证", "E11.900")


def test_a_tcm_code_among_the_others_blocks_too_however_it_is_written() -> None:
    assert one("TCM-005", "中医诊断：消渴病 气阴两虚证", "E11.900", "bnv060").codes == ("bnv060",)


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
    found = one("TCM-007", "中医诊断：蛇串疮 肝经郁热证")
    assert found.severity == "block"
    assert "B02.900x001 带状疱疹" in found.suggestion
    assert "需医师确认" in found.suggestion


def test_a_principal_of_another_edition_is_a_western_diagnosis() -> None:
    assert "TCM-007" not in ids("中医诊断：消渴病 气阴两虚证", "E11.900x099")
    assert "TCM-007" in ids("中医诊断：消渴病 气阴两虚证", "A06.09")


def test_findings_quote_the_record() -> None:
    text = "主诉：发热。\n中医诊断：感冒 胞宫虚寒证"
    found = one("TCM-003", text, "J06.900")
    assert {words.text for words in found.evidence} == {"感冒", "胞宫虚寒证"}
    assert all(text[words.start : words.end] == words.text for words in found.evidence)
    assert "感冒不涉及病位：胞宫" in found.message


def test_fields_of_the_encounter_go_before_the_text() -> None:
    text = "治疗类别：1\n中医诊断：感冒 风寒束表证"
    assert "TCM-001" not in ids(text, "J06.900")
    assert "TCM-001" in ids(text, "J06.900", treatment_category="western")
