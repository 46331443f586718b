from datetime import date, datetime
from pathlib import Path

import pytest

from coder.errors import ArtefactError, InputError
from coder.record import Encounter, Record
from coder.rules import Page, PageDiagnosis, RuleEngine, RuleInput
from coder.text import read
from tests.rules.conftest import given, rule_of

OWN = """
rules:
  - id: HOSPITAL-001
    kind: mapping
    title: 本院规则
    severity: block
    standing: practice
    source: 本院
    edition: "1"
    when: {principal: [K35]}
    message: 本院须复核 {codes}
"""


def ids(engine: RuleEngine, **fields: object) -> list[str]:
    return [finding.rule_id for finding in engine.run(given(**fields))]


def test_findings_come_gravest_first(engine: RuleEngine) -> None:
    findings = engine.run(given(principal="Z95.501", others=("Z95.501", "I10.x00"), sex="male", age_years=60))
    ranks = [("block", "warn", "hint").index(finding.severity) for finding in findings]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) > 1


def test_a_finding_says_what_why_and_where(engine: RuleEngine) -> None:
    text = "咳嗽3天。急查血钾4.1mmol/L。出院诊断：肺炎"
    findings = engine.run(given(text=text, principal="J18.900", others=("E87.600",), sex="male", age_years=60))
    finding = next(finding for finding in findings if finding.rule_id == "UPC-002")
    assert finding.kind == "unsupported_high_risk"
    assert finding.codes == ("E87.600",)
    assert "E87.600 低钾血症" in finding.message
    assert [evidence.text for evidence in finding.evidence] == ["血钾4.1mmol/L"]
    assert finding.evidence_wanted == ("血钾测定值（<3.5 mmol/L）", "补钾医嘱")
    assert (finding.group_before, finding.group_after) == ("ES33", "ES35")


def test_evidence_is_quoted_verbatim(engine: RuleEngine) -> None:
    text = "【辅助检查】血钾 4.1 mmol／L。\n【出院诊断】肺炎"
    for finding in engine.run(given(text=text, principal="J18.900", others=("E87.600",))):
        for evidence in finding.evidence:
            assert text[evidence.start : evidence.end] == evidence.text


def test_an_absent_field_makes_a_rule_not_applicable_never_passed(engine: RuleEngine) -> None:
    coverage = engine.report(given(principal="K35.800")).coverage
    assert "FRM-013" in coverage.not_applicable
    assert "FRM-013" not in coverage.passed


def test_every_rule_in_force_is_fired_passed_or_not_applicable(engine: RuleEngine) -> None:
    coverage = engine.report(given(text="出院诊断：急性阑尾炎", principal="K35.800")).coverage
    named = [*coverage.fired, *coverage.passed, *coverage.not_applicable]
    inpatient = [rule.id for rule in engine.rules if "inpatient" in rule.settings]
    assert sorted(named) == sorted(inpatient)


def test_a_rule_whose_codes_are_not_on_the_page_has_passed() -> None:
    engine = RuleEngine([rule_of({"principal": ["K35"], "sex": "male"})])
    assert engine.report(given(principal="J18.900")).coverage.passed == ("TST-001",)
    assert engine.report(given(principal="K35.800")).coverage.not_applicable == {"TST-001": ("性别",)}


def test_rules_are_for_their_setting_scheme_and_time() -> None:
    online = RuleEngine([rule_of({"principal": ["K35"]}, settings=["online"])])
    assert ids(online, principal="K35.800") == []
    assert ids(online, principal="K35.800", setting="online") == ["TST-001"]
    scheme = RuleEngine([rule_of({"principal": ["K35"]}, schemes=["chs-drg-1.0"])])
    assert ids(scheme, principal="K35.800") == []
    assert ids(scheme, principal="K35.800", scheme=None) == []
    assert ids(scheme, principal="K35.800", scheme="chs-drg-1.0") == ["TST-001"]


