"""How marked spans of passages are counted."""

import json
from pathlib import Path

import pytest

from coder.errors import InputError
from eval.passages import main, measure, read_passages
from tests.fake_coder import CONTRADICTION, FakeCoder


def write(tmp_path: Path, *passages: tuple[str, list[tuple[str, str]]]) -> Path:
    path = tmp_path / "passages.jsonl"
    lines = [
        {
            "id": str(number),
            "text": text,
            "entities": [
                {"start": text.index(words), "end": text.index(words) + len(words), "type": kind, "text": words}
                for words, kind in marked
            ],
        }
        for number, (text, marked) in enumerate(passages)
    ]
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    return path


def test_spans_are_told_apart_by_what_became_of_them(tmp_path: Path) -> None:
    diagnosis, procedure = "疾病和诊断", "手术"
    path = write(
        tmp_path,
        (
            "患者因肺炎入院，行阑尾切除术，服用阿司匹林",
            [("肺炎", diagnosis), ("阑尾切除术", procedure), ("阿司匹林", "药物")],
        ),
        ("既往高血压，否认糖尿病，从不来此", [("高血压", diagnosis), ("糖尿病", diagnosis), ("从不", diagnosis)]),
        ("肺炎", [("肺炎", procedure)]),
    )
    coverage = measure(list(read_passages(path)), FakeCoder())
    assert coverage.share(diagnosis, "same kind") == 0.25
    assert {outcome: coverage.counts[(diagnosis, outcome)] for outcome in ("withheld", "uncoded", "unread")} == {
        "withheld": 1,
        "uncoded": 1,
        "unread": 1,
    }
    assert coverage.share(procedure, "same kind") == 0.5
    assert coverage.share(procedure, "any kind") == 1.0
    assert coverage.share("药物", "same kind") == 0.0


def test_a_passage_that_cannot_be_coded_is_an_error_and_the_next_goes_on(tmp_path: Path) -> None:
    class Refusing(FakeCoder):
        def code(self, record):  # type: ignore[no-untyped-def]
            return super().code(
                record.model_copy(update={"patient": record.patient.model_copy(update={"sex": "male"})})
            )

    path = write(tmp_path, (CONTRADICTION, []), ("肺炎", [("肺炎", "疾病和诊断")]))
    coverage = measure(list(read_passages(path)), Refusing())
    assert (coverage.passages, len(coverage.errors), coverage.share("疾病和诊断", "same kind")) == (2, 1, 1.0)


@pytest.mark.parametrize("content", [None, b"\xff", b"{}\n", b"not json"])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "passages.jsonl"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError):
        list(read_passages(path))


def test_the_command_prints_and_writes_shares(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "report.json"
    main(write(tmp_path, ("出院诊断：低钾血症", [("低钾血症", "疾病和诊断")])), output, limit=None)
    assert "1 passages, 0 errors" in capfd.readouterr().out
    assert json.loads(output.read_text("utf-8"))["疾病和诊断"]["same kind"] == 1.0
