"""Split a diagnosis or procedure phrase into the parts that may each name a concept of their own."""

from __future__ import annotations

import re
import unicodedata

from coder.text.coordination import Coordination

MAX_PARTS = 8
_MIN_LENGTH = 2

_SPLIT = re.compile(
    r"[;,、。+/|#?:!~()\[\]{}<>《》“”\"'`*=…\s]+|(?<!\d)\.|\.(?!\d)"
    r"|(?<=[癌瘤])(?=(?:双|两)?(?:侧)?(?:肺|肝|骨|脑|腹膜|胸膜|肾上腺|卵巢|脾|皮肤|淋巴结)(?:多发)?转移)"
    r"|同时伴有|同时伴|伴有|伴随|伴|合并|并发|并存|并|以及|及|和|与|继发(?!性|恶)|(?<=[癌瘤])术后(?=[一-鿿]{2})(?!.{0,5}[化放]疗|.{0,4}治疗|.{0,4}放射|.{0,2}状态)"
)
_BRACKET = re.compile(r"\(([^()]*)\)")
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
    >>> split_parts("纵隔、左锁骨上淋巴结转移")
    ('纵隔淋巴结转移', '左锁骨上淋巴结转移')
    >>> split_parts("高血压")
    ()
    """
    coordination = Coordination.load()
    # A place in a bracket names nothing by itself: 海绵状血管瘤(脑干), 骨巨细胞瘤(股骨远端).
    placed = _BRACKET.sub(lambda match: " " if coordination.is_row(match.group(1)) else match.group(), text)
    found = list(coordination.parts(text)) or [piece.strip("- ") for piece in _SPLIT.split(placed)]
    parts = dict.fromkeys(piece for piece in found if len(piece) >= _MIN_LENGTH)
    parts.pop(text, None)
    return tuple(parts)[:MAX_PARTS]