@pytest.mark.parametrize(
    ("discharged", "fires"),
    [(date(2023, 12, 31), False), (date(2024, 1, 1), True), (date(2024, 6, 30), True), (date(2024, 7, 1), False)],
)
def test_a_rule_is_in_force_between_its_dates(discharged: date, fires: bool) -> None:
    engine = RuleEngine([rule_of({"principal": ["K35"]}, valid_from=date(2024, 1, 1), valid_to=date(2024, 6, 30))])
    encounter = Encounter(discharged_at=datetime(discharged.year, discharged.month, discharged.day, 9))
    page = Page(diagnoses=(PageDiagnosis(code="K35.800", place="principal"),))
    found = engine.run(RuleInput(reading=read(Record(text="腹痛", encounter=encounter)), page=page))
    assert bool(found) is fires


def test_without_a_date_every_edition_counts() -> None:
    assert ids(RuleEngine([rule_of({"principal": ["K35"]}, valid_to=date(2000, 1, 1))]), principal="K35.800")


def test_a_rule_is_asked_once_for_each_code_under_for_each() -> None:
    engine = RuleEngine([rule_of({"this": ["I10", "E11"]}, for_each="diagnosis")])
    findings = engine.run(given(principal="K35.800", others=("I10.x09", "E11.900", "I10.x09")))
    assert [finding.codes for finding in findings] == [("E11.900",), ("I10.x09",)]


def test_of_two_findings_on_one_code_the_graver_stays_then_the_specific() -> None:
    def rule(rule_id: str, **fields: object) -> object:
        return rule_of({"principal": ["K35"]}, id=rule_id, **fields)

    general, own = rule("TST-001", specific=False), rule("TST-002")
    assert ids(RuleEngine([general, own]), principal="K35.800") == ["TST-002"]  # type: ignore[list-item]
    graver = rule("TST-001", specific=False, severity="block")
    assert ids(RuleEngine([graver, own]), principal="K35.800") == ["TST-001"]  # type: ignore[list-item]
    other_kind = rule("TST-001", specific=False, kind="tcm")
    assert ids(RuleEngine([other_kind, own]), principal="K35.800") == ["TST-001", "TST-002"]  # type: ignore[list-item]
    both_specific = rule("TST-001")
    assert ids(RuleEngine([both_specific, own]), principal="K35.800") == ["TST-001", "TST-002"]  # type: ignore[list-item]


def test_rules_can_be_turned_off_by_id() -> None:
    assert "MDX-004" in ids(RuleEngine.load(), principal="I10.x00")
    assert "MDX-004" not in ids(RuleEngine.load(disabled=["MDX-004"]), principal="I10.x00")
    with pytest.raises(InputError, match="MDX-9999"):
        RuleEngine.load(disabled=["MDX-9999"])


def test_switches_choose_between_published_rules() -> None:
    text = "出院诊断：1.急性阑尾炎 2.肺栓塞？"
    page = {"text": text, "principal": "K35.800", "others": ("I26.900",)}
    assert "MDX-022A" not in ids(RuleEngine.load(), **page)
    assert "MDX-022A" in ids(RuleEngine.load(switches={"suspected_diagnosis": "never"}), **page)
    with pytest.raises(InputError, match="没有名为 nothing"):
        RuleEngine.load(switches={"nothing": "x"})
    with pytest.raises(InputError, match="没有选项 perhaps"):
        RuleEngine.load(switches={"suspected_diagnosis": "perhaps"})


