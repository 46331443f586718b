"""Figures against targets, on paper and in JSON."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from coder.errors import InputError
from eval.metrics import summarise
from eval.report import load_targets, missed_targets, print_figures, write_report


def test_every_figure_has_a_target_entry_and_the_other_way_round() -> None:
    assert list(load_targets()) == list(summarise([]))


@pytest.mark.parametrize(
    ("figure", "value", "verdict"),
    [
        ("principal_accuracy", 0.96, "aim"),
        ("principal_accuracy", 0.80, "must"),
        ("principal_accuracy", 0.79, "missed"),
        ("denied_records", 0.0, "aim"),
        ("denied_records", 0.03, "missed"),
        ("diagnoses_per_gold", 1.0, "must"),
        ("diagnoses_per_gold", 3.0, "missed"),
        ("records", 5.0, "none"),
        ("other_f1", None, "none"),
    ],
)
def test_the_verdict_of_a_value(figure: str, value: float | None, verdict: str) -> None:
    assert load_targets()[figure].verdict(value) == verdict


def test_the_table_shows_each_figure_with_its_bounds() -> None:
    out = io.StringIO()
    figures = {**summarise([]), "principal_accuracy": 0.5, "milliseconds_median": 12.0}
    print_figures(figures, title="试", console=Console(file=out, width=100))
    assert "50.0 %" in out.getvalue()
    assert "≥ 80.0 %" in out.getvalue()
    assert "12.0 ms" in out.getvalue()
    assert "未达到" in out.getvalue()


def test_the_json_has_figures_and_missed_targets(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "eval.json"
    write_report(path, split="dev", versions={"a": "1"}, figures={"principal_accuracy": 0.5}, scores=[])
    report = json.loads(path.read_text("utf-8"))
    assert report["missed_targets"] == missed_targets({"principal_accuracy": 0.5}) == ["principal_accuracy"]
    with pytest.raises(InputError, match="无法写入"):
        write_report(path / "x.json", split="dev", versions={}, figures={}, scores=[])
