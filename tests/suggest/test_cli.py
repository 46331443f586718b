"""``coder normalize`` on files good and bad."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from coder.errors import InputError
from coder.suggest.cli import app

SYSTEM = "tcm-disease-nhsa-1.0"


def _normalize(source: Path, output: Path) -> list[dict[str, object]]:
    CliRunner().invoke(app, [str(source), "-o", str(output), "--system", SYSTEM], catch_exceptions=False)
    return [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]


def test_every_line_is_answered_in_order(tmp_path: Path) -> None:
    texts = ["咳嗽", "", "胃脘痛", "😀"]
    rows = [{"id": number, "text": text} for number, text in enumerate(texts)]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    answers = _normalize(tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    assert [answer["id"] for answer in answers] == [0, 1, 2, 3]
    assert [bool(answer["concepts"]) for answer in answers] == [True, False, True, False]
    assert all(set(answer) == {"id", "concepts", "candidates", "abstained"} for answer in answers)


@pytest.mark.slow
def test_more_lines_than_are_ever_held_at_once(tmp_path: Path) -> None:
    count = 20_000
    lines = (json.dumps({"id": f"r{number}", "text": f"咳嗽{number % 50}"}) + "\n" for number in range(count))
    (tmp_path / "in.jsonl").write_text("".join(lines), encoding="utf-8")
    answers = _normalize(tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    assert [answer["id"] for answer in answers] == [f"r{number}" for number in range(count)]


@pytest.mark.parametrize("line", ["not json", "[]", '{"id": 1}', '{"id": 1, "text": 5}'])
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "in.jsonl").write_text('{"id": 0, "text": "咳嗽"}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="第 2 行"):
        _normalize(tmp_path / "in.jsonl", tmp_path / "out.jsonl")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nothing\.jsonl"):
        _normalize(tmp_path / "nothing.jsonl", tmp_path / "out.jsonl")
