"""The sentence that a place of a text is in.

>>> text = "予补钾。血钾2.8;复查"
>>> text[sentence_at(text, 4, 6)]
'血钾2.8'
"""

from __future__ import annotations

_ENDS = "。;!\n"


def sentence_at(text: str, start: int, end: int) -> slice:
    """Where the sentence about a stretch of normalised text begins and ends."""
    first = max(text.rfind(mark, 0, start) for mark in _ENDS) + 1
    after = [place for mark in _ENDS if (place := text.find(mark, end)) >= 0]
    return slice(first, min(after, default=len(text)))
