"""How much of what people marked in real passages gets a code: ``python -m eval.passages FILE.jsonl``.

A line of the file is ``{"id", "text", "entities": [{"start", "end", "type", "text"}]}``, offsets in code points. A span
marked 疾病和诊断 or 手术 counts as coded when the evidence of a code overlaps it: of the same kind (``same kind``), or
of either (``any kind``; a past operation is properly a status diagnosis). A span without a code is told apart by
where it was lost: ``withheld`` for what the reader takes for denied, the family's or only planned, ``uncoded`` for what
was read but got no code, ``unread`` for what was not read as a condition or procedure at all.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any, Literal, get_args

import typer
from pydantic import BaseModel, ConfigDict, ValidationError

from coder.coding import Assertion, Coding
from coder.errors import CoderError, InputError
from coder.pipeline import Coder
from coder.protocols import RecordCoder
from coder.record import Record
from coder.text import read
from coder.validation import explain_errors
from eval.metrics import percentile

Kind = Literal["diagnosis", "procedure"]
Outcome = Literal["same kind", "any kind", "withheld", "uncoded", "unread"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
MARKED: dict[str, Kind] = {"疾病和诊断": "diagnosis", "手术": "procedure"}
# What a front page does not take up; everything else that was marked should have got a code.
WITHHELD: frozenset[Assertion] = frozenset(("absent", "excluded", "family", "planned"))


class Entity(BaseModel):
    """A marked span."""

    model_config = ConfigDict(frozen=True)

    start: int
    end: int
    type: str


class Passage(BaseModel):
    """A passage with its marked spans."""

    model_config = ConfigDict(frozen=True)

    id: str
    text: str
    entities: tuple[Entity, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Counts over passages; ``counts`` by marked type and outcome."""

    passages: int
    errors: tuple[str, ...]
    counts: Counter[tuple[str, str]]
    milliseconds: tuple[float, ...]

    def share(self, marked: str, outcome: str) -> float:
        """The share of the spans of a type that came to this outcome."""
        total = self.counts[(marked, "marked")]
        return self.counts[(marked, outcome)] / total if total else 0.0


def read_passages(path: Path) -> Iterator[Passage]:
    """The passages of a file.

    Raises:
        InputError: the file is missing or a line is no passage.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"无法读取 {path}（{type(error).__name__}）：请给出 UTF-8 编码的 JSONL 文件") from None
    for number, line in enumerate(lines, start=1):
        try:
            yield Passage.model_validate_json(line)
        except ValidationError as error:
            raise InputError(f"{path.name} 第 {number} 行有误：{explain_errors(error.errors())}") from None


def measure(passages: Sequence[Passage], coder: RecordCoder) -> Coverage:
    """Code every passage and count the marked spans that got a code; an error in one does not end the run."""
    counts: Counter[tuple[str, str]] = Counter()
    errors: list[str] = []
    times: list[float] = []
    for passage in passages:
        record = Record(id=passage.id, text=passage.text)
        start = perf_counter()
        try:
            coding = coder.code(record)
        except CoderError as error:
            errors.append(f"{passage.id}: {error}")
            continue
        times.append(1000 * (perf_counter() - start))
        mentions = list(_mentions(record))
        for entity in passage.entities:
            kind = MARKED.get(entity.type)
            if kind is not None:
                outcomes = ("marked", *_outcomes(entity, kind, coding, mentions))
                counts.update((entity.type, outcome) for outcome in outcomes)
    return Coverage(passages=len(passages), errors=tuple(errors), counts=counts, milliseconds=tuple(sorted(times)))


def _outcomes(
    entity: Entity, kind: Kind, coding: Coding, mentions: Sequence[tuple[int, int, Assertion]]
) -> Iterator[Outcome]:
    diagnosis, procedure = (
        any(_overlaps(entity, one.start, one.end) for item in items for one in item.evidence)
        for items in (coding.diagnoses, coding.procedures)
    )
    if diagnosis if kind == "diagnosis" else procedure:
        yield "same kind"
    if diagnosis or procedure:
        yield "any kind"
        return
    assertions = {assertion for start, end, assertion in mentions if _overlaps(entity, start, end)}
    yield "unread" if not assertions else "withheld" if assertions <= WITHHELD else "uncoded"


def _mentions(record: Record) -> Iterator[tuple[int, int, Assertion]]:
    """Where the reader saw a condition or procedure, in offsets of the record, and what it takes it for."""
    reading = read(record)
    for mention in reading.mentions:
        yield *reading.normalised.original_span(mention.start, mention.end), mention.assertion


def _overlaps(entity: Entity, start: int, end: int) -> bool:
    return start < entity.end and entity.start < end


def main(
    file: Annotated[Path, typer.Argument(help="标注了实体的病历片段（JSONL）")],
    output: Annotated[Path, typer.Option("--output", "-o", help="JSON 结果")] = Path("out/eval-passages.json"),
    limit: Annotated[int | None, typer.Option(min=1, help="只评测前几段")] = None,
) -> None:
    """统计真实病历片段中被标注的诊断和手术有多少得到编码。"""
    coverage = measure(list(read_passages(file))[:limit], Coder.load())
    report: dict[str, Any] = {"passages": coverage.passages, "errors": len(coverage.errors)}
    typer.echo(f"{coverage.passages} passages, {len(coverage.errors)} errors")
    for marked in MARKED:
        report[marked] = {"marked": coverage.counts[(marked, "marked")]}
        for outcome in OUTCOMES:
            report[marked][outcome] = coverage.share(marked, outcome)
        shares = "  ".join(f"{name} {value:.1%}" for name, value in report[marked].items() if name != "marked")
        typer.echo(f"{marked}: {report[marked]['marked']} spans  {shares}")
    for name, fraction in (("milliseconds_median", 0.5), ("milliseconds_p95", 0.95)):
        report[name] = percentile(coverage.milliseconds, fraction)
        typer.echo(f"{name}: {report[name] or 0:.1f}")
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if coverage.errors:
        typer.echo("\n".join(coverage.errors[:20]), err=True)
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
