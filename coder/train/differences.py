"""Learn what each difference between a phrase and a name is worth, from candidates that were ranked before."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from coder.columnar import write_columns
from coder.suggest.differences import BUCKETS, Differences, difference_buckets, differences_file

_EPOCHS = 3
_BATCH = 64
_LEARNING_RATE = 0.1
_DROPPED = 0.3

Float32 = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Choice:
    """A phrase, names to choose from, which are right, and what is already known for each (as a logit)."""

    phrase: str
    names: Sequence[str]
    right: npt.NDArray[np.bool_]
    known: Float32


def listwise_loss(scores: Tensor, right: Tensor) -> Tensor:
    """Cross entropy of each right name against all wrong names, averaged over the right ones."""
    wrong = scores[~right].expand(int(right.sum()), -1)
    chosen = scores[right]
    return (torch.logsumexp(torch.cat([chosen[:, None], wrong], dim=1), dim=1) - chosen).mean()


def fit_differences(choices: Sequence[Choice], *, seed: int) -> Differences:
    """Weights that, added to what is known, put the right names first. Choices without a right name teach nothing."""
    torch.manual_seed(seed)
    generator = np.random.default_rng(seed)
    weights = nn.EmbeddingBag(BUCKETS, 1, mode="sum")
    nn.init.zeros_(weights.weight)
    optimiser = torch.optim.Adagrad(weights.parameters(), lr=_LEARNING_RATE)
    usable = [choice for choice in choices if choice.right.any()]
    buckets = [[difference_buckets(one.phrase, name) for name in one.names] for one in usable]
    order = list(range(len(usable)))
    for epoch in range(_EPOCHS):
        random.Random(f"{seed}-{epoch}").shuffle(order)
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            kept = [_some(row, generator) for place in batch for row in buckets[place]]
            starts = np.cumsum([0, *map(len, kept)])[:-1]
            summed = weights(torch.from_numpy(np.concatenate(kept)), torch.from_numpy(starts))[:, 0] / (1.0 - _DROPPED)
            known = torch.from_numpy(np.concatenate([usable[place].known for place in batch]))
            scores = torch.split(summed + known, [len(usable[place].names) for place in batch])
            losses = [
                listwise_loss(own, torch.from_numpy(usable[place].right))
                for own, place in zip(scores, batch, strict=True)
            ]
            optimiser.zero_grad()
            torch.stack(losses).mean().backward()  # type: ignore[no-untyped-call]
            optimiser.step()
    return Differences(weights.weight.detach()[:, 0].numpy().astype(np.float16).astype(np.float32))


def _some(row: Sequence[int], generator: np.random.Generator) -> npt.NDArray[np.int64]:
    chosen = np.array(row, np.int64)
    return chosen[generator.random(len(chosen)) > _DROPPED]


def write_differences(folder: Path, family: str, differences: Differences) -> None:
    """Write the weights of a family as 16-bit floats."""
    arrays: dict[str, npt.NDArray[Any]] = {"weight": differences.weights.astype(np.float16)}
    write_columns(folder / differences_file(family), header={"buckets": BUCKETS}, columns={}, arrays=arrays)
