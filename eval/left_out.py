"""What the rules say when one code is left off the gold page: ``python -m eval.left_out [--split held-out]``.

Every diagnosis and every procedure of every gold record is taken off its page, one at a time. It is found when a
finding of a missed code, which the whole page does not raise, names it, a code that the gold accepts for it, or one of
its category. Histories, symptoms, external causes and states (chapters R and V to Z) are not taken off. Beside it
stand the findings of missed codes on whole pages, a record: some of these are right, because gold pages mark what
matters and not all.

The planted defects of ``eval.rules`` leave out what is listed or weighs most; here everything counts alike.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from coder.check import read_check
from coder.evidence import RecordEvidence
from coder.evidence.support import category_of
from coder.group import load_scheme
from coder.rules import RuleEngine, RuleInput
from coder.rules.model import Page
from eval.rules import SCHEME
from eval.rules_defects import DATA, gold_page

_KINDS = {"diagnosis": "missed_diagnosis", "procedure": "missed_procedure"}
_NOT_TAKEN = ("R", "V", "W", "X", "Y", "Z")


def evaluate(folder: Path, engine: RuleEngine | None = None) -> Counter[str]:
    """Counts over the gold records of a folder: ``records``, codes taken off and found, findings on whole pages."""
    rules = engine or RuleEngine.load()
    scheme = load_scheme(SCHEME)
    counts: Counter[str] = Counter()
    for path in sorted(folder.glob("*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        if not record["gold"]["principal"]:
            continue
        given = read_check(gold_page(record), scheme=scheme).given
        given = replace(given, evidence=RecordEvidence(given.reading))
        whole = _missed(rules, given)
        counts["records"] += 1
        counts.update(f"{kind} on whole pages" for kind, _ in whole)
        for what, item, page in _left_out(given.page, record["gold"]):
            codes = {code for _, named in _missed(rules, replace(given, page=page)) - whole for code in named}
            accepted = set(map(category_of, (item["code"], *item.get("acceptable", ()))))
            counts[what] += 1
            counts[f"{what} found"] += bool(accepted & set(map(category_of, codes)))
    return counts


def _missed(rules: RuleEngine, given: RuleInput) -> frozenset[tuple[str, tuple[str, ...]]]:
    findings = (finding for finding in rules.run(given) if finding.kind in _KINDS.values())
    return frozenset((finding.kind, finding.codes) for finding in findings)


def _left_out(page: Page, gold: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], Page]]:
    """Every page that lacks one of its codes: what was taken off, the gold item, the page."""
    for item in gold["others"]:
        if not item["code"].startswith(_NOT_TAKEN):
            yield "diagnosis", item, replace(page, diagnoses=_without(page.diagnoses, item["code"]))
    for place, item in enumerate(gold["procedures"]):
        what = "other procedure" if place else "main procedure"
        yield what, item, replace(page, procedures=_without(page.procedures, item["code"]))


def _without(entries: tuple[Any, ...], code: str) -> tuple[Any, ...]:
    return tuple(entry for entry in entries if entry.code != code)


def report(counts: Mapping[str, int]) -> str:
    """The figures as a table."""
    lines = [f"{counts['records']} records, one code left out at a time", "", "| | left out | found |", "|---|---|---|"]
    for what in ("diagnosis", "main procedure", "other procedure"):
        taken = counts.get(what, 0)
        lines.append(f"| {what} | {taken} | {100 * counts.get(f'{what} found', 0) / max(1, taken):.1f} % |")
    each = (f"{kind} {counts.get(f'{kind} on whole pages', 0) / counts['records']:.3f}" for kind in _KINDS.values())
    return "\n".join((*lines, "", f"findings on whole pages, a record: {', '.join(each)}"))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures of one split."""
    parser = argparse.ArgumentParser(prog="python -m eval.left_out", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--split", choices=("dev", "held-out"), default="dev")
    print(report(evaluate(DATA / "records" / parser.parse_args(arguments).split)))


if __name__ == "__main__":
    main()
