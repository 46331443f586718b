"""The whole recipe: base weights and labelled phrases in, a model directory out.

Warm-up on synonyms → one encoder for every fold of the labelled phrases, so that the ranker learns from phrases its
encoder has not seen → the final encoder on all of them → two passes of the ranker → a cross-encoder for every fold and
the final one → the third pass, threshold, calibration → a sealed directory. Every step is seeded, and every encoder is
kept in the working folder, so that a run that was interrupted goes on from there.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import onnx
import torch
from tokenizers import Tokenizer

from coder.suggest.close import READINGS, close_columns, reading_depth
from coder.suggest.cross_encoder import cross_encoder_file
from coder.suggest.features import SET_FEATURES
from coder.suggest.modeldir import FamilySettings, ModelDirectory
from coder.suggest.names import load_names
from coder.suggest.rank import pass_files
from coder.suggest.retriever import Retriever, Runtime
from coder.train.base import EncoderConfig, read_base
from coder.train.bundle import seal, write_encoder, write_memory, write_vectors
from coder.train.close import CloseCalls, shortlists, train_close
from coder.train.contrastive import Pair, Progress, Schedule, TokenCache, encode_array, silent, train
from coder.train.corpus import Phrase, folds
from coder.train.cross_encoder import CrossSchedule
from coder.train.cross_export import export_cross, pieces_of
from coder.train.cross_recipe import Coded, CrossPlan, fold_scores, practised
from coder.train.differences import write_differences
from coder.train.model import Encoder, encoder_from_base
from coder.train.pairs import phrase_pairs, with_negatives
from coder.train.ranker import Example, Passes, examples, settings_of, train_passes
from coder.train.trees import trees_to_onnx
from coder.train.vocabulary import build_tokenizer, prune

BASE_NAME = "intfloat/multilingual-e5-small (MIT)"
LAYERS = (0, 2, 4, 7, 9, 11)
DIMENSION = 256
FOLDS = 3
SYNONYMS_AN_EPOCH = 2000


@dataclass(frozen=True, slots=True)
class Family:
    """Labelled phrases of one kind and the system that they are labelled in; ``crossed`` gives it a cross-encoder."""

    name: str
    system: str
    phrases: Sequence[Phrase]
    crossed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to train, on what, and where."""

    families: Sequence[Family]
    synonyms: Sequence[Pair]
    abbreviations: Sequence[Pair]
    systems: Sequence[str]
    work: Path
    output: Path
    version: str
    fold_epochs: int = 2
    final_epochs: int = 3
    cross_epochs: int = 3
    trained_folds: int = FOLDS
    seed: int = 20251122
    threads: int = 2
    bf16: bool = True


Report = Callable[[str, Progress], None]


def run(plan: Plan, base: Path, *, report: Report = silent) -> ModelDirectory:
    """Train everything and write the model directory."""
    torch.set_num_threads(plan.threads)
    plan.work.mkdir(parents=True, exist_ok=True)
    pruned = prune(read_base(base))
    tokenizer = build_tokenizer(pruned)
    warm = _stage(
        plan, "warm-up", lambda: encoder_from_base(pruned, layers=LAYERS, dimension=DIMENSION), tokenizer, report
    )
    made: list[list[list[Example]]] = [[] for _ in plan.families]
    dealt = [folds(family.phrases, count=FOLDS) for family in plan.families]
    for fold in range(plan.trained_folds):
        seen = [[one for place, some in enumerate(all_) if place != fold for one in some] for all_ in dealt]
        encoder = _stage(
            plan, f"fold-{fold}", lambda: _copy(warm), tokenizer, report, phrases=seen, epochs=plan.fold_epochs
        )
        folder = plan.work / f"fold-{fold}"
        _fill(folder, plan, encoder, tokenizer, seen, systems=[family.system for family in plan.families])
        runtime = Runtime(_sealed(folder, plan, {}), threads=plan.threads)
        for place, family in enumerate(plan.families):
            made[place].append(examples(Retriever(runtime, load_names(family.system)), dealt[place][fold]))
    everything = [family.phrases for family in plan.families]
    final = _stage(plan, "final", lambda: _copy(warm), tokenizer, report, phrases=everything, epochs=plan.final_epochs)
    _fill(plan.output, plan, final, tokenizer, everything, systems=plan.systems)
    return finish(plan, made, warm, tokenizer, report=report)


