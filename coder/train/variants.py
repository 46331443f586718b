"""Names in other wordings, and phrases put together (``data/variants.yaml``): questions with a known answer."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from coder.yaml_data import parse_yaml

_BRACKETED = re.compile(r"[\[(].*?[\])]")
_CHANGES = (1, 1, 2, 3)
_BEFORE_SHARE, _BRACKETS_SHARE = 0.4, 0.5


class Variants(BaseModel):
    """Words with what is written in their place, words that are put before a name, and what stands between two."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    words: dict[str, tuple[str, ...]]
    before: tuple[str, ...]
    between: tuple[str, ...]


def reworded(name: str, generator: random.Random) -> str:
    """A name with some words exchanged, something put before it, brackets left out; never empty.

    >>> reworded("胃病损切除术", random.Random(3)) != reworded("胃病损切除术", random.Random(4))
    True
    """
    variants = _variants()
    text = name
    for _ in range(generator.choice(_CHANGES)):
        known = [word for word in variants.words if word in text]
        if known:
            word = generator.choice(known)
            text = text.replace(word, generator.choice(variants.words[word]), 1)
    if generator.random() < _BEFORE_SHARE:
        text = generator.choice(variants.before) + text
    if generator.random() < _BRACKETS_SHARE:
        text = _BRACKETED.sub("", text)
    return text or name


def joined(phrases: Sequence[str], generator: random.Random) -> str:
    """Phrases as one, the way operations of one session are written.

    >>> joined(["阑尾切除术", "肠粘连松解术"], random.Random(1))
    '阑尾切除术+肠粘连松解术'
    """
    return generator.choice(_variants().between).join(phrases)


@cache
def _variants() -> Variants:
    text = files("coder.train").joinpath("data/variants.yaml").read_text(encoding="utf-8")
    return Variants.model_validate(parse_yaml(text))
