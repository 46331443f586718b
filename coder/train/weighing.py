"""Fitting of :mod:`coder.weighing`: a logistic regression over a handful of features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from coder.weighing import Weighing

_PENALTY = 0.3
"""Inverse strength of the L2 penalty on features of unit variance; from 0.1 to 1 it changes little."""


@dataclass(frozen=True, slots=True)
class Example:
    """Something to be judged: its features, whether what is asked holds, and the record, by which folds are made."""

    values: Mapping[str, float]
    holds: bool
    record: str


def fit(examples: Sequence[Example]) -> Weighing:
    """The model of some examples, the same for the same examples in the same order.

    Raises:
        ValueError: there is no example, or it holds of all, or of none.
    """
    from sklearn.linear_model import LogisticRegression

    if len({one.holds for one in examples}) < len((True, False)):
        raise ValueError("examples of both kinds are needed: such of which it holds, and such of which it does not")
    names = list(examples[0].values)
    matrix = np.array([[one.values[name] for name in names] for one in examples], float)
    mean, deviation = matrix.mean(axis=0), matrix.std(axis=0) + 1e-6
    model = LogisticRegression(C=_PENALTY, max_iter=5000)
    model.fit((matrix - mean) / deviation, [one.holds for one in examples])
    weights = model.coef_[0] / deviation
    return Weighing(
        bias=round(float(model.intercept_[0] - weights @ mean), 4),
        weights={name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)},
    )


def across(examples: Sequence[Example], *, folds: int = 8) -> list[float]:
    """For each example what a model says that was fitted without its record."""
    from sklearn.model_selection import GroupKFold

    records = [one.record for one in examples]
    found = [0.0] * len(examples)
    for known, asked in GroupKFold(folds, shuffle=True, random_state=1).split(records, groups=records):
        model = fit([examples[place] for place in known])
        for place in asked:
            found[place] = model.probability(examples[place].values)
    return found