def finish(
    plan: Plan,
    made: Sequence[Sequence[Sequence[Example]]],
    warm: Encoder,
    tokenizer: Tokenizer,
    *,
    report: Report = silent,
) -> ModelDirectory:
    """Train the rankers on the examples of every family, fold by fold, and seal the output directory."""
    settings: dict[str, FamilySettings] = {}
    runtime = Runtime(_sealed(plan.output, plan, {}), threads=plan.threads)
    for family, in_folds in zip(plan.families, made, strict=True):
        retriever = Retriever(runtime, load_names(family.system))
        names = retriever.table.names
        every = [example for fold in in_folds for example in fold]
        passes = train_passes(every, retriever, seed=plan.seed, threads=plan.threads)
        orders = shortlists(passes.second, depth=reading_depth(crossed=family.crossed))
        cross = None
        if family.crossed:
            stages = CrossPlan(
                family=family.name,
                work=plan.work,
                tokenizer=tokenizer,
                schedule=CrossSchedule(epochs=plan.cross_epochs, seed=plan.seed, bf16=plan.bf16),
                report=report,
            )
            others = [
                Coded(one.phrases, load_names(one.system).names, one.name) for one in plan.families if one is not family
            ]
            start = practised(stages, warm, names, others)
            cross, model = fold_scores(stages, warm, start, in_folds, passes.second, orders, names)
            texts = [*names, *(example.phrase for example in every)]
            export_cross(model, plan.output / cross_encoder_file(family.name), pieces=pieces_of(tokenizer, texts))
        close = train_close(every, passes.second, orders, names, cross=cross, seed=plan.seed, threads=plan.threads)
        write_ranker(plan.output, family, passes, close, columns=retriever.features.columns)
        settings[family.name], _ = settings_of(
            close.out_of_fold, every, trained_on=family.system, exact=family.name == "procedure"
        )
    return _sealed(plan.output, plan, settings)


def write_ranker(folder: Path, family: Family, passes: Passes, close: CloseCalls, *, columns: tuple[str, ...]) -> None:
    """Write the three passes of a family's ranker as ONNX, and the differences that the third reads."""
    read_again = close_columns(READINGS if family.crossed else READINGS[:1])
    boosters = (passes.alone, passes.among, close.booster)
    for file, booster, more in zip(pass_files(family.name), boosters, ((), SET_FEATURES, read_again), strict=True):
        onnx.save(trees_to_onnx(booster, columns=(*columns, *more)), folder / file)
    write_differences(folder, family.name, close.differences)


def _sealed(folder: Path, plan: Plan, families: dict[str, FamilySettings]) -> ModelDirectory:
    return seal(folder, version=plan.version, base=BASE_NAME, dimension=DIMENSION, families=families)


def table_names(tables: Path, system: str) -> list[str]:
    """The distinct names of an official table, as the labelled phrases spell them."""
    with (tables / f"{system}.tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return list(dict.fromkeys(row["name"] for row in rows))


def _fill(
    folder: Path,
    plan: Plan,
    model: Encoder,
    tokenizer: Tokenizer,
    phrases: Sequence[Sequence[Phrase]],
    *,
    systems: Sequence[str],
) -> None:
    encoder = write_encoder(folder, model, tokenizer, threads=plan.threads)
    write_vectors(folder, encoder, systems)
    for family, some in zip(plan.families, phrases, strict=True):
        write_memory(folder, family.name, encoder, some)


def _stage(
    plan: Plan,
    name: str,
    start: Callable[[], Encoder],
    tokenizer: Tokenizer,
    report: Report,
    *,
    phrases: Sequence[Sequence[Phrase]] | None = None,
    epochs: int = 1,
) -> Encoder:
    """Train one encoder, or take it from the working folder when an earlier run finished it."""
    model = start()
    done = plan.work / f"{name}.pt"
    if done.exists():
        model.load_state_dict(torch.load(done, weights_only=True))
        return model.eval()
    cache = TokenCache(tokenizer)
    pairs = _synonym_pairs(plan) if phrases is None else _mined_pairs(plan, model, cache, phrases)
    warm_up = phrases is None
    schedule = Schedule(epochs=epochs, batch=128 if warm_up else 112, learning_rate=1.5e-4, seed=plan.seed)
    checkpoint = plan.work / f"{name}.checkpoint.pt"
    train(
        model,
        cache,
        pairs,
        schedule=schedule,
        bf16=plan.bf16,
        checkpoint=checkpoint,
        on_step=lambda step: report(name, step),
    )
    torch.save(model.state_dict(), done)
    checkpoint.unlink(missing_ok=True)
    return model.eval()


def _synonym_pairs(plan: Plan) -> Callable[[int], Sequence[Pair]]:
    return lambda _: plan.synonyms


def _mined_pairs(
    plan: Plan, model: Encoder, cache: TokenCache, phrases: Sequence[Sequence[Phrase]]
) -> Callable[[int], Sequence[Pair]]:
    """Pairs of an epoch: labelled pairs with fresh negatives, abbreviations, a sample of synonyms."""

    def pairs(epoch: int) -> list[Pair]:
        chosen = list(plan.abbreviations)
        for family, some in zip(plan.families, phrases, strict=True):
            names = load_names(family.system).names
            bare = phrase_pairs(some, known=frozenset(names), family=family.name)
            chosen += with_negatives(
                bare,
                query_vectors=encode_array(model, cache, [pair.query for pair in bare], bf16=plan.bf16),
                names=names,
                name_vectors=encode_array(model, cache, names, bf16=plan.bf16),
            )
        count = min(SYNONYMS_AN_EPOCH, len(plan.synonyms))
        return chosen + random.Random(f"{plan.seed}-synonyms-{epoch}").sample(list(plan.synonyms), count)

    return pairs


def _copy(model: Encoder) -> Encoder:
    config: EncoderConfig = model.config
    twin = Encoder(config)
    twin.load_state_dict(model.state_dict())
    return twin
