"""Contrastive fine-tuning: a phrase is drawn to its concept's name and pushed from the other names of the batch."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from coder.train.model import Encoder

_CHUNK = 96


@dataclass(frozen=True, slots=True)
class Pair:
    """A query, the name it should find, names that are also right, and hard negatives to sample from.

    ``variants`` are other spellings of the query (its part that speaks of this name); one is drawn each epoch.
    """

    query: str
    name: str
    also_right: frozenset[str] = frozenset()
    variants: tuple[str, ...] = ()
    negatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How long and how hard to train."""

    epochs: int
    batch: int = 96
    learning_rate: float = 1e-4
    warmup: float = 0.06
    temperature: float = 0.05
    seed: int = 20251122


@dataclass(frozen=True, slots=True)
class Progress:
    """One training step as told to the caller's progress bar."""

    step: int
    steps: int
    loss: float


class TokenCache:
    """Token ids of texts, tokenised once and cut at ``longest`` tokens."""

    def __init__(self, tokenizer: Tokenizer, *, longest: int = 64) -> None:
        self._tokenizer = tokenizer
        self._longest = longest
        self._ids: dict[str, list[int]] = {}

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids of each text, with the start and end tokens."""
        missing = [text for text in dict.fromkeys(texts) if text not in self._ids]
        for text, encoding in zip(missing, self._tokenizer.encode_batch(missing), strict=True):
            ids = encoding.ids
            self._ids[text] = ids if len(ids) <= self._longest else [*ids[: self._longest - 1], ids[-1]]
        return [self._ids[text] for text in texts]


def encode(model: Encoder, cache: TokenCache, texts: Sequence[str], *, bf16: bool, chunk: int = _CHUNK) -> Tensor:
    """Encode texts in chunks of similar length; float32 (texts, dimension), in the order of ``texts``."""
    ids = cache.ids(texts)
    order = sorted(range(len(ids)), key=lambda index: len(ids[index]))
    vectors = []
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
        for start in range(0, len(order), chunk):
            rows = [ids[index] for index in order[start : start + chunk]]
            vectors.append(model(*_pad(rows)).float())
    inverse = torch.empty(len(order), dtype=torch.long)
    inverse[torch.tensor(order)] = torch.arange(len(order))
    return torch.cat(vectors)[inverse]


def encode_array(model: Encoder, cache: TokenCache, texts: Sequence[str], *, bf16: bool) -> npt.NDArray[np.float32]:
    """Encode without gradients, to a numpy array (texts, dimension)."""
    model.eval()
    with torch.inference_mode():
        return encode(model, cache, texts, bf16=bf16, chunk=256).numpy()


def _pad(rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    length = max(len(row) for row in rows)
    ids = torch.full((len(rows), length), 1, dtype=torch.long)
    mask = torch.zeros(len(rows), length)
    for number, row in enumerate(rows):
        ids[number, : len(row)] = torch.tensor(row)
        mask[number, : len(row)] = 1.0
    return ids, mask


def batch_loss(queries: Tensor, names: Tensor, *, right: Tensor, temperature: float) -> Tensor:
    """Cross entropy of each query against all names; ``right[i, j]`` marks other names that are right for query *i*.

    Query *i*'s target is name *i*; names beyond the number of queries are hard negatives.
    """
    scores = (queries @ names.T / temperature).masked_fill(right, -1e4)
    return functional.cross_entropy(scores, torch.arange(len(queries)))


def _batches(pairs: Sequence[Pair], size: int, generator: random.Random) -> Iterator[list[Pair]]:
    order = list(pairs)
    generator.shuffle(order)
    for start in range(0, len(order) - size // 2, size):
        yield order[start : start + size]


def silent(*_: object) -> None:
    """Tell nobody: the default where progress is not wanted."""


def train(
    model: Encoder,
    cache: TokenCache,
    pairs: Callable[[int], Sequence[Pair]],
    *,
    schedule: Schedule,
    bf16: bool,
    checkpoint: Path | None = None,
    on_step: Callable[[Progress], None] = silent,
) -> None:
    """Train in place; ``pairs(epoch)`` gives an epoch's pairs, so that negatives can be mined with the current model.

    With ``checkpoint`` the state is saved after every epoch, and a run that was interrupted goes on from there.
    """
    torch.manual_seed(schedule.seed)
    optimiser = torch.optim.AdamW(model.parameters(), lr=schedule.learning_rate, weight_decay=0.01)
    first = _resume(checkpoint, model, optimiser)
    for epoch in range(first, schedule.epochs):
        chosen = pairs(epoch)
        generator = random.Random(f"{schedule.seed}-{epoch}")
        batches = list(_batches(chosen, schedule.batch, generator))
        model.train()
        for number, batch in enumerate(batches):
            step, steps = epoch * len(batches) + number, schedule.epochs * len(batches)
            for group in optimiser.param_groups:
                group["lr"] = schedule.learning_rate * _slope(step / steps, schedule.warmup)
            loss = _step_loss(model, cache, batch, schedule=schedule, generator=generator, bf16=bf16)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            on_step(Progress(step + 1, steps, loss.item()))
        if checkpoint is not None:
            torch.save(
                {"epoch": epoch + 1, "model": model.state_dict(), "optimiser": optimiser.state_dict()}, checkpoint
            )


def _resume(checkpoint: Path | None, model: Encoder, optimiser: torch.optim.Optimizer) -> int:
    if checkpoint is None or not checkpoint.exists():
        return 0
    state = torch.load(checkpoint, weights_only=True)
    model.load_state_dict(state["model"])
    optimiser.load_state_dict(state["optimiser"])
    return int(state["epoch"])


def _slope(done: float, warmup: float) -> float:
    """Linear warm-up, then linear decay to a twentieth."""
    return done / warmup if done < warmup else max(0.05, (1.0 - done) / (1.0 - warmup))


def _step_loss(
    model: Encoder,
    cache: TokenCache,
    batch: Sequence[Pair],
    *,
    schedule: Schedule,
    generator: random.Random,
    bf16: bool,
) -> Tensor:
    queries = [generator.choice((pair.query, *pair.variants)) for pair in batch]
    names = [pair.name for pair in batch]
    names += [generator.choice(pair.negatives) for pair in batch if pair.negatives]
    vectors = encode(model, cache, queries + names, bf16=bf16)
    right = torch.tensor(
        [
            [column != row and (name == pair.name or name in pair.also_right) for column, name in enumerate(names)]
            for row, pair in enumerate(batch)
        ]
    )
    return batch_loss(vectors[: len(batch)], vectors[len(batch) :], right=right, temperature=schedule.temperature)
