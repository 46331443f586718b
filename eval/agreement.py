"""How far two coders agree, beside how far the program agrees with the first: ``python -m eval.agreement``.

``eval/data/second-coder/codes.jsonl`` holds the codes that second hands gave held-out records from the text and the
tables alone: they saw neither the gold nor the program. Both are compared with the gold on the same records, so that
the figures of the program can be read against what a careful coder reaches.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

from coder.pipeline import Coder
from coder.protocols import RecordCoder
from eval.metrics import Tally, category, match, share
from eval.records import DIAGNOSES, GoldRecord, load_records

CODES = Path(__file__).parent / "data" / "second-coder" / "codes.jsonl"


@dataclass(frozen=True, slots=True)
class Page:
    """The codes that somebody gave a record; the first procedure is the main one."""

    principal: str | None
    others: tuple[str, ...]
    procedures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """A page compared with the gold."""

    principal: bool
    others: Tally
    categories: Tally
    procedures: Tally
    main: bool | None
    denied: bool


def second_pages(path: Path = CODES) -> dict[str, Page]:
    """The pages of the second coders by the id of the record."""
    lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {one["id"]: Page(one["principal"], tuple(one["others"]), tuple(one["procedures"])) for one in lines}


def page_of(gold: GoldRecord, coder: RecordCoder) -> Page:
    """The page that the program gives."""
    coding = coder.code(gold.record)
    diagnoses = [item for item in coding.diagnoses if item.system == DIAGNOSES]
    return Page(
        coding.principal.code if coding.principal else None,
        tuple(item.code for item in diagnoses if item.role != "principal"),
        tuple(item.code for item in sorted(coding.procedures, key=lambda item: item.role != "main")),
    )


def agreement(gold: GoldRecord, page: Page) -> Agreement:
    """How far a page agrees with the gold of its record, counted as ``coder eval`` counts."""
    truth = gold.gold
    others = [item.codes for item in truth.others]
    procedures = [item.codes for item in truth.procedures]
    right = {code for item in (*truth.diagnoses, *truth.procedures) for code in item.codes}
    wrong = {code for item in truth.denied for code in item.codes} - right
    main = next((item.codes for item in truth.procedures if item.role == "main"), None)
    return Agreement(
        principal=page.principal in truth.principal.codes,
        others=_tally(page.others, others),
        categories=_tally([*map(category, page.others)], [frozenset(map(category, item)) for item in others]),
        procedures=_tally(page.procedures, procedures),
        main=None if main is None else bool(page.procedures) and page.procedures[0] in main,
        denied=not wrong.isdisjoint((page.principal, *page.others, *page.procedures)),
    )


def _tally(given: Iterable[str], gold: list[frozenset[str]]) -> Tally:
    codes = list(given)
    return Tally(len(match(codes, gold)), len(codes), len(gold))


def figures(found: list[Agreement]) -> Iterator[tuple[str, float]]:
    """The figures of many pages, in per cent."""
    yield "principal", 100 * (share(one.principal for one in found) or 0)
    for name in ("others", "categories", "procedures"):
        yield name, 100 * (reduce(Tally.__add__, (getattr(one, name) for one in found)).f1 or 0)
    yield "main procedure", 100 * (share(one.main for one in found) or 0)
    yield "denied", 100 * (share(one.denied for one in found) or 0)


def main() -> None:
    """Print both figures side by side."""
    pages, coder = second_pages(), Coder.load()
    golds = [gold for gold in load_records("held-out") if gold.id in pages]
    second = dict(figures([agreement(gold, pages[gold.id]) for gold in golds]))
    program = dict(figures([agreement(gold, page_of(gold, coder)) for gold in golds]))
    print(f"{len(golds)} held-out records\tsecond coder\tprogram")
    for name, value in second.items():
        print(f"{name}\t{value:.1f}\t{program[name]:.1f}")


if __name__ == "__main__":
    main()
