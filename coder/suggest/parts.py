"""Split a diagnosis or procedure phrase into the parts that may each name a concept of their own."""

from __future__ import annotations

import re
import unicodedata

MAX_PARTS = 8
_MIN_LENGTH = 2

_SPLIT = re.compile(
    r"[;,、。+/|#?:!~()\[\]{}<>《》“”\"'`*=…\s]+|(?<!\d)\.|\.(?!\d)"
    r"|同时伴有|同时伴|伴有|伴随|伴|合并|并发|并存|并|以及|及|和|与|继发"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f​-‏﻿�]+")


def clean(text: str) -> str:
    """Text as the models see it: NFKC, control and zero-width characters gone, spaces trimmed.

    >>> clean("Ⅱ型糖尿病（伴　肾病）\\x07")
    'II型糖尿病(伴 肾病)'
    """
    return _CONTROL.sub(" ", unicodedata.normalize("NFKC", text)).strip()


def split_parts(text: str) -> tuple[str, ...]:
    """The distinct parts of a cleaned phrase, in order; empty when the phrase has one part only.

    >>> split_parts("右肺腺癌伴骨转移;高血压")
    ('右肺腺癌', '骨转移', '高血压')
    >>> split_parts("高血压")
    ()
    """
    pieces = (piece.strip("- ") for piece in _SPLIT.split(text))
    parts = dict.fromkeys(piece for piece in pieces if len(piece) >= _MIN_LENGTH)
    parts.pop(text, None)
    return tuple(parts)[:MAX_PARTS]
