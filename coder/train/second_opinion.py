"""Fitting of :mod:`coder.text.second_opinion`: logistic regressions over the characters around a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coder.text.second_opinion import Judge, features

_PENALTY = 1.0
"""Inverse strength of the L2 penalty; L1, which would leave fewer weights, did clearly worse on unseen sentences."""
_SMALLEST = 0.05
"""Weights nearer to zero than this are left out: four in five, with the same judgements on held-out sentences."""


@dataclass(frozen=True, slots=True)
class Example:
    """A named condition or procedure, and whether it is there or was done.

    ``text`` is normalised, ``weight`` is how much the example counts.
    """

    text: str
    start: int
    end: int
    section: str
    there: bool
    weight: float = 1.0


def fit(examples: Sequence[Example], *, threshold: float) -> Judge:
    """The model of some examples of one kind, the same for the same examples in the same order.

    Args:
        examples: those that are there or were done, and those that are not.
        threshold: the probability below which the model doubts.

    Raises:
        ValueError: all examples are of one kind.
    """
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    vectorizer = DictVectorizer()
    rows = [features(one.text, one.start, one.end, section=one.section) for one in examples]
    model = LogisticRegression(C=_PENALTY, max_iter=300, solver="liblinear", random_state=0)
    matrix = vectorizer.fit_transform(rows)
    matrix.indices, matrix.indptr = matrix.indices.astype("int32"), matrix.indptr.astype("int32")  # all liblinear takes
    model.fit(
        matrix,
        [one.there for one in examples],
        sample_weight=[one.weight for one in examples],
    )
    weights = {
        name: float(weight)
        for name, weight in zip(vectorizer.get_feature_names_out(), model.coef_[0], strict=True)
        if abs(weight) >= _SMALLEST and "\n" not in name
    }
    return Judge(weights, bias=float(model.intercept_[0]), threshold=threshold)
