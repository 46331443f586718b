"""Term normalisation, part by part: what lexical search, the encoder, fine-tuning, the ranker and the count each add.

    python -m eval.normalisation --corpus DIR [--base WHEEL] [--output FILE]

Diagnosis phrases are the held-out 15 % of ``diagnosis-terms-train`` (:func:`coder.train.corpus.hold_out`, fixed seed),
procedure phrases all of ``procedure-terms-dev``; neither is ever trained or tuned on.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from coder.suggest.calibrate import expected_calibration_error
from coder.suggest.count import choose
from coder.suggest.modeldir import ModelDirectory
from coder.suggest.names import load_names
from coder.suggest.normalize import Normalizer, prepare
from coder.suggest.parts import clean
from coder.suggest.rank import Ranker
from coder.suggest.retrieval import Retrieval
from coder.suggest.retriever import Retriever, Runtime, family_of
from coder.train.corpus import Phrase, hold_out, read_phrases

_BATCH = 32
_SHORT, _LONG = 20, 200


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of one configuration.

    ``recall_20`` and ``recall_200`` count every gold name, also those that the table does not hold; the other two count
    only names that it holds.
    """

    f1: float
    exact: float
    recall_20: float
    recall_200: float
    recall_20_in_table: float
    recall_200_in_table: float


@dataclass(frozen=True, slots=True)
class Task:
    """Phrases with the system that they are labelled in."""

    name: str
    system: str
    phrases: Sequence[Phrase]


def tasks(corpus: Path) -> list[Task]:
    """The two evaluation sets."""
    _, held_out = hold_out(read_phrases(corpus / "diagnosis-terms-train.jsonl"))
    procedures = read_phrases(corpus / "procedure-terms-dev.jsonl")
    return [Task("diagnosis", "icd10-bj-601", held_out), Task("procedure", "icd9cm3-pumch-2017", procedures)]


def figures(task: Task, chosen: Sequence[Sequence[str]], ordered: Sequence[Sequence[str]]) -> Figures:
    """Micro-F1 over (text, name) pairs, share of exact answers, recall of the ordered candidates."""
    known = frozenset(load_names(task.system).names)
    right = given = wanted = held = exact = short = long = 0
    for phrase, answer, candidates in zip(task.phrases, chosen, ordered, strict=True):
        gold = {clean(name) for name in phrase.names}
        hits = len(gold & set(answer))
        right, given, wanted = right + hits, given + len(set(answer)), wanted + len(gold)
        exact += gold == set(answer)
        held += len(gold & known)
        short += len(gold & set(candidates[:_SHORT]))
        long += len(gold & set(candidates[:_LONG]))
    recall = (short / wanted, long / wanted, short / held, long / held)
    return Figures(*(round(value, 4) for value in (2 * right / (given + wanted), exact / len(task.phrases), *recall)))


def retrieval_only(task: Task, retriever: Retriever, scores: Sequence[str]) -> Figures:
    """The best name by the named scores for the whole phrase, nothing learned on top."""
    names = retriever.table.names
    ordered = []
    for found in _retrieved(task, retriever):
        best = np.max([getattr(found, score)[0] for score in scores], axis=0)
        ordered.append([names[number] for number in np.argsort(-best, kind="stable")[:_LONG].tolist()])
    return figures(task, [candidates[:1] for candidates in ordered], ordered)


def _retrieved(task: Task, retriever: Retriever) -> list[Retrieval]:
    found = []
    for start in range(0, len(task.phrases), _BATCH):
        batch = [prepare(phrase.text) for phrase in task.phrases[start : start + _BATCH]]
        found += retriever.retrieve(batch)
    return found


def two_passes(task: Task, retriever: Retriever, directory: ModelDirectory) -> Figures:
    """The ranker without reading close calls again: as many concepts as are likely enough."""
    family = family_of(retriever.table.system.kind)
    ranker = Ranker.load(directory, family, tokenizer=retriever.tokenizer).without_reading()
    found = _retrieved(task, retriever)
    candidates = [one.candidates() for one in found]
    scores = ranker.probabilities(retriever.features, found, candidates, [retriever.words(one) for one in found])
    names, settings = retriever.table.names, directory.manifest.families[family]
    chosen, ordered = [], []
    for own, numbers, one in zip(scores, candidates, found, strict=True):
        likely = choose(own, one.best_unit(numbers), threshold=settings.threshold, apart=settings.least_apart)
        chosen.append([names[numbers[place]] for place in likely])
        ordered.append(_ordered([names[number] for number in numbers[np.argsort(-own, kind="stable")]], one, names))
    return figures(task, chosen, ordered)


