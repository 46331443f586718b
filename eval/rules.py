"""Rules on records with planted defects: ``python -m eval.rules``.

Recall counts a planted defect as found when a finding of its kind names one of its codes (or, where the defect has no
code, when there is a finding of its kind); where a defect was planted by judgement, a code of the same category or one
of its words in the message is enough. Precision counts every finding, a hint as well; that of findings of severity
block or warn alone has a column of its own. A finding of a kind that was not planted in a record is wrong for that
kind, unless it names the planted code itself (a grey principal that cannot be grouped either): that is one defect seen
twice; so are the findings that a reading of the development records judged right (``judged_right.yaml``), which count
neither way. False blocking findings are those on clean records. Up-coding and missed coding are always shown together.

Several pages are made of one record, and what a rule says about all of them counts on each; *each once* is the
precision when findings of one rule with the same codes on pages of the same record count once.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from time import perf_counter
from typing import Any, get_args

import yaml

from coder.check import read_check
from coder.coding import Finding
from coder.evidence import RecordEvidence
from coder.evidence.support import category_of
from coder.group import load_scheme
from coder.rules import RuleEngine
from coder.rules.entry import Kind
from coder.terms import load_system
from eval.rules_defects import LATER

DATA = Path(__file__).parent / "data" / "defects"
BY_HAND = (*(f"{half}-{number}" for number in (12, 13, 14, 15, 16, 17, 18) for half in ("dev", "held-out")), "dev-19")
PARTS = ("dev", "dev-2", "retired", "held-out-2", "dev-5", "retired-5", *LATER, *BY_HAND)
SCHEME = "chs-drg-1.1"


@dataclass(slots=True)
class KindFigures:
    """Counts of one kind: planted and found defects, right and wrong findings, and of both those that are hints."""

    planted: int = 0
    found: int = 0
    right: int = 0
    wrong: int = 0
    right_hints: int = 0
    wrong_hints: int = 0
    different: set[tuple[str, str, tuple[str, ...], bool]] = field(default_factory=set)

    @property
    def recall(self) -> float | None:
        """Share of planted defects that were found."""
        return self.found / self.planted if self.planted else None

    @property
    def precision(self) -> float | None:
        """Share of all findings that were planted."""
        given = self.right + self.wrong
        return self.right / given if given else None

    @property
    def different_precision(self) -> float | None:
        """Share of different findings that were planted: those alike on several pages of one record count once."""
        right = sum(planted for *_, planted in self.different)
        return right / len(self.different) if self.different else None

    @property
    def firm_precision(self) -> float | None:
        """Share of blocking and warning findings that were planted."""
        right = self.right - self.right_hints
        given = right + self.wrong - self.wrong_hints
        return right / given if given else None


@dataclass(slots=True)
class Figures:
    """The figures of one part."""

    kinds: dict[str, KindFigures] = field(default_factory=lambda: {kind: KindFigures() for kind in get_args(Kind)})
    records: int = 0
    clean: int = 0
    false_blocks: int = 0
    milliseconds: list[float] = field(default_factory=list)
    evidence_milliseconds: list[float] = field(default_factory=list)
    wrong_rules: Counter[str] = field(default_factory=Counter)


def is_expected(finding: Finding, expected: dict[str, Any]) -> bool:
    """Whether a finding is the one that a planted defect must raise."""
    if finding.kind != expected["kind"]:
        return False
    if "words" in expected:
        categories = {category_of(code) for code in expected["codes"]}
        return bool(categories & set(map(category_of, finding.codes))) or any(
            word in finding.message for word in expected["words"]
        )
    return not expected["codes"] or bool(set(expected["codes"]) & set(finding.codes))


def evaluate(*parts: str, engine: RuleEngine | None = None) -> Figures:
    """Run the rules over one part of the records, or over several together."""
    rules = engine or RuleEngine.load()
    scheme = load_scheme(SCHEME)
    figures = Figures()
    for path in (path for part in parts for path in sorted((DATA / part).glob("*.json"))):
        data = json.loads(path.read_text(encoding="utf-8"))
        expected = data.pop("expected")
        given = read_check(data, scheme=scheme).given
        started = perf_counter()
        plain = not (given.labs or given.orders or given.charges)
        given = replace(given, evidence=RecordEvidence(given.reading)) if plain else given
        read = perf_counter()
        right = _judged_right(data["id"])
        findings = tuple(finding for finding in rules.run(given) if finding.rule_id not in right)
        figures.evidence_milliseconds.append((read - started) * 1000)
        figures.milliseconds.append((perf_counter() - read) * 1000)
        _count(figures, expected, findings, record=record_of(data["id"]))
    return figures


@cache
def _readings() -> dict[str, dict[str, str]]:
    return dict(yaml.safe_load((DATA / "judged_right.yaml").read_text(encoding="utf-8")))


def _judged_right(record: str) -> frozenset[str]:
    """The rules whose findings on a record a reading judged right, though nothing was planted for them."""
    return frozenset(rule for name, rules in _readings().items() if record.endswith(name) for rule in rules)


def record_of(page: str) -> str:
    """The record that a page was made of: pages are named after what was done to it."""
    return page.partition("-")[2]


def _count(
    figures: Figures, expected: list[dict[str, Any]], findings: tuple[Finding, ...], *, record: str = ""
) -> None:
    figures.records += 1
    figures.clean += not expected
    figures.false_blocks += sum(finding.severity == "block" for finding in findings) if not expected else 0
    for defect in expected:
        counts = figures.kinds[defect["kind"]]
        counts.planted += 1
        counts.found += any(is_expected(finding, defect) for finding in findings)
    planted = {code for defect in expected for code in (*defect["codes"], *defect.get("taken", ()))}
    kinds = {defect["kind"] for defect in expected}
    for finding in findings:
        if finding.kind not in kinds and planted & set(finding.codes):
            continue
        counts = figures.kinds[finding.kind]
        right = any(is_expected(finding, defect) for defect in expected)
        if not right and _says_what_the_table_says(finding):
            continue
        hint = finding.severity == "hint"
        counts.different.add((record, finding.rule_id, tuple(sorted(finding.codes)), right))
        counts.right += right
        counts.wrong += not right
        counts.right_hints += right and hint
        counts.wrong_hints += not right and hint
        figures.wrong_rules[finding.rule_id] += not right


def _says_what_the_table_says(finding: Finding) -> bool:
    """Whether a finding says of grey codes that they are grey, which gold pages hold now and then."""
    kinds = ("mapping", "gray_principal")
    return finding.kind in kinds and bool(finding.codes) and all(map(_is_grey, finding.codes))


def _is_grey(code: str) -> bool:
    systems = (load_system("icd10-nhsa-2.0"), load_system("icd9cm3-nhsa-2.0"))
    return any(concept.is_gray for system in systems if code in system and (concept := system.get(code)))


def _share(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"


def report(part: str, figures: Figures) -> str:
    """The figures as a table."""
    lines = [f"## {part}: {figures.records} records, {figures.clean} of them clean", ""]
    lines += [
        "| kind | planted | recall | findings | precision | each once | without hints |",
        "|---|---|---|---|---|---|---|",
    ]
    for kind, counts in figures.kinds.items():
        lines.append(
            f"| {kind} | {counts.planted} | {_share(counts.recall)} | {counts.right + counts.wrong} "
            f"| {_share(counts.precision)} | {_share(counts.different_precision)} | {_share(counts.firm_precision)} |"
        )
    up = figures.kinds["unsupported_high_risk"]
    missed = (figures.kinds["missed_diagnosis"], figures.kinds["missed_procedure"])
    per_ten = 10 * figures.false_blocks / max(1, figures.clean)
    lines += [
        "",
        f"false blocking findings per 10 clean records: {per_ten:.2f}",
        f"up-coding findings: {up.right + up.wrong} (right {up.right}); "
        f"missed-coding findings: {sum(c.right + c.wrong for c in missed)} (right {sum(c.right for c in missed)})",
        f"whole rule set on one record: median {statistics.median(figures.milliseconds):.2f} ms, "
        f"p95 {sorted(figures.milliseconds)[int(0.95 * len(figures.milliseconds))]:.2f} ms; "
        f"reading the record for evidence, once for selection and rules: median "
        f"{statistics.median(figures.evidence_milliseconds or [0.0]):.2f} ms",
        "rules with most findings that were not planted: "
        + ", ".join(f"{rule} {count}" for rule, count in figures.wrong_rules.most_common(16) if count),
        "",
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures of all parts, or of those named."""
    parser = argparse.ArgumentParser(prog="python -m eval.rules", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="PART", choices=[*PARTS, []], help=f"of {', '.join(PARTS)}")
    parser.add_argument("--together", action="store_true", help="one table for all of them")
    given = parser.parse_args(arguments)
    parts = tuple(given.parts or PARTS)
    for group in (parts,) if given.together else zip(parts, strict=True):
        print(report(", ".join(group), evaluate(*group)))


if __name__ == "__main__":
    main()
