"""Keys under which names and codes meet, whatever the spelling."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_NOT_SIGNIFICANT = re.compile(r"[\s,.;:、。·\"'“”‘’()\[\]{}<>〈〉《》【】_\-—–~/\\|]+")
_CODE_FOLD = str.maketrans({"×": "x", "X": "x", "＊": "*", "＋": "+", "†": "+", "．": ".", "。": "."})


def name_key(name: str) -> str:
    """A name without what does not tell names apart: width, case, blanks, punctuation.

    >>> name_key("霍乱，由于Ｏ1群（古典型）") == name_key("霍乱,由于o1群 古典型")
    True
    """
    return _NOT_SIGNIFICANT.sub("", unicodedata.normalize("NFKC", name)).lower()


@lru_cache(maxsize=1 << 15)
def code_key(code: str) -> str:
    """A code as the tables write it: half width, capital letters, lower-case ``x`` as the extension mark.

    The letter that opens an ICD-10 code stays what it is, so an X of chapter XX survives; codes of several letters
    (医保 TCM codes such as ``BNX010``) have no extension mark.

    >>> code_key("i10．Ｘ00×032"), code_key("x59.900"), code_key("81.51 00"), code_key("BNX010")
    ('I10.x00x032', 'X59.900', '81.5100', 'BNX010')
    """
    half = unicodedata.normalize("NFKC", code.translate(_CODE_FOLD))
    half = "".join(half.split()).upper()
    if half[:2].isalpha():
        return half
    parts = re.split(r"([+/])", half)
    return "".join(part[:1] + part[1:].replace("X", "x") if part not in "+/" else part for part in parts)


def split_dagger(code: str) -> tuple[str, str | None]:
    """The dagger (cause) and asterisk (manifestation) halves of a combined ICD-10 code.

    >>> split_dagger("A01.000x005+J17.0*"), split_dagger("G63.2*"), split_dagger("I10.x00")
    (('A01.000x005', 'J17.0*'), ('', 'G63.2*'), ('I10.x00', None))
    """
    dagger, plus, asterisk = code.partition("+")
    if plus and asterisk:
        return dagger, asterisk
    if dagger.endswith("*"):
        return "", dagger
    return dagger, None