def _ordered(ranked_names: Sequence[str], found: Retrieval, names: Sequence[str]) -> list[str]:
    """The twenty likeliest names as ranked, and after them the rest as recalled."""
    best = np.maximum(found.dense.max(axis=0), found.near.max(axis=0))
    rest = (names[number] for number in np.argsort(-best, kind="stable")[:_LONG].tolist())
    return list(dict.fromkeys([*ranked_names[:_SHORT], *rest]))


def ranked(task: Task, retriever: Retriever, normalizer: Normalizer) -> dict[str, object]:
    """The shipped normaliser: one concept a phrase, then as many as it gives; its calibration."""
    answers = normalizer.normalize([phrase.text for phrase in task.phrases])
    chosen = [[clean(concept.name) for concept in answer.concepts] for answer in answers]
    ordered = []
    for answer, found in zip(answers, _retrieved(task, retriever), strict=True):
        first = [clean(concept.name) for concept in answer.candidates]
        ordered.append(_ordered(first, found, retriever.table.names))
    tops = np.array([answer.candidates[0].probability for answer in answers])
    right = np.array(
        [
            clean(answer.candidates[0].name) in {clean(name) for name in phrase.names}
            for answer, phrase in zip(answers, task.phrases, strict=True)
        ]
    )
    return {
        "+ close calls read again, one concept": asdict(figures(task, [names[:1] for names in chosen], ordered)),
        "+ count (shipped)": asdict(figures(task, chosen, ordered)),
        "expected calibration error of the top concept": round(expected_calibration_error(tops, right), 4),
        "phrases abstained": sum(answer.abstained for answer in answers),
    }


def known_share(task: Task) -> float:
    """The share of gold names that the table holds: the most that any recall can reach."""
    known = set(load_names(task.system).names)
    gold = [clean(name) for phrase in task.phrases for name in phrase.names]
    return round(sum(name in known for name in gold) / len(gold), 4)


def zero_shot(base: Path, task: Task, folder: Path) -> Figures:
    """The base encoder without any training, as a model directory of its own."""
    from coder.train.base import read_base
    from coder.train.bundle import seal, write_encoder, write_memory, write_vectors
    from coder.train.model import encoder_from_base
    from coder.train.recipe import BASE_NAME
    from coder.train.vocabulary import build_tokenizer, prune

    pruned = prune(read_base(base))
    size = pruned.config.hidden
    model = encoder_from_base(pruned, layers=range(pruned.config.layers), dimension=size).eval()
    encoder = write_encoder(folder, model, build_tokenizer(pruned), threads=1)
    write_vectors(folder, encoder, [task.system])
    write_memory(folder, task.name, encoder, ())
    directory = seal(folder, version="0", base=BASE_NAME, dimension=size, families={})
    return retrieval_only(task, Retriever(Runtime(directory, threads=1), load_names(task.system)), ["dense"])


app = typer.Typer(add_completion=False)


@app.command()
def main(
    corpus: Annotated[Path, typer.Option(help="The folder of labelled phrases.")],
    base: Annotated[Path | None, typer.Option(help="The base model, for the zero-shot row (needs torch).")] = None,
    model: Annotated[Path | None, typer.Option(help="A model directory; the shipped one by default.")] = None,
    output: Annotated[Path | None, typer.Option(help="Where to write the figures as JSON.")] = None,
) -> None:
    """Print the ablation for diagnoses and procedures."""
    directory = ModelDirectory(model) if model else ModelDirectory.default()
    result: dict[str, object] = {"model": directory.manifest.version}
    for task in tasks(corpus):
        retriever = Retriever(Runtime(directory, threads=1), load_names(task.system))
        rows: dict[str, object] = {"phrases": len(task.phrases), "gold names in the table": known_share(task)}
        rows["lexical only"] = asdict(retrieval_only(task, retriever, ["lexical"]))
        if base is not None:
            with tempfile.TemporaryDirectory() as folder:
                rows["zero-shot encoder"] = asdict(zero_shot(base, task, Path(folder)))
        rows["fine-tuned encoder"] = asdict(retrieval_only(task, retriever, ["dense"]))
        rows["fine-tuned encoder + memory"] = asdict(retrieval_only(task, retriever, ["dense", "near"]))
        rows["+ ranker of two passes, count"] = asdict(two_passes(task, retriever, directory))
        rows |= ranked(task, retriever, Normalizer.load(task.system, model=model))
        result[task.name] = rows
    text = json.dumps(result, ensure_ascii=False, indent=1)
    print(text)
    if output is not None:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    app()
