"""How many concepts a phrase means: the likeliest, those likely enough, and less likely ones about other parts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def choose(
    probabilities: npt.NDArray[np.float32], unit: npt.NDArray[np.intp], *, threshold: float, apart: float
) -> list[int]:
    """Places of the chosen candidates, likeliest first; empty only when there is no candidate.

    Args:
        probabilities: of the candidates.
        unit: the number of the unit of the phrase that each candidate is about; 0 is the whole phrase.
        threshold: the least probability of a further concept.
        apart: the least probability of a further concept that is about a part of the phrase, where those chosen before
            it are about other parts: two operations in one phrase do not compete.

    >>> likely, unit = np.array([0.3, 0.9, 0.4, 0.6], np.float32), np.array([2, 1, 1, 1])
    >>> choose(likely, unit, threshold=0.5, apart=0.2)
    [1, 3, 0]
    >>> choose(likely, unit, threshold=0.95, apart=0.95)
    [1]
    """
    chosen: list[int] = []
    for place in np.argsort(-probabilities, kind="stable").tolist():
        taken = {int(unit[other]) for other in chosen}
        free = unit[place] > 0 and 0 not in taken and int(unit[place]) not in taken
        if not chosen or probabilities[place] >= (apart if free else threshold):
            chosen.append(place)
        elif probabilities[place] < min(threshold, apart):
            break
    return chosen
