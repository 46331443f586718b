"""Calibration: from a ranker's score to the share of such answers that are right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Float32 = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Calibration:
    """A rising, piecewise linear curve through (knot, level) points, flat outside them.

    >>> Calibration((0.0, 1.0), (0.1, 0.9)).apply(np.array([0.5], np.float32)).tolist()
    [0.5]
    """

    knots: Sequence[float]
    levels: Sequence[float]

    def apply(self, scores: Float32) -> Float32:
        """Calibrated probabilities of scores, in the same order as the scores."""
        return np.interp(scores, self.knots, self.levels).astype(np.float32)


def expected_calibration_error(
    probabilities: npt.NDArray[np.floating], right: npt.NDArray[np.bool_], *, bins: int = 10
) -> float:
    """The mean gap between probability and share right over equal-width bins, weighted by their size.

    Naeini, Cooper and Hauskrecht, "Obtaining well calibrated probabilities using Bayesian binning" (2015).

    >>> expected_calibration_error(np.array([0.75, 0.75, 0.75, 0.75]), np.array([True, True, True, False]))
    0.0
    """
    places = np.minimum((probabilities * bins).astype(int), bins - 1)
    gap = 0.0
    for place in range(bins):
        inside = places == place
        if inside.any():
            gap += abs(float(probabilities[inside].mean()) - float(right[inside].mean())) * float(inside.mean())
    return gap
