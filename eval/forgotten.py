"""Fitting of the measure of forgotten procedures: ``python -m eval.forgotten [--out FILE]``.

Learns from complete pages that humans coded (the parts of ``eval/data/defects`` made by hand, the halves that may be
read): what selection reads beside such a page was not forgotten; with one procedure of the page taken off, what
selection reads for it was. Prints what models say that were fitted without a record, and writes that of all. What is
held out is never read; ``python -m eval.rules`` on held-out parts shows what the rules make of it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from coder.artefacts import artefact_root
from coder.check import read_check
from coder.evidence.support import category_of
from coder.group import load_scheme
from coder.rules.facts import Facts
from coder.rules.model import RuleInput
from coder.rules.predicates.forgotten import FORGOTTEN_FILE, candidates
from coder.train.weighing import Example, across, fit
from eval.rules import SCHEME, record_of
from eval.support import pages

AT_LEAST: Final = (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9)


@dataclass(frozen=True, slots=True)
class Asked:
    """A procedure that selection reads beside a page: what it looks like, and which one was taken off, if any."""

    example: Example
    taken_off: str | None


def asked() -> Iterator[Asked]:
    """What is learned from."""
    scheme = load_scheme(SCHEME)
    for page in pages():
        if not page.pop("expected"):
            yield from beside(read_check(page, scheme=scheme).given, record_of(page["id"]))


def beside(given: RuleInput, record: str) -> Iterator[Asked]:
    """What selection reads beside a complete page, and beside the same page without each of its procedures."""
    for _, values in candidates(Facts(given)):
        yield Asked(Example(values, holds=False, record=record), None)
    for code in dict.fromkeys(item.code for item in given.page.procedures):
        left = tuple(item for item in given.page.procedures if item.code != code)
        for one, values in candidates(Facts(replace(given, page=replace(given.page, procedures=left)))):
            same = category_of(one.code) == category_of(code)
            yield Asked(Example(values, holds=same, record=record), code)


def table(known: Sequence[Asked]) -> str:
    """What models say of records that they were not fitted on, a line for each limit."""
    said = across([one.example for one in known])
    lines = ["| at least | taken off and found | said beside complete pages |", "|---|---|---|"]
    for limit in AT_LEAST:
        sure = [one for one, value in zip(known, said, strict=True) if value >= limit]
        found = {(one.example.record, one.taken_off) for one in sure if one.example.holds}
        lines.append(f"| {limit} | {len(found)} | {sum(one.taken_off is None for one in sure)} |")
    return "\n".join(lines)


def main(arguments: Iterable[str] | None = None) -> int:
    """Fit the model, print how it does on records it has not seen, and write it."""
    parser = argparse.ArgumentParser(prog="python -m eval.forgotten", description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=artefact_root() / FORGOTTEN_FILE)
    options = parser.parse_args(None if arguments is None else list(arguments))
    known = list(asked())
    print(table(known))
    model = fit([one.example for one in known])
    options.out.write_text(model.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
