"""Fitting of :mod:`coder.text.second_opinion`: a logistic regression over the characters around a procedure's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coder.text.second_opinion import SecondOpinion, features

_PENALTY = 1.0
"""Inverse strength of the L2 penalty; L1, which would leave fewer weights, did clearly worse on unseen sentences."""
_SMALLEST = 0.02
"""Weights nearer to zero than this are left out."""


@dataclass(frozen=True, slots=True)
class Example:
    """A named procedure, and whether it was done: ``text`` is normalised, ``weight`` is how much the example counts."""

    text: str
    start: int
    end: int
    section: str
    done: bool
    weight: float = 1.0


def fit(examples: Sequence[Example], *, threshold: float) -> SecondOpinion:
    """The model of some examples, the same for the same examples in the same order.

    Args:
        examples: done and undone ones.
        threshold: the probability of having been done below which the model doubts.

    Raises:
        ValueError: all examples are of one kind.
    """
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    vectorizer = DictVectorizer()
    rows = [dict.fromkeys(features(one.text, one.start, one.end, section=one.section), 1.0) for one in examples]
    model = LogisticRegression(C=_PENALTY, max_iter=300, solver="liblinear", random_state=0)
    matrix = vectorizer.fit_transform(rows)
    matrix.indices, matrix.indptr = matrix.indices.astype("int32"), matrix.indptr.astype("int32")  # all liblinear takes
    model.fit(
        matrix,
        [one.done for one in examples],
        sample_weight=[one.weight for one in examples],
    )
    weights = {
        name: float(weight)
        for name, weight in zip(vectorizer.get_feature_names_out(), model.coef_[0], strict=True)
        if abs(weight) >= _SMALLEST and "\n" not in name
    }
    return SecondOpinion(weights, bias=float(model.intercept_[0]), threshold=threshold)