def test_a_hospital_adds_its_own_rules(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    engine = RuleEngine.load(folders=[tmp_path])
    assert "HOSPITAL-001" in ids(engine, principal="K35.800")
    assert engine.refused == ()


def test_a_bad_file_is_refused_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(OWN.replace("principal:", "nothing:"), encoding="utf-8")
    (tmp_path / "b.yaml").write_text(OWN, encoding="utf-8")
    (tmp_path / "c.yaml").write_text(OWN, encoding="utf-8")
    (tmp_path / "d.yaml").write_text(OWN.replace("HOSPITAL-001", "MDX-004"), encoding="utf-8")
    engine = RuleEngine.load(folders=[tmp_path])
    reasons = [refusal.reason for refusal in engine.refused]
    assert len(reasons) == 3
    assert "a.yaml 第 3 行" in reasons[0]
    assert "HOSPITAL-001 已被占用" in reasons[1]
    assert "MDX-004 已被占用" in reasons[2]
    assert "HOSPITAL-001" in ids(engine, principal="K35.800")


def test_a_damaged_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for text in ("{", '{"format": 9, "rules": []}', '{"format": 1}'):
        path = tmp_path / "library.json"
        path.write_text(text, encoding="utf-8")
        monkeypatch.setattr("coder.rules.library.artefact_path", lambda _, path=path: path)
        with pytest.raises(ArtefactError, match=r"rules/library\.json"):
            RuleEngine.load()


def test_a_report_blocks_when_a_finding_does(engine: RuleEngine) -> None:
    assert engine.report(given(principal="I10.x00")).blocks
    assert not engine.report(given(principal="I10.x09")).blocks


def test_up_coding_and_missed_coding_mirror_each_other(engine: RuleEngine) -> None:
    supported = "血钾2.7mmol/L，予氯化钾静滴。出院诊断：肺炎"
    bare = "血钾4.1mmol/L。出院诊断：肺炎"
    patient = {"sex": "male", "age_years": 60, "principal": "J18.900"}

    def kinds(text: str, *others: str) -> set[str]:
        findings = engine.run(given(text=text, others=others, **patient))
        return {finding.kind for finding in findings if "E87.600" in finding.codes}

    assert kinds(supported) == {"missed_diagnosis"}
    assert kinds(supported, "E87.600") == set()
    assert kinds(bare) == set()
    assert kinds(bare, "E87.600") == {"unsupported_high_risk"}


def test_two_unsupported_codes_cannot_hide_behind_each_other(engine: RuleEngine) -> None:
    text = "咳嗽3天。出院诊断：肺炎"
    findings = engine.run(
        given(text=text, principal="J18.900", others=("A41.900", "R57.200"), sex="male", age_years=60)
    )
    blocked = {code for finding in findings if finding.severity == "block" for code in finding.codes}
    assert {"A41.900", "R57.200"} <= blocked
    assert {(finding.group_before, finding.group_after) for finding in findings if finding.severity == "block"} == {
        ("ES31", "ES35")
    }


def test_a_missed_condition_is_a_proposal_for_a_doctor(engine: RuleEngine) -> None:
    page = given(text="血钾2.7mmol/L，予氯化钾。出院诊断：肺炎", principal="J18.900", sex="male", age_years=60)
    finding = next(finding for finding in engine.run(page) if finding.codes == ("E87.600",))
    assert "需医师确认" in finding.message
    assert finding.group_after == "ES33"
    assert page.page.diagnoses == (PageDiagnosis(code="J18.900", place="principal"),)


@pytest.mark.parametrize(
    "text",
    [
        "现病史：外院血钾2.7mmol/L，予氯化钾。\n出院诊断：肺炎",
        "诊疗经过：予头孢。\n出院诊断：肺炎\n出院医嘱：如血钾2.7mmol/L，予氯化钾",
    ],
)
def test_what_was_found_before_or_after_the_stay_is_not_missed(engine: RuleEngine, text: str) -> None:
    findings = engine.run(given(text=text, principal="J18.900", sex="male", age_years=60))
    assert not any("E87.600" in finding.codes for finding in findings)


def test_a_name_within_another_diagnosis_is_no_missed_condition(engine: RuleEngine) -> None:
    text = "诊疗经过：双肺磨玻璃影，予抗感染、头孢。\n出院诊断：过敏性肺炎"
    findings = engine.run(given(text=text, principal="J67.900", sex="male", age_years=60))
    assert not any("J18.900" in finding.codes for finding in findings)
