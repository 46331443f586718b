"""The figures of an evaluation against their targets: a table for people, a JSON file for comparison over time."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from coder.errors import InputError
from eval.metrics import RecordScore

_TARGETS = Path(__file__).resolve().parent / "data" / "targets.yaml"
Verdict = Literal["aim", "must", "missed", "none"]


class Target(BaseModel):
    """What a figure means and what it has to reach."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    unit: Literal["share", "count", "ratio", "milliseconds"] = "share"
    better: Literal["more", "less"] | None = None
    must: float | None = None
    aim: float | None = None
    band: tuple[float, float] | None = None

    def verdict(self, value: float | None) -> Verdict:
        """How far a value goes: to the aim, to what it must be, or not even there.

        >>> Target(title="", better="more", must=0.8, aim=0.95).verdict(0.9)
        'must'
        >>> Target(title="", band=(0.7, 1.4)).verdict(2.0)
        'missed'
        """
        if value is None:
            return "none"
        if self.band is not None:
            return "must" if self.band[0] <= value <= self.band[1] else "missed"
        if self.must is None:
            return "none"
        for verdict, bound in (("aim", self.aim), ("must", self.must)):
            if bound is not None and (value >= bound if self.better == "more" else value <= bound):
                return verdict  # type: ignore[return-value]
        return "missed"

    def shown(self, value: float | None) -> str:
        """A value in the unit of this figure."""
        if value is None:
            return "–"
        if self.unit == "share":
            return f"{100 * value:.1f} %"
        return f"{value:.0f}" if self.unit == "count" else f"{value:.2f}" if self.unit == "ratio" else f"{value:.1f} ms"

    def bounds(self) -> tuple[str, str]:
        """What the figure must reach, and what it should."""
        if self.band is not None:
            return f"{self.band[0]:g}–{self.band[1]:g}", ""
        sign = {"more": "≥ ", "less": "≤ ", None: ""}[self.better]
        return tuple("" if bound is None else sign + self.shown(bound) for bound in (self.must, self.aim))  # type: ignore[return-value]


@cache
def load_targets() -> Mapping[str, Target]:
    """The targets of ``eval/data/targets.yaml`` by figure."""
    return TypeAdapter(dict[str, Target]).validate_python(yaml.safe_load(_TARGETS.read_text(encoding="utf-8")))


def missed_targets(figures: Mapping[str, float | None]) -> list[str]:
    """The figures that do not reach what they must."""
    return [name for name, target in load_targets().items() if target.verdict(figures.get(name)) == "missed"]


def print_figures(figures: Mapping[str, float | None], *, title: str, console: Console | None = None) -> None:
    """Print the figures with their targets."""
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD)
    table.add_column("指标")
    for column in ("结果", "必须", "目标"):
        table.add_column(column, justify="right")
    table.add_column("判定")
    verdicts = {"aim": "达到目标", "must": "合格", "missed": "未达到", "none": ""}
    for name, target in load_targets().items():
        value = figures[name]
        table.add_row(target.title, target.shown(value), *target.bounds(), verdicts[target.verdict(value)])
    (console or Console(highlight=False)).print(table)


def write_report(
    path: Path,
    *,
    split: str,
    versions: Mapping[str, str],
    figures: Mapping[str, float | None],
    scores: Sequence[RecordScore],
) -> None:
    """Write figures, targets and every record's comparison as JSON; codes only, no text of a record.

    Raises:
        InputError: the file cannot be written.
    """
    report: dict[str, Any] = {
        "split": split,
        "versions": dict(versions),
        "figures": dict(figures),
        "missed_targets": missed_targets(figures),
        "records": [asdict(score) for score in scores],
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise InputError(f"无法写入 {path}（{type(error).__name__}）：请检查目录和权限") from None
