"""Reading measured: ``python -m eval.bench_reading [CORPUS_DIR]``.

Times (processor time of one thread) come from the project's development records joined to passages of 2,000
characters. With a corpus directory the share of marked diagnoses and operations of ``record-entities-train.jsonl``
that a mention of the right kind touches is measured too.
"""

from __future__ import annotations

import json
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from coder.record import Patient, Record
from coder.terms import load_system
from coder.text import Segmenter, normalise, normalise_term, read
from coder.text.assertion import AssertionRules
from coder.text.lexicon import Lexicon
from coder.text.mentions import MentionFinder
from coder.text.patient import complete_patient
from coder.text.sections import SectionSplitter

RECORDS = Path(__file__).parent / "data" / "records" / "dev"
ENTITIES_FILE = "record-entities-train.jsonl"
KINDS = {"疾病和诊断": "diagnosis", "手术": "procedure"}
LENGTH = 2000


def passages() -> list[str]:
    """The development records, joined and cut to passages of 2,000 characters."""
    joined = "\n".join(
        json.loads(path.read_text(encoding="utf-8"))["text"].replace("性别", "")
        for path in sorted(RECORDS.glob("*.json"))
    )
    return [joined[start : start + LENGTH] for start in range(0, len(joined) - LENGTH, LENGTH)]


def milliseconds(function: Callable[..., object], arguments: Iterable[tuple[Any, ...]]) -> tuple[float, float]:
    """Median and 95th percentile of the processor time of a call."""
    times = []
    for one in arguments:
        started = time.thread_time()
        function(*one)
        times.append((time.thread_time() - started) * 1000)
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


def loading() -> dict[str, float]:
    """Milliseconds to load each part in a process that has loaded none; call it first."""
    parts: dict[str, Callable[[], object]] = {
        "normalisation": lambda: normalise("高血压"),
        "sections": SectionSplitter.load,
        "segmentation": Segmenter.load,
        "assertion": AssertionRules.load,
        "lexicon": Lexicon.load,
        "mentions": MentionFinder.load,
    }
    return {name: milliseconds(load, [(), ()])[0] * 2 for name, load in parts.items()}


def coverage(path: Path) -> dict[str, float]:
    """The share of marked spans of each kind that a mention of that kind touches."""
    marked: Counter[str] = Counter()
    touched: Counter[str] = Counter()
    with path.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            reading = read(Record(text=row["text"]))
            spans = [(one.kind, *reading.normalised.original_span(one.start, one.end)) for one in reading.mentions]
            for entity in row["entities"]:
                kind = KINDS.get(entity["type"])
                if kind is not None:
                    marked[kind] += 1
                    touched[kind] += any(
                        kind == other and start < entity["end"] and entity["start"] < end for other, start, end in spans
                    )
    return {kind: touched[kind] / marked[kind] for kind in marked}


def main(
    corpus: Annotated[Path | None, typer.Argument(help="含 record-entities-train.jsonl 的语料目录")] = None,
) -> None:
    """测量病历阅读各步的加载时间与耗时、名称切分的粒度，以及（给出语料时）提及的覆盖率。"""
    for name, load in loading().items():
        typer.echo(f"load {name:<16}{load:8.1f} ms")
    texts = passages()
    normals = [normalise(text).text for text in texts]
    segments = [Segmenter.load().segment(text) for text in normals]
    sections = [SectionSplitter.load().split(text) for text in normals]
    scopes = [AssertionRules.load().scopes(*pair) for pair in zip(normals, segments, strict=True)]
    stages: dict[str, tuple[Callable[..., object], Iterable[tuple[Any, ...]]]] = {
        "normalisation": (normalise, [(text,) for text in texts]),
        "sections": (SectionSplitter.load().split, [(text,) for text in normals]),
        "segmentation": (Segmenter.load().segment, [(text,) for text in normals]),
        "assertion": (AssertionRules.load().scopes, zip(normals, segments, strict=True)),
        "mentions": (MentionFinder.load().find, zip(normals, sections, segments, scopes, strict=True)),
        "patient": (complete_patient, [(text, Patient()) for text in normals]),
        "all of reading": (lambda text: read(Record(text=text)), [(text,) for text in texts]),
    }
    for name, (function, arguments) in stages.items():
        median, p95 = milliseconds(function, arguments)
        typer.echo(f"read {name:<16}{median:8.2f} ms median{p95:8.2f} ms p95 ({LENGTH} characters)")
    names = [normalise_term(name) for name in load_system("icd10-nhsa-2.0").names[::10]]
    words = [Segmenter.load().words(name) for name in names]
    count = sum(map(len, words))
    typer.echo(f"names {count / len(names):.2f} words a name, {sum(map(len, names)) / count:.2f} characters a word")
    if corpus is not None:
        for kind, share in coverage(corpus / ENTITIES_FILE).items():
            typer.echo(f"coverage {kind:<12}{share:8.1%}")


if __name__ == "__main__":
    typer.run(main)
