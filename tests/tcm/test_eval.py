"""The TCM evaluation meets its targets on the development records."""

from __future__ import annotations

import pytest

from coder.tcm import TcmCoder
from eval.records import load_records
from eval.tcm import Figure, main, of_mapping, of_records, of_ways, of_western_records


def figure(figures: list[Figure], title: str) -> float:
    found = next(item for item in figures if item.title == title)
    return found.right / found.total


def test_there_are_forty_records_a_third_held_out() -> None:
    counts = {split: sum(item.gold.tcm is not None for item in load_records(split)) for split in ("dev", "held-out")}
    assert sum(counts.values()) >= 40
    assert counts["held-out"] * 3 >= sum(counts.values())


def test_development_records_meet_the_target() -> None:
    figures = of_records("dev", TcmCoder.load())
    assert figure(figures, "病名与证候均一致") >= 0.97
    assert figure(figures, "证据与原文逐字一致") == 1.0
    assert figure(figures, "病证相符表不误报") == 1.0


@pytest.mark.slow
def test_western_records_state_no_tcm_diagnosis() -> None:
    found = of_western_records("dev", TcmCoder.load())
    assert found.right == found.total


@pytest.mark.slow
def test_names_are_read_in_every_way_of_writing() -> None:
    assert all(item.right / item.total >= 0.9 for item in of_ways(TcmCoder.load(), 40))


def test_no_candidate_is_a_code_that_does_not_exist() -> None:
    figures = of_mapping()
    assert figure(figures, "候选编码存在于医保 2.0") == 1.0
    assert figure(figures, "有 ICD-10 候选的病名") == 1.0


@pytest.mark.slow
def test_the_figures_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    main(samples=1)
    printed = capsys.readouterr().out
    assert "留出集（held-out）" in printed
    assert "写法：连写" in printed
