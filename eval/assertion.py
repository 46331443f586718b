"""Assertion against a corpus of clinical events: ``python -m eval.assertion CORPUS_DIR``.

Reads ``clinical-events-train.jsonl`` (text, events in text order, each with a core name and a tendency: "", 否定 or
不确定) and compares the tendency with what :mod:`coder.text.assertion` says of the same words. The corpus gives no
offsets, so the events are first aligned with the text, in order, without looking at the tendency. A third of the
passages, fixed by a check sum of their id, is held out; rules are tuned on the rest only.
"""

from __future__ import annotations

import json
import sys
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import typer

from coder.coding import Assertion
from coder.text.assertion import AssertionRules
from coder.text.normalise import normalise
from coder.text.segment import Segmenter

EVENTS_FILE = "clinical-events-train.jsonl"
TENDENCIES: dict[Assertion, str] = {"absent": "否定", "excluded": "否定", "possible": "不确定"}
LABELS = ("", "否定", "不确定")
_NEAR = 18
_MIN_LIKENESS = 0.5


@dataclass(frozen=True, slots=True)
class Event:
    """An event of the corpus: its core name and the words that go with it."""

    core: str
    tendency: str
    companions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """An aligned event with the corpus's tendency and ours."""

    passage: str
    start: int
    end: int
    expected: str
    found: str
    cue: str | None


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1 of one tendency."""

    label: str
    count: int
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def held_out(passage_id: object) -> bool:
    """Whether a passage belongs to the fixed third that rules are never tuned on."""
    return zlib.crc32(str(passage_id).encode()) % 3 == 0


def passages(path: Path) -> Iterator[tuple[object, str, list[Event]]]:
    """The passages of the corpus: id, text, events."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            events = [
                Event(
                    normalise(item["core_name"]).text.strip(),
                    item["tendency"].strip(),
                    tuple(normalise(word).text for word in (*item["character"], *item["anatomy_list"])),
                )
                for item in row["event"]
            ]
            yield row["id"], row["text"], [event for event in events if event.core]


def align(text: str, events: Sequence[Event]) -> list[tuple[int, int] | None]:
    """Where each event is in the text: the order-preserving choice of places that fits the words best.

    >>> align("无发热,有咳嗽", [Event("发热", "", ()), Event("咳嗽", "", ())])
    [(1, 3), (5, 7)]
    """
    options = [_places(text, event) for event in events]

    @cache
    def best(index: int, position: int) -> tuple[float, tuple[tuple[int, int] | None, ...]]:
        if index == len(options):
            return 0.0, ()
        score, rest = best(index + 1, position)
        chosen: tuple[float, tuple[tuple[int, int] | None, ...]] = (score, (None, *rest))
        for start, end, fit in options[index]:
            if start >= position:
                score, rest = best(index + 1, end)
                if score + fit > chosen[0]:
                    chosen = (score + fit, ((start, end), *rest))
        return chosen

    return list(best(0, 0)[1])


def _places(text: str, event: Event) -> list[tuple[int, int, float]]:
    width = len(event.core)
    exact = [place for place in range(len(text) - width + 1) if text.startswith(event.core, place)]
    if exact:
        return [(place, place + width, 2.0 + _company(text, place, width, event)) for place in exact]
    found = []
    for place in range(len(text) - width + 1):
        window = text[place : place + width]
        likeness = sum(char in event.core for char in set(window)) / len(set(event.core))
        if likeness >= _MIN_LIKENESS and window[0] in event.core and window[-1] in event.core:
            found.append((place, place + width, likeness + _company(text, place, width, event)))
    return found


def _company(text: str, place: int, width: int, event: Event) -> float:
    around = text[max(place - _NEAR, 0) : place + width + _NEAR]
    near = sum(word in around for word in event.companions)
    return 0.5 * near / len(event.companions) if event.companions else 0.0


def judge(path: Path, *, part: Literal["tune", "held-out", "all"]) -> tuple[list[Judged], int]:
    """Judge every aligned event of one part of the corpus; also returns how many events could not be aligned."""
    rules, segmenter = AssertionRules.load(), Segmenter.load()
    judged: list[Judged] = []
    lost = 0
    for passage_id, original, events in passages(path):
        if part != "all" and held_out(passage_id) != (part == "held-out"):
            continue
        text = normalise(original).text
        scopes = rules.scopes(text, segmenter.segment(text))
        for event, place in zip(events, align(text, events), strict=True):
            if place is None:
                lost += 1
                continue
            said = scopes.assess(*place)
            found = TENDENCIES.get(said.assertion, "")
            judged.append(Judged(text, *place, event.tendency, found, said.cue))
    return judged, lost


def scores(judged: Sequence[Judged]) -> list[Score]:
    """One score a tendency."""
    pairs = Counter((item.expected, item.found) for item in judged)
    result = []
    for label in LABELS:
        right = pairs[label, label]
        expected = sum(count for (gold, _), count in pairs.items() if gold == label)
        found = sum(count for (_, ours), count in pairs.items() if ours == label)
        result.append(Score(label, expected, right / found if found else 0.0, right / expected if expected else 0.0))
    return result


def main(
    corpus: Annotated[Path, typer.Argument(help="含 clinical-events-train.jsonl 的语料目录")],
    part: Annotated[str, typer.Option(help="tune、held-out 或 all")] = "held-out",
    errors: Annotated[int, typer.Option(help="另外列出多少条不一致（只用于 tune）")] = 0,
) -> None:
    """以标注语料评测断言规则，输出各类 F1 与宏平均。"""
    if part not in ("tune", "held-out", "all"):
        raise typer.BadParameter("只能是 tune、held-out 或 all")
    judged, lost = judge(corpus / EVENTS_FILE, part=part)  # type: ignore[arg-type]
    table = scores(judged)
    typer.echo(f"assertion, {part}: {len(judged)} events aligned, {lost} not ({lost / (lost + len(judged)):.1%})")
    for score in table:
        figures = f"P={score.precision:.3f} R={score.recall:.3f} F1={score.f1:.3f}"
        typer.echo(f"  {score.label or '(肯定)':<6} n={score.count:<5} {figures}")
    typer.echo(f"  macro-F1 {sum(score.f1 for score in table) / len(table):.4f}")
    if errors and part == "tune":
        for item in [item for item in judged if item.expected != item.found][:errors]:
            left, right = item.passage[max(item.start - 25, 0) : item.start], item.passage[item.end : item.end + 20]
            word = item.passage[item.start : item.end]
            typer.echo(
                f"{item.expected or '肯定'}→{item.found or '肯定'} ({item.cue}) {left}【{word}】{right}".replace(
                    "\n", " "
                )
            )


if __name__ == "__main__":
    sys.setrecursionlimit(10_000)
    typer.run(main)
