"""Train the third pass: close calls, read again by differences and, where there is one, by a cross-encoder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import lightgbm
import numpy as np
import numpy.typing as npt

from coder.suggest.close import close_features, is_close, known_logits, settle
from coder.suggest.differences import Differences
from coder.train.differences import Choice, fit_differences
from coder.train.ranker import FOLDS, Example, Trees, boosting, out_of_fold

_TREES = Trees(leaves=15)
_COUNT = 120

Float32 = npt.NDArray[np.float32]
Order = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class CloseCalls:
    """The third pass, the differences that it reads, and the out-of-fold scores of all passes, one array an example."""

    booster: lightgbm.Booster
    differences: Differences
    out_of_fold: list[Float32]


def shortlists(second: Sequence[Float32], *, depth: int) -> list[Order]:
    """Places of the likeliest candidates of each example, likeliest first."""
    return [np.argsort(-scores, kind="stable")[:depth] for scores in second]


def train_close(
    made: Sequence[Example],
    second: Sequence[Float32],
    orders: Sequence[Order],
    names: Sequence[str],
    *,
    cross: Sequence[Float32] | None,
    seed: int,
    threads: int,
) -> CloseCalls:
    """Train on the close calls among examples; every reading that the trees learn from is out of fold.

    Args:
        made: the examples.
        second: out-of-fold probabilities of the second pass.
        orders: the candidates of each example that are read again.
        names: the names of the table.
        cross: out-of-fold scores of the cross-encoder for those candidates, if there is one.
        seed: of the boosting and of the differences.
        threads: of the boosting.
    """
    choices = [
        Choice(
            example.phrase,
            [names[number] for number in example.candidates[order].tolist()],
            example.right[order],
            known_logits(scores[order]),
        )
        for example, scores, order in zip(made, second, orders, strict=True)
    ]
    read = [_readings_out_of_fold(choices, seed=seed)]
    if cross is not None:
        read.append(list(cross))
    close = [place for place, scores in enumerate(second) if is_close(scores)]
    if len(close) < FOLDS:
        close = list(range(len(made)))
    tables = [
        np.concatenate(
            [
                made[place].columns[orders[place]],
                close_features(second[place][orders[place]], [reading[place] for reading in read]),
            ],
            axis=1,
        )
        for place in close
    ]

    def fit(chosen: Iterable[int]) -> lightgbm.Booster:
        places = list(chosen)
        right = np.concatenate([choices[close[place]].right for place in places])
        data = lightgbm.Dataset(np.concatenate([tables[place] for place in places]), right)
        return lightgbm.train(boosting(_TREES, seed=seed, threads=threads), data, _COUNT)

    settled = [scores.copy() for scores in second]
    for place, third in zip(close, out_of_fold(tables, fit), strict=True):
        settled[place] = settle(second[place], orders[place], third)
    return CloseCalls(fit(range(len(close))), fit_differences(choices, seed=seed), settled)


def _readings_out_of_fold(choices: Sequence[Choice], *, seed: int) -> list[Float32]:
    read: list[Float32] = [np.zeros(0, np.float32)] * len(choices)
    for fold in range(FOLDS):
        others = [choice for place, choice in enumerate(choices) if place % FOLDS != fold]
        differences = fit_differences(others, seed=seed)
        for place in range(fold, len(choices), FOLDS):
            read[place] = differences.scores(choices[place].phrase, choices[place].names)
    return read
