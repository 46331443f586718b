"""How many concepts a phrase means: those likely enough, and always the likeliest."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def choose(probabilities: npt.NDArray[np.float32], *, threshold: float) -> list[int]:
    """Places of the chosen candidates, likeliest first; empty only when there is no candidate.

    >>> choose(np.array([0.2, 0.9, 0.6], np.float32), threshold=0.5)
    [1, 2]
    >>> choose(np.array([0.2, 0.1], np.float32), threshold=0.5)
    [0]
    """
    order = np.argsort(-probabilities, kind="stable").tolist()
    return [place for position, place in enumerate(order) if position == 0 or probabilities[place] >= threshold]
