"""Fine-tune a shipped model on a hospital's own coded history.

The encoder goes on from the shipped int8 weights; names and the hospital's own phrases are encoded anew. The ranker,
its threshold and its calibration are taken over. Fifteen percent of the rows are held out and tell what was gained.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer

from coder.errors import InputError
from coder.suggest.encoder import ENCODER_FILE, TOKENIZER_FILE
from coder.suggest.modeldir import ModelDirectory
from coder.suggest.names import load_names
from coder.suggest.normalize import Normalizer
from coder.suggest.parts import clean
from coder.suggest.rank import ranker_files
from coder.suggest.retriever import family_of
from coder.train.bundle import seal, write_encoder, write_memory, write_vectors
from coder.train.contrastive import Pair, Progress, Schedule, TokenCache, encode_array, silent, train
from coder.train.corpus import Phrase, hold_out, read_phrases
from coder.train.export import model_of, read_int8
from coder.train.model import Encoder
from coder.train.pairs import phrase_pairs, with_negatives

LEAST_PHRASES = 20
REPORT_FILE = "report.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What to fine-tune and how."""

    data: Path
    start: Path
    output: Path
    system: str
    epochs: int = 2
    learning_rate: float = 5e-5
    seed: int = 20251122
    threads: int = 2
    bf16: bool = True


@dataclass(frozen=True, slots=True)
class Gain:
    """The report of a run; F1 is micro-F1 over (text, name) pairs of the held-out rows."""

    phrases: int
    held_out: int
    unknown_names: int
    f1_before: float
    f1_after: float


def finetune(settings: Settings, *, on_step: Callable[[Progress], None] = silent) -> Gain:
    """Train, write the new model directory, and measure before and after on the held-out rows.

    A run that was interrupted goes on from the last epoch when it is started again with the same output.

    Raises:
        InputError: too few rows, or no row names a concept of the system.
        ArtefactError: the starting model is damaged or of another version.
    """
    phrases = read_phrases(settings.data)
    known = frozenset(load_names(settings.system).names)
    usable = [phrase for phrase in phrases if any(clean(name) in known for name in phrase.names)]
    if len(usable) < LEAST_PHRASES:
        raise InputError(
            f"{settings.data.name} 中只有 {len(usable)} 条术语的标准名称在 {settings.system} 中"
            f"（至少 {LEAST_PHRASES} 条）："
            "请检查名称是否与编码体系一致"
        )
    kept, held = hold_out(usable, seed=settings.seed)
    before = micro_f1(Normalizer.load(settings.system, model=settings.start, threads=settings.threads), held)
    _train_and_write(settings, kept, known, on_step)
    after = micro_f1(Normalizer.load(settings.system, model=settings.output, threads=settings.threads), held)
    unknown = sum(clean(name) not in known for phrase in phrases for name in phrase.names)
    gain = Gain(len(usable), len(held), unknown, round(before, 4), round(after, 4))
    (settings.output / "work" / REPORT_FILE).write_text(
        json.dumps(asdict(gain), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    return gain


def micro_f1(normalizer: Normalizer, phrases: Sequence[Phrase]) -> float:
    """Micro-F1 over (text, name) pairs."""
    right = given = wanted = 0
    for phrase, answer in zip(phrases, normalizer.normalize([phrase.text for phrase in phrases]), strict=True):
        found = {clean(concept.name) for concept in answer.concepts}
        gold = {clean(name) for name in phrase.names}
        right += len(found & gold)
        given += len(found)
        wanted += len(gold)
    return 2 * right / max(given + wanted, 1)


def _train_and_write(
    settings: Settings, phrases: Sequence[Phrase], known: frozenset[str], on_step: Callable[[Progress], None]
) -> None:
    torch.manual_seed(settings.seed)
    torch.set_num_threads(settings.threads)
    start = ModelDirectory(settings.start)
    work = settings.output / "work"
    work.mkdir(parents=True, exist_ok=True)
    model = model_of(*read_int8(start.file(ENCODER_FILE)))
    tokenizer = Tokenizer.from_file(str(start.file(TOKENIZER_FILE)))
    cache = TokenCache(tokenizer)
    family = family_of(load_names(settings.system).system.kind)
    pairs = phrase_pairs(phrases, known=known, family=family)
    names = load_names(settings.system).names
    schedule = Schedule(
        epochs=settings.epochs,
        batch=min(112, max(8, len(pairs) // 2)),
        learning_rate=settings.learning_rate,
        seed=settings.seed,
    )
    train(
        model,
        cache,
        lambda _: _mined(model, cache, pairs, names, bf16=settings.bf16),
        schedule=schedule,
        bf16=settings.bf16,
        checkpoint=work / "checkpoint.pt",
        on_step=on_step,
    )
    encoder = write_encoder(settings.output, model.eval(), tokenizer, threads=settings.threads)
    write_vectors(settings.output, encoder, [settings.system])
    for name in start.manifest.families:
        write_memory(settings.output, name, encoder, phrases if name == family else ())
        for file in ranker_files(name) & start.manifest.files.keys():
            shutil.copyfile(start.file(file), settings.output / file)
    seal(
        settings.output,
        version=f"{start.manifest.version}+own",
        base=start.manifest.base,
        dimension=start.manifest.dimension,
        families=start.manifest.families,
    )


def _mined(model: Encoder, cache: TokenCache, pairs: Sequence[Pair], names: Sequence[str], *, bf16: bool) -> list[Pair]:
    return with_negatives(
        pairs,
        query_vectors=encode_array(model, cache, [pair.query for pair in pairs], bf16=bf16),
        names=names,
        name_vectors=encode_array(model, cache, names, bf16=bf16),
    )
