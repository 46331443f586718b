"""The words that phrases are made of: every word of the official names that is not rare there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path

from coder.columnar import write_columns
from coder.text.segment import Segmenter

_WORD = re.compile(r"[\u3400-\u9fffa-z0-9]+")
MIN_NAMES = 2
_SHORT_NAME = 5
"""A word counts when it occurs in so many names."""


def build_chunks(path: Path, *, names: Sequence[str], own_words: Collection[str], segmenter: Segmenter) -> int:
    """Write the words of normalised names to ``path``; returns how many there are.

    Short names and our own words that stay whole in segmentation count whatever their frequency.
    """
    counts = Counter(word for name in names for word in set(segmenter.words(name)))
    words = {word for word, count in counts.items() if count >= MIN_NAMES}
    words.update(name for name in names if len(name) <= _SHORT_NAME and segmenter.words(name) == [name])
    words.update(own_words)
    column = sorted(word for word in words if _WORD.fullmatch(word) and not word.isdigit())
    write_columns(path, header={"name": "chunks"}, columns={"words": column})
    return len(column)
