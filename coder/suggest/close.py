"""Close calls: the likeliest candidates of a phrase that the first two passes leave open, described once more."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Float32 = npt.NDArray[np.float32]
Float64 = npt.NDArray[np.float64]

READINGS = ("difference", "cross")
_PLAIN_DEPTH, _CROSS_DEPTH = 20, 8
_SURE = 0.9
_SMALLEST = 1e-3
_OWN_SHARE = 0.7
_NO_SECOND = -9.0
_COLUMNS = ("score", "behind", "place", "share", "together_behind", "together_place")


def close_columns(readings: Sequence[str]) -> tuple[str, ...]:
    """Names of the columns of :func:`close_features` for the named readings.

    >>> close_columns(["difference"])[5:7]
    ('difference_score', 'difference_behind')
    """
    own = ("second", "second_place", "second_top", "second_next", "second_sum")
    return (*own, *(f"{reading}_{column}" for reading in readings for column in _COLUMNS))


def reading_depth(*, crossed: bool) -> int:
    """How many candidates are read again: fewer where a cross-encoder reads them too, for it is slow."""
    return _CROSS_DEPTH if crossed else _PLAIN_DEPTH


def is_close(second: Float32) -> bool:
    """Whether any candidate is neither likely nor unlikely.

    >>> is_close(np.array([0.98, 0.95, 0.01], np.float32)), is_close(np.array([0.6, 0.4], np.float32))
    (False, True)
    """
    return bool(((second > 1.0 - _SURE) & (second < _SURE)).any())


def close_features(second: Float32, scores: Sequence[Float32]) -> Float32:
    """How candidates stand after each reading; (candidates, columns).

    ``second`` are the probabilities of the second pass, falling; each of ``scores`` is one reading of the candidates.
    """
    count = len(second)
    known = known_logits(second)
    columns: list[npt.NDArray[np.generic]] = [
        known,
        np.arange(count),
        np.full(count, known[0]),
        np.full(count, known[1] if count > 1 else _NO_SECOND),
        np.full(count, second.sum()),
    ]
    for score in scores:
        together = known + score
        odds = np.exp(together - together.max())
        columns += [
            score,
            score - score.max(),
            _places(score),
            odds / odds.sum(),
            together - together.max(),
            _places(together),
        ]
    return np.column_stack(columns).astype(np.float32)


def known_logits(second: Float32) -> Float32:
    """What the second pass knows of each candidate, as a logit that a reading may overrule; (candidates,)."""
    held = np.clip(second, _SMALLEST, 1.0 - _SMALLEST)
    known: Float32 = (_OWN_SHARE * np.log(held / (1.0 - held))).astype(np.float32)
    return known


def settle(second: Float32, order: npt.NDArray[np.intp], third: Float32) -> Float32:
    """The probabilities after the third pass; what was not read again stays below what was.

    >>> second, third = np.array([0.2, 0.5, 0.4], np.float32), np.array([0.1, 0.8], np.float32)
    >>> settle(second, np.array([1, 2]), third).astype(float).round(1).tolist()
    [0.1, 0.1, 0.8]
    """
    settled: Float32 = np.minimum(second, third.min())
    settled[order] = third
    return settled


def _places(scores: npt.NDArray[np.floating]) -> Float64:
    places = np.empty(len(scores), np.float64)
    places[np.argsort(-scores, kind="stable")] = np.arange(len(scores))
    return places
