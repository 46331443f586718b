"""The batch runner: order, conservation, and one bad record that ends nothing but itself."""

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.batch import BatchSummary, run_batch
from coder.errors import ArtefactError, InputError
from tests.fake_coder import CONTRADICTION, CRASH, DEFECT, FakeCoder, damaged_coder


def run(folder: Path, lines: list[str], *, workers: int = 1) -> tuple[BatchSummary, list[Any], list[Any]]:
    source, output, rejects = (folder / name for name in ("in.jsonl", "out.jsonl", "rejects.jsonl"))
    source.write_text("\n".join(lines), encoding="utf-8")
    summary = run_batch(source, output, rejects=rejects, coder_factory=FakeCoder, workers=workers)
    parsed = [[json.loads(line) for line in path.read_text("utf-8").splitlines()] for path in (output, rejects)]
    return summary, parsed[0], parsed[1]


def line(text: str, **fields: object) -> str:
    return json.dumps({"text": text, **fields}, ensure_ascii=False)


def test_codings_and_rejects_name_their_row_and_id(tmp_path: Path) -> None:
    male = {"sex": "male"}
    lines = [line("肺炎", id="a"), line("", id="b"), line(CONTRADICTION, id="c", patient=male), line("无")]
    summary, codings, rejects = run(tmp_path, lines)
    assert summary == BatchSummary(rows=4, coded=2, rejected=2)
    assert [(coding["row"], coding["record_id"]) for coding in codings] == [(1, "a"), (4, None)]
    assert codings[0]["diagnoses"][0]["code"] == "J18.900"
    assert [(reject["row"], reject["record_id"]) for reject in rejects] == [(2, "b"), (3, "c")]


def test_a_fault_of_the_program_rejects_its_row_without_its_text(tmp_path: Path) -> None:
    summary, _, rejects = run(tmp_path, [line(DEFECT + "张三"), line("肺炎")])
    assert (summary.coded, summary.rejected) == (1, 1)
    assert "KeyError" in rejects[0]["reason"]
    assert "张三" not in rejects[0]["reason"]


@given(st.lists(st.sampled_from([line("肺炎"), line(""), "{", line(DEFECT), "", line("胃炎", id="x"), "[]"])))
def test_every_row_is_in_exactly_one_file_in_order(lines: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        summary, codings, rejects = run(Path(folder), lines)
    coded, rejected = ([item["row"] for item in items] for items in (codings, rejects))
    rows = sum(1 for item in lines if item)
    assert summary == BatchSummary(rows=rows, coded=len(coded), rejected=len(rejected))
    assert sorted(coded + rejected) == list(range(1, rows + 1))
    assert coded == sorted(coded)
    assert rejected == sorted(rejected)


@pytest.mark.slow
def test_two_workers_keep_the_order(tmp_path: Path) -> None:
    lines = [line("肺炎", id=str(number)) if number % 3 else "{" for number in range(60)]
    summary, codings, _ = run(tmp_path, lines, workers=2)
    assert (summary.coded, summary.rejected) == (40, 20)
    assert [coding["record_id"] for coding in codings] == [str(number) for number in range(60) if number % 3]


@pytest.mark.slow
def test_a_row_that_kills_its_worker_is_rejected_alone(tmp_path: Path) -> None:
    lines = [line("肺炎") for _ in range(6)]
    lines[2] = line(CRASH)
    summary, _, rejects = run(tmp_path, lines, workers=2)
    assert (summary.coded, [reject["row"] for reject in rejects]) == (5, [3])
    assert "异常退出" in rejects[0]["reason"]


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_a_coder_that_cannot_load_ends_the_batch_as_the_error_that_it_is(tmp_path: Path, workers: int) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(line("肺炎"), encoding="utf-8")
    output, rejects = tmp_path / "out.jsonl", tmp_path / "rejects.jsonl"
    with pytest.raises(ArtefactError):
        run_batch(source, output, rejects=rejects, coder_factory=damaged_coder, workers=workers)
    assert list(tmp_path.iterdir()) == [source]


def test_a_file_is_never_written_over_another(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    with pytest.raises(InputError, match="三个不同的文件"):
        run_batch(source, source, rejects=tmp_path / "r.jsonl", coder_factory=FakeCoder)


def test_progress_reaches_the_size_of_the_file(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(line("肺炎") + "\n" + line("胃炎"), encoding="utf-8")
    seen: list[tuple[int, int]] = []
    run_batch(
        source,
        tmp_path / "out.jsonl",
        rejects=tmp_path / "rejects.jsonl",
        coder_factory=FakeCoder,
        progress=lambda read, total: seen.append((read, total)),
    )
    assert seen[-1] == (source.stat().st_size, source.stat().st_size)
