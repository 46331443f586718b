"""How far two coders agree, beside how far the program agrees with the first: ``python -m eval.agreement``.

``eval/data/second-coder/codes.jsonl`` holds the codes that second hands gave held-out records from the text and the
tables alone: they saw neither the gold nor the program. Both are scored on the same records as ``coder eval`` scores,
so that the figures of the program can be read against what a careful coder reaches.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from coder.coding import CodedDiagnosis, CodedProcedure, Coding, Grouping
from coder.pipeline import Coder
from coder.record import Record
from eval.metrics import summarise
from eval.records import DIAGNOSES, PROCEDURES, load_records
from eval.run import score_records

CODES = Path(__file__).parent / "data" / "second-coder" / "codes.jsonl"
FIGURES = (
    "principal_accuracy",
    "other_f1",
    "other_category_f1",
    "procedure_f1",
    "main_procedure_accuracy",
    "denied_records",
)


class SecondCoder:
    """Gives the codes that a second coder gave, by the id of the record."""

    versions: Mapping[str, str] = {}

    def __init__(self, pages: Mapping[str, Mapping[str, Any]]) -> None:
        self.pages = pages

    @classmethod
    def load(cls) -> SecondCoder:
        """All that was coded twice."""
        lines = map(json.loads, CODES.read_text(encoding="utf-8").splitlines())
        return cls({one["id"]: one for one in lines})

    def code(self, record: Record) -> Coding:
        """The page of a record.

        Raises:
            KeyError: no second coder has coded it.
        """
        page = self.pages[record.id or ""]
        return Coding(
            record_id=record.id,
            diagnoses=(
                _diagnosis(page["principal"], "principal"),
                *(_diagnosis(code, "other") for code in page["others"]),
            ),
            procedures=tuple(
                CodedProcedure(
                    code=code,
                    name=code,
                    system=PROCEDURES,
                    role="main" if place == 0 else "other",
                    probability=1.0,
                    assertion="present",
                    evidence=(),
                )
                for place, code in enumerate(page["procedures"])
            ),
            findings=(),
            grouping=Grouping(scheme="none", status="none"),
            versions={},
            timings_ms={},
        )


def _diagnosis(code: str, role: Literal["principal", "other"]) -> CodedDiagnosis:
    return CodedDiagnosis(
        code=code,
        name=code,
        system=DIAGNOSES,
        role=role,
        probability=1.0,
        assertion="present",
        severity="none",
        evidence=(),
    )


def main() -> None:
    """Print both figures side by side, in per cent."""
    second = SecondCoder.load()
    golds = [gold for gold in load_records("held-out") if gold.id in second.pages]
    theirs, ours = (summarise(list(score_records(golds, coder))) for coder in (second, Coder.load()))
    print(f"{len(golds)} held-out records\tsecond coder\tprogram")
    for name in FIGURES:
        print(f"{name}\t{100 * (theirs[name] or 0):.1f}\t{100 * (ours[name] or 0):.1f}")


if __name__ == "__main__":
    main()
