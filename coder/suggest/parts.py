"""Split a diagnosis or procedure phrase into the parts that may each name a concept of their own."""

from __future__ import annotations

import re
import unicodedata

MAX_PARTS = 8
_MIN_LENGTH = 2

_SPLIT = re.compile(
    r"[;,、。+/|#?:!~()\[\]{}<>《》“”\"'`*=…\s]+|(?<!\d)\.|\.(?!\d)"
    r"|(?<=[癌瘤])(?=(?:双|两)?(?:侧)?(?:肺|肝|骨|脑|腹膜|胸膜|肾上腺|卵巢|脾|皮肤|淋巴结)(?:多发)?转移)"
    r"|同时伴有|同时伴|伴有|伴随|伴|合并|并发|并存|并|以及|及|和|与|继发(?!性|恶)|(?<=[癌瘤])术后(?=[一-鿿]{2})(?!.{0,5}[化放]疗|.{0,4}治疗|.{0,4}放射|.{0,2}状态)"
)
# What several sites before it share: 纵隔、左锁骨上淋巴结转移; the sites may be joined by 、 , 及 和 or +.
_SHARED = re.compile(
    r"^(?P<sites>[^,;()\[\]]{1,8}(?:[、,+/及和与][^,;()\[\]]{1,8}?)+)"
    r"(?P<tail>淋巴结(?:多发)?(?:转移|继发).*|(?:多发)?(?:性)?(?:转移|继发)(?:性)?(?:恶性肿瘤|癌|瘤)?|(?:椎体)?(?:粉碎性?|开放性|闭合性|多发|压缩性?|爆裂性?|横突|棘突|附件){0,2}骨折|动脉瘤|静脉曲张"
    r"|动脉(?:粥样)?硬化|(?:动脉)?狭窄|囊肿|结石|息肉|挫裂?伤|裂伤|擦伤|血肿|溃疡|关闭不全|淋巴结肿大)$"
)
_JOINT = re.compile(r"[、,+/及和与]")
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
    shared = _SHARED.match(text)
    if shared:
        found = [site + shared["tail"] for site in _JOINT.split(shared["sites"]) if site]
    else:
        found = [piece.strip("- ") for piece in _SPLIT.split(text)]
    parts = dict.fromkeys(piece for piece in found if len(piece) >= _MIN_LENGTH)
    parts.pop(text, None)
    return tuple(parts)[:MAX_PARTS]
