"""Pieces of records, a diagnosis list with its operations and a sentence or two: ``python -m eval.pieces [--misses]``.

``eval/data/pieces/dev.jsonl`` and ``held-out.jsonl``: one JSON object a line with ``id``, ``sex``, ``age_years``,
``text``, and ``diagnoses`` (the principal first) and ``procedures`` (the main one first), each item a list of the codes
that count as right. Written blind by hands that never saw the program, to ask of many more entries of lists than whole
records hold. Those of ``held-out`` nobody reads.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import reduce
from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel, ConfigDict, Field

from coder.pipeline import Coder
from coder.protocols import RecordCoder
from coder.record import Patient, Record, Sex
from coder.terms import load_system
from eval.metrics import Tally, category, match, share
from eval.records import DIAGNOSES, PROCEDURES

DATA = Path(__file__).parent / "data" / "pieces"
PARTS = ("dev", "held-out")

app = typer.Typer(add_completion=False)


class Piece(BaseModel):
    """One piece with its gold codes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    sex: Sex | None = None
    age_years: int | None = None
    age_days: int | None = None
    text: str
    diagnoses: tuple[frozenset[str], ...] = Field(min_length=1)
    procedures: tuple[frozenset[str], ...]

    @property
    def record(self) -> Record:
        """The piece as the pipeline takes it."""
        patient = Patient(sex=self.sex, age_years=self.age_years, age_days=self.age_days)
        return Record(id=self.id, text=self.text, patient=patient)


class PieceScore(BaseModel):
    """One piece compared with its gold."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    id: str
    principal_right: bool
    main_right: bool | None
    diagnoses: Tally
    categories: Tally
    procedures: Tally
    missed: tuple[str, ...]
    wrong: tuple[str, ...]


def pieces(part: str) -> list[Piece]:
    """The pieces of a part."""
    lines = (DATA / f"{part}.jsonl").read_text(encoding="utf-8").splitlines()
    return [Piece.model_validate(json.loads(line)) for line in lines]


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


def score(piece: Piece, coder: RecordCoder) -> PieceScore:
    """What the pipeline makes of a piece."""
    coding = coder.code(piece.record)
    found = [item.code for item in coding.diagnoses if item.system == DIAGNOSES]
    done = [item.code for item in coding.procedures]
    right, right_done = match(found, piece.diagnoses), match(done, piece.procedures)
    by_category = match([*map(category, found)], [{*map(category, item)} for item in piece.diagnoses])
    gold = (*enumerate(piece.diagnoses), *((len(piece.diagnoses) + i, item) for i, item in enumerate(piece.procedures)))
    hit = {*right.values(), *(len(piece.diagnoses) + place for place in right_done.values())}
    return PieceScore(
        id=piece.id,
        principal_right=coding.principal is not None and coding.principal.code in piece.diagnoses[0],
        main_right=bool(done) and done[0] in piece.procedures[0] if piece.procedures else None,
        diagnoses=Tally(len(right), len(found), len(piece.diagnoses)),
        categories=Tally(len(by_category), len(found), len(piece.diagnoses)),
        procedures=Tally(len(right_done), len(done), len(piece.procedures)),
        missed=tuple("/".join(sorted(item)) for place, item in gold if place not in hit),
        wrong=(
            *(code for place, code in enumerate(found) if place not in right),
            *(code for place, code in enumerate(done) if place not in right_done),
        ),
    )


def _shown(tally: Tally) -> str:
    values = (tally.precision, tally.recall, tally.f1)
    return " ".join(f"{name} {100 * (value or 0):.1f}" for name, value in zip(("P", "R", "F1"), values, strict=True))


@app.command()
def main(misses: Annotated[bool, typer.Option("--misses", help="Also the misses of dev, by code.")] = False) -> None:
    """Print the figures of both parts."""
    coder = Coder.load()
    for part in PARTS:
        scores = [score(piece, coder) for piece in pieces(part)]
        print(
            f"{part}: {len(scores)} pieces, principal {100 * (share(one.principal_right for one in scores) or 0):.1f} %"
        )
        for kind in ("diagnoses", "categories", "procedures"):
            print(f"  {kind}: {_shown(reduce(Tally.__add__, (getattr(one, kind) for one in scores)))}")
        print(f"  main procedure: {100 * (share(one.main_right for one in scores) or 0):.1f} %")
        for one in scores if misses and part == "dev" else ():
            if one.missed or one.wrong:
                print(f"  {one.id}: missed {', '.join(one.missed) or '–'}; wrong {', '.join(one.wrong) or '–'}")


if __name__ == "__main__":
    app()
