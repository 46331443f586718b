import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from coder.check import app, read_check

RUNNER = CliRunner()
CLEAN = {
    "text": "主诉：右下腹痛1天。手术名称：腹腔镜下阑尾切除术\n出院诊断：急性阑尾炎",
    "patient": {"sex": "male", "age_years": 30},
    "coded": {"principal": "K35.800x001", "procedures": ["47.0100"]},
}


@pytest.fixture
def record(tmp_path: Path) -> Path:
    path = tmp_path / "record.json"
    path.write_text(json.dumps(CLEAN, ensure_ascii=False), encoding="utf-8")
    return path


def change(path: Path, **fields: object) -> Path:
    path.write_text(json.dumps({**CLEAN, **fields}, ensure_ascii=False), encoding="utf-8")
    return path


def test_a_clean_record_passes(record: Path) -> None:
    result = RUNNER.invoke(app, [str(record)])
    assert result.exit_code == 0, result.output
    assert "阻断 0" in result.output


def test_a_blocking_finding_gives_status_one(record: Path) -> None:
    change(record, coded={"principal": "I10.x00"})
    result = RUNNER.invoke(app, [str(record)])
    assert result.exit_code == 1
    assert "MDX-004" in result.output


@pytest.mark.parametrize("text", ["{", "[]", '{"text": "x"}', '{"text": "", "coded": {}}'])
def test_bad_input_gives_status_two_and_one_line(record: Path, text: str) -> None:
    record.write_text(text, encoding="utf-8")
    result = RUNNER.invoke(app, [str(record)])
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1


def test_a_missing_file_gives_status_two(tmp_path: Path) -> None:
    result = RUNNER.invoke(app, [str(tmp_path / "nothing.json")])
    assert result.exit_code == 2
    assert "nothing.json" in result.stderr


def test_json_shows_up_coding_and_missed_coding_together(record: Path) -> None:
    change(
        record, coded={"principal": "J18.900", "others": ["E87.600"]}, text="血钾4.0mmol/L。出院诊断：1.肺炎 2.肾结石"
    )
    result = RUNNER.invoke(app, [str(record), "--format", "json"])
    data = json.loads(result.stdout)
    assert data["counts"]["up_coding"] == 1
    assert data["counts"]["missed_coding"] == 1
    assert data["coverage"]["not_applicable"]
    assert {"rule_id", "kind", "severity", "message", "evidence"} <= set(data["findings"][0])


def test_coverage_names_the_absent_fields(record: Path) -> None:
    result = RUNNER.invoke(app, [str(record), "--coverage"])
    assert "FRM-013：缺少 药物过敏标志" in result.output


def test_rules_and_switches_are_options(record: Path) -> None:
    change(record, coded={"principal": "I10.x00"})
    options = [str(record), "--disable", "MDX-004", "--disable", "MDX-018", "--scheme", "none"]
    assert RUNNER.invoke(app, options).exit_code == 0
    assert RUNNER.invoke(app, [str(record), "--disable", "MDX-9999"]).exit_code == 2
    assert RUNNER.invoke(app, [str(record), "--switch", "suspected_diagnosis"]).exit_code == 2
    assert RUNNER.invoke(app, [str(record), "--switch", "suspected_diagnosis=never"]).exit_code == 1


def test_a_refused_hospital_file_is_said_and_the_check_goes_on(record: Path, tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "own.yaml").write_text("rules: [1]", encoding="utf-8")
    result = RUNNER.invoke(app, [str(record), "--rules", str(folder)])
    assert result.exit_code == 0
    assert "own.yaml 第 1 行" in result.stderr


def test_unused_parts_are_said(record: Path) -> None:
    result = RUNNER.invoke(app, [str(change(record, hospital="x"))])
    assert "未使用的内容 hospital" in result.stderr


def test_standard_input_is_read() -> None:
    result = RUNNER.invoke(app, ["-"], input=json.dumps(CLEAN, ensure_ascii=False).encode())
    assert result.exit_code == 0, result.output


def test_the_wording_and_the_words_of_the_record_are_looked_up() -> None:
    text = "诊疗经过：置入临时起搏器。\n出院诊断：1.三度房室传导阻滞 2.缺铁性贫血（中度）"
    given = read_check({"text": text, "coded": {"principal": "I44.200"}}).given
    assert [one.codes for one in given.performed] == [("37.7800",)]
    assert ("D50.900",) in [one.codes for one in given.proposals]


def test_what_was_done_and_not_coded_is_found(record: Path) -> None:
    text = "诊疗经过：经股静脉置入临时起搏器。\n出院诊断：三度房室传导阻滞"
    change(record, text=text, coded={"principal": "I44.200"})
    findings = json.loads(RUNNER.invoke(app, [str(record), "--format", "json"]).output)["findings"]
    assert any(finding["kind"] == "missed_procedure" for finding in findings)
