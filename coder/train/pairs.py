"""Training pairs from labelled phrases, and hard negatives mined with the current model."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from coder.suggest.normalize import prepare
from coder.suggest.parts import clean, split_parts
from coder.suggest.shorthand import written_out
from coder.train.contrastive import Pair
from coder.train.corpus import Phrase

_BLOCK = 256


def phrase_pairs(phrases: Sequence[Phrase], *, known: Collection[str], family: str) -> list[Pair]:
    """One pair for each known name (as cleaned) of each phrase; the part that speaks of it is a variant.

    The phrase stands as it is looked up, with the shorthand of the family written out.

    >>> phrases = [Phrase("1", "肺癌伴骨转移", ("骨继发恶性肿瘤",))]
    >>> pair = phrase_pairs(phrases, known={"骨继发恶性肿瘤"}, family="diagnosis")[0]
    >>> pair.variants
    ('骨转移',)
    """
    pairs = []
    for phrase in phrases:
        text = written_out(prepare(phrase.text), family=family)
        parts = split_parts(text)
        names = [clean(name) for name in phrase.names]
        for name in names:
            if name in known:
                part = closest_part(parts, name)
                pairs.append(Pair(text, name, frozenset(names), variants=(part,) if part else ()))
    return pairs


def closest_part(parts: Sequence[str], name: str) -> str | None:
    """The part that shares most of its characters with the name; none when no part shares any."""
    wanted = set(name)
    best = max(parts, key=lambda part: len(wanted & set(part)) / len(wanted | set(part)), default=None)
    return best if best is not None and wanted & set(best) else None


def top_rows(queries: npt.NDArray[np.float32], names: npt.NDArray[np.float32], *, count: int) -> npt.NDArray[np.intp]:
    """Rows of the ``count`` best names for each query, best first; (queries, count)."""
    found = np.empty((len(queries), count), dtype=np.intp)
    for start in range(0, len(queries), _BLOCK):
        scores = queries[start : start + _BLOCK] @ names.T
        rows = np.argpartition(-scores, count - 1, axis=1)[:, :count]
        order = np.argsort(-np.take_along_axis(scores, rows, axis=1), axis=1, kind="stable")
        found[start : start + _BLOCK] = np.take_along_axis(rows, order, axis=1)
    return found


def with_negatives(
    pairs: Sequence[Pair],
    *,
    query_vectors: npt.NDArray[np.float32],
    names: Sequence[str],
    name_vectors: npt.NDArray[np.float32],
    depth: int = 24,
) -> list[Pair]:
    """Give every pair the ``depth`` names nearest its query that are not right, to draw hard negatives from."""
    nearest = top_rows(query_vectors, name_vectors, count=min(depth + 16, len(names)))
    mined = []
    for pair, rows in zip(pairs, nearest, strict=True):
        wrong = (names[row] for row in rows if names[row] != pair.name and names[row] not in pair.also_right)
        mined.append(replace(pair, negatives=tuple(wrong)[:depth]))
    return mined
