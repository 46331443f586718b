"""Labelled phrases: reading them, holding a part out for the final figures, folding the rest."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from coder.errors import InputError

SPLIT_SEED = 20251122
HELD_OUT_SHARE = 0.15


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase that a doctor wrote and the concept names that a coder gave it."""

    id: str
    text: str
    names: tuple[str, ...]


def read_phrases(path: Path) -> list[Phrase]:
    """Read ``.jsonl`` (``id``, ``text``, ``terms``) or ``.csv`` (columns ``text``, ``name``; one row a pair).

    Raises:
        InputError: a row lacks a field; the message names the file and the line.
    """
    return _read_csv(path) if path.suffix.lower() == ".csv" else _read_jsonl(path)


def _read_jsonl(path: Path) -> list[Phrase]:
    phrases = []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                row = json.loads(line)
                phrases.append(Phrase(str(row["id"]), str(row["text"]), tuple(dict.fromkeys(row["terms"]))))
            except (ValueError, KeyError, TypeError) as error:
                raise InputError(f"{path.name} 第 {number} 行不是 id、text、terms 三个字段的 JSON，请改正。") from error
    return phrases


def _read_csv(path: Path) -> list[Phrase]:
    names: dict[str, list[str]] = {}
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        if not {"text", "name"} <= set(reader.fieldnames or ()):
            raise InputError(f"{path.name} 第 1 行缺少列名 text 或 name，请补上。")
        for number, row in enumerate(reader, start=2):
            if not row["text"] or not row["name"]:
                raise InputError(f"{path.name} 第 {number} 行的 text 或 name 为空，请补上或删去该行。")
            names.setdefault(row["text"], []).append(row["name"])
    return [
        Phrase(f"{path.stem}-{n}", text, tuple(dict.fromkeys(found))) for n, (text, found) in enumerate(names.items())
    ]


def hold_out(
    phrases: Sequence[Phrase], *, share: float = HELD_OUT_SHARE, seed: int = SPLIT_SEED
) -> tuple[list[Phrase], list[Phrase]]:
    """Split into (to train on, held out) by a shuffle of the sorted ids with a fixed seed.

    >>> kept, held = hold_out([Phrase(str(n), "", ()) for n in range(20)], share=0.25)
    >>> len(kept), len(held)
    (15, 5)
    """
    order = sorted(phrases, key=lambda phrase: phrase.id)
    random.Random(seed).shuffle(order)
    cut = round(len(order) * share)
    return order[cut:], order[:cut]


def folds(phrases: Iterable[Phrase], *, count: int) -> list[list[Phrase]]:
    """Deal the phrases into ``count`` folds, in their order."""
    dealt: list[list[Phrase]] = [[] for _ in range(count)]
    for number, phrase in enumerate(phrases):
        dealt[number % count].append(phrase)
    return dealt
