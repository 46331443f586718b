"""Lexical similarity to every text of a table at once: TF-IDF over characters and character pairs, built with numpy.

>>> index = NgramIndex(["高血压", "高脂血症", "糖尿病"])
>>> int(index.scores("高血压病").argmax())
0
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

_PAIR = 1 << 16
_SINGLE_WEIGHT = 0.5

Float32 = npt.NDArray[np.float32]
Int32 = npt.NDArray[np.int32]
UInt16 = npt.NDArray[np.uint16]


def characters(text: str) -> UInt16:
    """The lower-case characters of a text as numbers; characters outside the basic plane are left out."""
    return np.frombuffer(text.lower().encode("utf-16-le", "ignore"), dtype=np.uint16)


def character_matrix(texts: Sequence[str], *, width: int) -> UInt16:
    """Texts as rows of character numbers, cut at ``width`` and padded with 0; (texts, width)."""
    # One array of fixed-width strings instead of a loop: a system has tens of thousands of names.
    if max("".join(texts), default="") > "\uffff":
        texts = ["".join(character for character in text if character <= "\uffff") for text in texts]
    lowered = np.array([text.lower()[:width] for text in texts], dtype=f"<U{width}")
    return lowered.view(np.uint32).reshape(len(texts), width).astype(np.uint16)


def _grams(matrix: UInt16) -> npt.NDArray[np.uint32]:
    """Single characters and pairs of each row as numbers, 0 where there is none; (texts, 2 × width − 1)."""
    single = matrix.astype(np.uint32)
    pairs = np.where(single[:, 1:] > 0, single[:, :-1] * _PAIR + single[:, 1:], 0)
    return np.concatenate([single, pairs], axis=1)


class NgramIndex:
    """Cosine similarity of a query to every text, over weighted characters and character pairs."""

    def __init__(self, texts: Sequence[str], *, width: int = 40) -> None:
        grams = np.sort(_grams(character_matrix(texts, width=width)), axis=1)
        first = np.concatenate([np.ones((len(grams), 1), bool), grams[:, 1:] != grams[:, :-1]], axis=1) & (grams > 0)
        document, _ = np.nonzero(first)
        flat = grams[first]
        order = np.argsort(flat, kind="stable")
        self._vocabulary, start = np.unique(flat[order], return_index=True)
        self._start = np.append(start, len(flat)).astype(np.int64)
        self._document = document[order].astype(np.int32)
        self._idf = np.log((1.0 + len(texts)) / (1.0 + np.diff(self._start))).astype(np.float32) + 1.0
        self._idf[self._vocabulary < _PAIR] *= _SINGLE_WEIGHT
        weight = np.repeat(self._idf, np.diff(self._start))
        norm = np.sqrt(np.bincount(self._document, weights=weight**2, minlength=len(texts)))
        # The weight in a text, and in a query that has the same gram: whatever else it has divides all scores alike.
        self._weight = (weight / np.maximum(norm, 1e-6)[self._document]).astype(np.float32) * weight
        self._unknown = float(np.mean(self._idf)) ** 2 * 0.25
        self._size = len(texts)

    def scores(self, query: str) -> Float32:
        """Similarity in 0 … 1 to every text; (texts,)."""
        grams = np.unique(_grams(characters(query)[None, :]))
        places = np.minimum(np.searchsorted(self._vocabulary, grams), len(self._vocabulary) - 1)
        known = places[self._vocabulary[places] == grams]
        if not len(known):
            return np.zeros(self._size, np.float32)
        idf = self._idf[known]
        spans = [slice(self._start[place], self._start[place + 1]) for place in known.tolist()]
        documents = np.concatenate([self._document[span] for span in spans])
        weights = np.concatenate([self._weight[span] for span in spans])
        scores = np.bincount(documents, weights=weights, minlength=self._size)
        unknown_weight = (len(grams) - len(known)) * self._unknown
        cosine: Float32 = (scores / np.sqrt(float(idf @ idf) + unknown_weight)).astype(np.float32)
        return cosine
