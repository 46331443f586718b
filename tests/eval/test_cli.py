"""``coder eval`` with the real pipeline on one record."""

import json
from pathlib import Path

import pytest

from coder.cli import main
from tests.eval.conftest import RECORD


@pytest.fixture
def records(tmp_path: Path) -> Path:
    folder = tmp_path / "dev"
    folder.mkdir()
    (folder / "t-1.json").write_text(json.dumps(RECORD, ensure_ascii=False), encoding="utf-8")
    return tmp_path


def test_figures_are_printed_and_written(records: Path, capfd: pytest.CaptureFixture[str]) -> None:
    output = records / "eval.json"
    assert main(["eval", "--records", str(records), "-o", str(output), "--misses"]) == 0
    assert "主要诊断正确率" in capfd.readouterr().out
    report = json.loads(output.read_text("utf-8"))
    assert report["figures"]["records"] == 1
    assert report["figures"]["principal_accuracy"] == 1.0
    assert report["figures"]["evidence_exact"] == 1.0
    assert report["versions"]["diagnosis_system"] == "icd10-nhsa-2.0"


def test_strict_turns_a_missed_target_into_status_1(records: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = records / "dev" / "t-1.json"
    wrong = {**RECORD["gold"]["principal"], "code": "A00.000", "acceptable": []}  # type: ignore[index]
    record = {**RECORD, "gold": {**RECORD["gold"], "principal": wrong}}  # type: ignore[dict-item]
    path.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    arguments = ["eval", "--records", str(records), "-o", str(records / "eval.json")]
    assert main([*arguments, "--strict"]) == 1
    assert main([*arguments, "--misses"]) == 0
    assert "应为 A00.000" in capfd.readouterr().out


def test_an_empty_folder_is_one_line_and_status_2(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "--records", str(tmp_path)]) == 2
    assert capfd.readouterr().err.count("\n") == 1


def test_only_the_records_of_some_hands_are_evaluated(records: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (records / "dev" / "u-1.json").write_text(json.dumps({**RECORD, "id": "u-1"}, ensure_ascii=False), encoding="utf-8")
    output, first = records / "eval.json", str(RECORD["id"])[:2]
    arguments = ["eval", "--records", str(records), "-o", str(output)]
    assert main([*arguments, "--only", "u-"]) == 0
    assert json.loads(output.read_text("utf-8"))["figures"]["records"] == 1
    assert main([*arguments, "--only", "u-", "--only", first]) == 0
    assert json.loads(output.read_text("utf-8"))["figures"]["records"] == 2
    assert main([*arguments, "--only", "nobody-"]) == 2
    assert "没有编号以 nobody- 开头的病历" in capfd.readouterr().err
