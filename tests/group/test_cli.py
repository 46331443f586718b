"""The commands, as a user types them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from coder.columnar import read_columns
from coder.errors import InputError
from coder.group.cli import group_app, scheme_app

RUNNER = CliRunner()
CASES = "Index,gender,age,ageDay,weight,dept,inHospitalTime,leavingType,zdList,ssList\n1,1,30,,,,5,1,I10.x05,\n"


def invoke(app: Any, *arguments: object, ok: bool = True) -> str:
    result = RUNNER.invoke(app, [str(argument) for argument in arguments])
    if ok and result.exception:
        raise result.exception
    return result.output


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    path = tmp_path / "in.csv"
    path.write_text(CASES, encoding="utf-8")
    return path


def test_group_with_weights(cases: Path, tmp_path: Path) -> None:
    weights = tmp_path / "w.tsv"
    weights.write_text("drg\tweight\nFV25\t0.61\n", encoding="utf-8")
    out = tmp_path / "out.csv"
    assert "已分组 1 行" in invoke(group_app, cases, "-o", out, "--scheme", "chs-drg-1.1", "--weights", weights)
    with out.open(encoding="utf-8") as stream:
        row = next(csv.DictReader(stream))
    assert (row["drg"], row["group_weight"]) == ("FV25", "0.61")


def test_weights_of_another_scheme_are_refused(cases: Path, tmp_path: Path) -> None:
    weights = tmp_path / "w.tsv"
    weights.write_text("drg\tweight\nXXXX\t0.61\n", encoding="utf-8")
    with pytest.raises(InputError, match="没有一个 DRG 属于方案"):
        invoke(group_app, cases, "-o", tmp_path / "out.csv", "--weights", weights)


def test_dip_from_history_to_groups(tmp_path: Path) -> None:
    history = tmp_path / "history.csv"
    row = "K35.800x001,47.0100,30,1,5,12000\n"
    history.write_text("C03C,C14x01C,A14,A12C,B20,D01\n" + row * 16, encoding="utf-8")
    catalogue, out = tmp_path / "cat.csv", tmp_path / "out.csv"
    assert "核心病种 1 个" in invoke(scheme_app, "dip", history, "-o", catalogue, "--name", "某市-2024")
    invoke(group_app, history, "-o", out, "--scheme", "dip", "--catalogue", catalogue)
    with out.open(encoding="utf-8") as stream:
        grouped = list(csv.DictReader(stream))
    assert {(row["dip"], row["score"], row["deviation"]) for row in grouped} == {("K35.8:47.0100", "1000.0", "")}


def test_dip_needs_a_catalogue(cases: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--catalogue"):
        invoke(group_app, cases, "-o", tmp_path / "out.csv", "--scheme", "dip")


def test_build_check_diff_and_lists(tiny_json: dict[str, Any], tmp_path: Path) -> None:
    source, scheme, lists = tmp_path / "tiny.json", tmp_path / "tiny.zip", tmp_path / "lists"
    source.write_text(json.dumps(tiny_json), encoding="utf-8")
    assert "已写出" in invoke(scheme_app, "build", source, "-o", scheme)
    assert "错误 0 项" in invoke(scheme_app, "check", scheme)
    invoke(scheme_app, "lists", scheme, "-o", lists)
    again = tmp_path / "again.zip"
    invoke(scheme_app, "build", lists, "-o", again, "--name", "tiny", "--edition", "测试方案", "--base", scheme)
    assert "没有差异" in invoke(scheme_app, "diff", scheme, again)


def test_a_scheme_with_errors_is_not_written(tiny_json: dict[str, Any], tmp_path: Path) -> None:
    source, scheme = tmp_path / "tiny.json", tmp_path / "tiny.zip"
    source.write_text(json.dumps(tiny_json | {"drgs": []}), encoding="utf-8")
    with pytest.raises(InputError, match="未写出"):
        invoke(scheme_app, "build", source, "-o", scheme)
    assert not scheme.exists()


def test_explain_shows_every_code() -> None:
    output = invoke(scheme_app, "explain", "7,1,30,,,,5,1,K35.800x001|J96.000,47.0100")
    assert "GD23" in output
    assert "J96.000" in output
    assert "MCC" in output


def test_list_names_the_schemes() -> None:
    assert "chs-drg-1.1" in invoke(scheme_app, "list")


def test_weights_of_localities_are_compiled(tmp_path: Path) -> None:
    source, out = tmp_path / "w.tsv", tmp_path / "w.zip"
    source.write_text("year\tlocality\tdrg\tweight\n2024\t甲市\tFV25\t0.6\n2024\t乙市\tFV25\t0.7\n", encoding="utf-8")
    assert "甲市-2024\n乙市-2024" in invoke(scheme_app, "weights", source, "-o", out)
    assert read_columns(out).strings("locality") == ["甲市-2024", "乙市-2024"]
