"""The sample of mutants that is tested, and its score."""

import json
from pathlib import Path

import pytest

from eval.mutation import drawn, exit_codes, main, score


def _tested(folder: Path, **files: dict[str, int | None]) -> None:
    folder.mkdir()
    for name, ends in files.items():
        (folder / f"{name}.py.meta").write_text(json.dumps({"exit_code_by_key": ends}), encoding="utf-8")


def test_the_mutants_of_all_files_are_known_in_a_fixed_order(tmp_path: Path) -> None:
    _tested(tmp_path / "mutants", steps={"s2": 0, "s1": None}, codes={"c1": 1})
    assert list(exit_codes(tmp_path / "mutants").items()) == [("c1", 1), ("s1", None), ("s2", 0)]


def test_without_mutants_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="without --tested"):
        exit_codes(tmp_path)


def test_the_same_seed_draws_the_same_sample() -> None:
    names = [str(number) for number in range(100)]
    assert drawn(names, 10, seed=6) == drawn(names, 10, seed=6) != drawn(names, 10, seed=7)


def test_only_what_the_tests_failed_on_is_killed() -> None:
    ends = {"killed": 1, "stopped": 3, "survived": 0, "without tests": 33, "not tested": None}
    assert score(ends, ends) == "2 of 5 killed (40.0 %), 1 survived, 2 not decided; 5 mutants in all"


def test_the_score_of_a_sample_tested_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _tested(tmp_path / "mutants", steps={"s1": 1, "s2": 1, "s3": 0})
    monkeypatch.chdir(tmp_path)
    assert main(["--tested"]) == 0
    assert capsys.readouterr().out.startswith("2 of 3 killed")
