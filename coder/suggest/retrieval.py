"""What recall knows about one mention: scores of every name for the whole phrase and for each of its parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Float32 = npt.NDArray[np.float32]
Int32 = npt.NDArray[np.int32]

_CANDIDATES = 44
_DEPTH = 60
_FUSION = 10.0
_FUSED = (("dense", 1.0), ("lexical", 0.5), ("near", 1.0))
_NEIGHBOURS = 24


@dataclass(frozen=True, slots=True)
class Memory:
    """Vectors of phrases that were coded before, and the names that each was given; no text is kept.

    ``labels[starts[i]:starts[i + 1]]`` are the names of phrase *i*.
    """

    starts: Int32
    labels: Int32

    def votes(self, similarities: Float32, *, names: int) -> tuple[Float32, Float32]:
        """Each name's best similarity among the nearest phrases, and the sum of their votes; two arrays (names,)."""
        best = np.zeros(names, np.float32)
        total = np.zeros(names, np.float32)
        count = min(_NEIGHBOURS, len(similarities))
        if count == 0:
            return best, total
        nearest = np.argpartition(similarities, -count)[-count:]
        sizes = self.starts[nearest + 1] - self.starts[nearest]
        places = np.repeat(self.starts[nearest] - np.append(0, np.cumsum(sizes)[:-1]), sizes) + np.arange(sizes.sum())
        labels = self.labels[places]
        known = labels >= 0
        labels, near = labels[known], np.repeat(similarities[nearest], sizes)[known]
        np.maximum.at(best, labels, near)
        np.add.at(total, labels, np.exp((near - 1.0) * 8.0))
        return best, total


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Scores of a mention against all names; ``units[0]`` is the whole phrase, the others are its parts.

    Arrays are (units, names): ``dense`` cosine of vectors, ``lexical`` cosine of n-grams, ``near`` the similarity
    of the nearest remembered phrase that was given the name, ``votes`` the sum over the nearest phrases.
    """

    units: Sequence[str]
    dense: Float32
    lexical: Float32
    near: Float32
    votes: Float32

    def candidates(self) -> Int32:
        """The names worth ranking, in the order of the table: the likeliest by reciprocal rank fusion.

        Every score of the whole phrase and of each part votes for its best names, the more the higher they stand
        (Cormack, Clarke and Buettcher, "Reciprocal rank fusion outperforms Condorcet", 2009).
        """
        places, votes = [], []
        for score, weight in _FUSED:
            for row in getattr(self, score):
                best = _best(row, _DEPTH)
                best = best[np.argsort(-row[best], kind="stable")]
                places.append(best)
                votes.append(weight / (_FUSION + np.arange(len(best))))
        names, number = np.unique(np.concatenate(places), return_inverse=True)
        order = np.argsort(-np.bincount(number, np.concatenate(votes)), kind="stable")[:_CANDIDATES]
        return np.sort(names[order]).astype(np.int32)

    def best_unit(self, candidates: Int32) -> npt.NDArray[np.intp]:
        """The unit that each candidate is nearest to; (candidates,)."""
        best: npt.NDArray[np.intp] = self.dense[:, candidates].argmax(axis=0)
        return best


def _best(scores: Float32, count: int) -> npt.NDArray[np.intp]:
    """Places of the best positive scores; selecting among many zeros is slow, so only the upper ones compete."""
    places = np.flatnonzero(scores > scores.max(initial=0.0) * 0.5)
    if len(places) < count:
        places = np.flatnonzero(scores > 0.0)
    if len(places) <= count:
        return places
    return places[np.argpartition(scores[places], -count)[-count:]]


def fold_aliases(scores: Float32, *, owner: Int32, names: int) -> Float32:
    """Scores of names and aliases to scores of names: the best of a name and its aliases; (units, names)."""
    folded = scores[:, :names].copy()
    if scores.shape[1] > names:
        for unit in range(len(scores)):
            np.maximum.at(folded[unit], owner[names:], scores[unit, names:])
    return folded
