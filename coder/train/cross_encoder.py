"""Train the cross-encoder: the first layers of an encoder, with the phrase and a name in one sequence.

First on names in other wordings (no labels), then on coded phrases against the names that the ranker takes for likely.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from coder.suggest.cross_encoder import PairTokens, pad_pairs
from coder.train.base import Float32
from coder.train.contrastive import Progress, silent
from coder.train.differences import listwise_loss
from coder.train.model import Encoder, Layer

LAYERS = 4
KINDS = 6
_CHUNK = 128
_POOL = 14
_FALL = 0.35
_LENGTH_NOISE = 4.0
_DECISION_WEIGHT = 0.6
_WARMUP = 0.06
_LAST_RATE = 0.02


@dataclass(frozen=True, slots=True)
class Question:
    """A phrase with its right names and wrong ones, likeliest first; ``share`` is how often an epoch asks it."""

    phrase: str
    right: tuple[str, ...]
    wrong: tuple[str, ...]
    share: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossSchedule:
    """How long and how hard to train. ``names`` is how many names a question shows."""

    epochs: int = 3
    batch: int = 16
    names: int = 7
    learning_rate: float = 2.5e-4
    seed: int = 20251122
    bf16: bool = True


class CrossModel(nn.Module):
    """Token ids, kinds and mask (batch, length) of pairs to logits (batch,); embeddings of words are not trained."""

    def __init__(self, encoder: Encoder, *, layers: int = LAYERS) -> None:
        super().__init__()
        hidden = encoder.config.hidden
        self.config = encoder.config
        self.word, self.position, self.norm = encoder.word, encoder.position, encoder.norm
        self.layers = nn.ModuleList(list(encoder.layers)[:layers])
        self.dropout = nn.Dropout(0.1)
        self.kind = nn.Embedding(KINDS, hidden)
        self.dense, self.out = nn.Linear(hidden, hidden), nn.Linear(hidden, 1)
        nn.init.zeros_(self.kind.weight)
        nn.init.eye_(self.dense.weight)
        nn.init.zeros_(self.dense.bias)
        nn.init.normal_(self.out.weight, std=0.05)
        nn.init.zeros_(self.out.bias)
        self.word.weight.requires_grad_(False)
        self.position.weight.requires_grad_(False)

    def forward(self, ids: Tensor, kinds: Tensor, mask: Tensor) -> Tensor:
        """One logit a pair; (batch,)."""
        placed = self.word(ids) + self.position.weight[: ids.shape[1]] + self.kind(kinds)
        states = self.dropout(self.norm(placed))
        bias = ((mask - 1.0) * 1e4)[:, None, None, :]
        for layer in self.layers:
            assert isinstance(layer, Layer)
            states = layer(states, bias)
        weights = mask.unsqueeze(-1).to(states.dtype)
        pooled = (states * weights).sum(dim=1) / weights.sum(dim=1)
        score: Tensor = self.out(self.dropout(torch.tanh(self.dense(pooled)))).squeeze(-1).float()
        return score


def train_cross(
    model: CrossModel,
    tokenizer: Tokenizer,
    questions: Sequence[Question],
    *,
    schedule: CrossSchedule,
    on_step: Callable[[Progress], None] = silent,
) -> None:
    """Train in place; seeded."""
    torch.manual_seed(schedule.seed)
    generator = random.Random(schedule.seed)
    tokens = PairTokens(tokenizer)
    free = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(free, lr=schedule.learning_rate, weight_decay=0.01)
    batches = [batch for _ in range(schedule.epochs) for batch in _batches(questions, schedule.batch, generator)]
    model.train()
    for number, batch in enumerate(batches):
        for group in optimiser.param_groups:
            group["lr"] = schedule.learning_rate * _slope(number, len(batches))
        loss = _loss(model, tokens, batch, schedule=schedule, generator=generator)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(free, 1.0)
        optimiser.step()
        on_step(Progress(number + 1, len(batches), loss.item()))
    model.eval()


def cross_scores(
    model: CrossModel, tokenizer: Tokenizer, questions: Sequence[tuple[str, Sequence[str]]], *, bf16: bool
) -> list[Float32]:
    """Logits of (phrase, names), one array a phrase; pairs of like length share a batch."""
    tokens = PairTokens(tokenizer)
    pairs = [pair for phrase, names in questions for pair in tokens.pairs(phrase, names)]
    order = sorted(range(len(pairs)), key=lambda place: len(pairs[place][0]))
    scores = np.zeros(len(pairs), np.float32)
    model.eval()
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
        for start in range(0, len(order), _CHUNK):
            chosen = order[start : start + _CHUNK]
            scores[chosen] = model(*_tensors([pairs[place] for place in chosen])).numpy()
    return np.split(scores, np.cumsum([len(names) for _, names in questions])[:-1])


def _batches(questions: Sequence[Question], size: int, generator: random.Random) -> Iterator[list[Question]]:
    """Questions of like length share a batch, so that little is spent on padding."""
    asked = [question for question in questions if generator.random() < question.share]
    asked.sort(key=lambda question: len(question.phrase) + generator.random() * _LENGTH_NOISE)
    batches = [asked[start : start + size] for start in range(0, len(asked), size)]
    generator.shuffle(batches)
    yield from batches


def _loss(
    model: CrossModel,
    tokens: PairTokens,
    batch: Sequence[Question],
    *,
    schedule: CrossSchedule,
    generator: random.Random,
) -> Tensor:
    pairs, marks = [], []
    for question in batch:
        wrong = _drawn(question.wrong, schedule.names - len(question.right), generator)
        pairs += tokens.pairs(question.phrase, [*question.right, *wrong])
        marks.append(torch.tensor([True] * len(question.right) + [False] * len(wrong)))
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=schedule.bf16):
        scores = model(*_tensors(pairs))
    losses = [
        _DECISION_WEIGHT * functional.binary_cross_entropy_with_logits(own, right.float())
        + (listwise_loss(own, right) if right.any() else 0.0)
        for own, right in zip(torch.split(scores, [len(mark) for mark in marks]), marks, strict=True)
    ]
    return torch.stack(losses).mean()


def _drawn(wrong: Sequence[str], count: int, generator: random.Random) -> list[str]:
    """Some of the likeliest wrong names, the likelier the oftener."""
    pool = wrong[:_POOL]
    order = sorted(range(len(pool)), key=lambda place: generator.expovariate(1.0) * (1.0 + place * _FALL))
    return [pool[place] for place in order[: max(count, 0)]]


def _tensors(pairs: Sequence[tuple[Sequence[int], Sequence[int]]]) -> tuple[Tensor, Tensor, Tensor]:
    ids, kinds, mask = pad_pairs(pairs)
    return torch.from_numpy(ids), torch.from_numpy(kinds), torch.from_numpy(mask)


def _slope(step: int, steps: int) -> float:
    done = step / steps
    return min(1.0, (done + 1.0 / steps) / _WARMUP) * max(_LAST_RATE, 1.0 - done)
