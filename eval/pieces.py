"""Pieces of records: ``python -m eval.pieces [--misses] [--by-hand]``.

Each part is a file of ``eval/data/pieces``, one JSON object a line with ``id``, ``sex``, ``age_years``, ``text``, and
``diagnoses`` (the principal first) and ``procedures`` (the main one first), each item a list of the codes that count as
right, the best first. Written blind by hands that never saw the program, scored as records are. Those of ``dev`` and
``held-out`` are a diagnosis list with its operations and a sentence or two, to ask of many more entries of lists than
whole records hold; those of ``course-dev`` and ``course-held-out`` list one to three diagnoses and tell the others by
value, finding, drug, device and course alone. Those of ``traps-dev`` and ``traps-held-out`` name beside what is to be
coded what may not be: planned, refused, done before or elsewhere, excluded, feared, healed, another person's
(``denied``: the codes that would be wrong). What is held out nobody reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Annotated, Literal

import typer
from pydantic import BaseModel, ConfigDict, Field

from coder.pipeline import Coder
from coder.record import Patient, Sex
from coder.terms import load_system
from eval.cli import describe_misses
from eval.metrics import RecordScore, summarise
from eval.records import DIAGNOSES, PROCEDURES, Denied, Gold, GoldDiagnosis, GoldProcedure, GoldRecord
from eval.run import score_records

DATA = Path(__file__).parent / "data" / "pieces"
PARTS = ("dev", "held-out", "course-dev", "course-held-out", "traps-dev", "traps-held-out")
FIGURES = (
    "principal_accuracy",
    "diagnosis_f1",
    "other_f1",
    "other_category_f1",
    "procedure_f1",
    "main_procedure_accuracy",
    "denied_records",
)

_Item = Annotated[tuple[str, ...], Field(min_length=1)]

app = typer.Typer(add_completion=False)


class Piece(BaseModel):
    """One piece with its gold codes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    sex: Sex | None = None
    age_years: int | None = None
    age_days: int | None = None
    text: str
    diagnoses: tuple[_Item, ...] = Field(min_length=1)
    procedures: tuple[_Item, ...]
    denied: tuple[_Item, ...] = ()

    @property
    def gold(self) -> GoldRecord:
        """The piece as a gold record, in which the whole text is the evidence of every code."""
        quoted = (self.text,)
        diagnoses = [
            GoldDiagnosis(code=code, name=code, acceptable=tuple(others), evidence=quoted)
            for code, *others in self.diagnoses
        ]
        procedures = tuple(
            GoldProcedure(code=code, name=code, acceptable=tuple(others), evidence=quoted, role=role)
            for (code, *others), role in zip(self.procedures, _roles(), strict=False)
        )
        denied = tuple(Denied(text=self.text, why="absent", codes=codes) for codes in self.denied)
        return GoldRecord(
            id=self.id,
            specialty="",
            kind="piece",
            text=self.text,
            patient=Patient(sex=self.sex, age_years=self.age_years, age_days=self.age_days),
            gold=Gold(principal=diagnoses[0], others=tuple(diagnoses[1:]), procedures=procedures, denied=denied),
        )


def _roles() -> Iterator[Literal["main", "other"]]:
    yield "main"
    while True:
        yield "other"


def pieces(part: str) -> list[Piece]:
    """The pieces of a part."""
    return [Piece.model_validate_json(line) for line in (DATA / f"{part}.jsonl").read_text("utf-8").splitlines()]


def faults(some: Sequence[Piece]) -> Iterator[str]:
    """What is wrong with pieces: ids that occur twice, codes in no table."""
    systems = {"diagnoses": load_system(DIAGNOSES), "procedures": load_system(PROCEDURES)}
    seen: set[str] = set()
    for piece in some:
        if piece.id in seen:
            yield f"{piece.id}: occurs twice"
        seen.add(piece.id)
        for kind, system in systems.items():
            for code in sorted(code for item in getattr(piece, kind) for code in item if code not in system):
                yield f"{piece.id}: {code} is in no table of {kind}"
        for code in sorted({code for item in piece.denied for code in item}):
            if not any(code in system for system in systems.values()):
                yield f"{piece.id}: {code} is in no table"
            if any(code in item for item in (*piece.diagnoses, *piece.procedures)):
                yield f"{piece.id}: {code} is both right and denied"


def _hand(score: RecordScore) -> str:
    return score.id.partition("-")[0]


def _print_figures(title: str, scores: Sequence[RecordScore]) -> None:
    figures = summarise(scores)
    print(f"{title}: {len(scores)} pieces")
    for name in FIGURES:
        print(f"  {name}\t{100 * (figures[name] or 0):.1f}")


@app.command()
def main(
    misses: Annotated[bool, typer.Option("--misses", help="Also the misses of what may be read, by code.")] = False,
    by_hand: Annotated[bool, typer.Option("--by-hand", help="Also the figures of each hand (d3 of d3-001).")] = False,
) -> None:
    """Print the figures of all parts, in per cent."""
    coder = Coder.load()
    for part in PARTS:
        scores = list(score_records([piece.gold for piece in pieces(part)], coder))
        _print_figures(part, scores)
        for hand, own in groupby(sorted(scores, key=_hand), key=_hand) if by_hand else ():
            _print_figures(f"{part}, {hand}", list(own))
        for line in (
            (line for score in scores for line in describe_misses(score)) if misses and part.endswith("dev") else ()
        ):
            print(line)


if __name__ == "__main__":
    app()
