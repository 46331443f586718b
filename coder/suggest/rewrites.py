"""Other wordings of a phrase for lexical recall (``data/rewrites.yaml``), each with what it costs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from coder.suggest.needed import NeededWords
from coder.yaml_data import parse_yaml


class Rewrite(BaseModel):
    """One rewrite: what it replaces, by what, and the factor on the score of what is then found.

    Every match holds one of the words that it ``needs``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    needs: tuple[str, ...] = Field(min_length=1)
    pattern: str
    replacement: str
    penalty: float = Field(gt=0, le=1)


@cache
def _rewrites() -> tuple[tuple[re.Pattern[str], Rewrite], ...]:
    text = files("coder.suggest").joinpath("data/rewrites.yaml").read_text(encoding="utf-8")
    found = TypeAdapter(tuple[Rewrite, ...]).validate_python(parse_yaml(text))
    return tuple((re.compile(one.pattern), one) for one in found)


@cache
def _needed() -> NeededWords:
    return NeededWords(rewrite.needs for _, rewrite in _rewrites())


def wordings(text: str) -> Iterator[tuple[str, float]]:
    """The other wordings of a normalised text: after each rewrite alone, and after all up to it.

    >>> list(wordings("左侧胃窦癌"))[:2]
    [('左侧胃窦恶性肿瘤', 0.97), ('胃窦癌', 0.97)]
    >>> ("胃窦恶性肿瘤", 0.9409) in list(wordings("左侧胃窦癌"))
    True
    """
    seen = {text}
    together, cost = text, 1.0
    rewrites, needed = _rewrites(), _needed()
    of_text = needed.asked(text)
    asked, place = of_text, -1
    # Where a rewrite can replace nothing, in the text or in what became of it, there is no other wording.
    while (number := next((number for number in asked if number > place), None)) is not None:
        place, (pattern, rewrite) = number, rewrites[number]
        alone = pattern.sub(rewrite.replacement, text)
        changed = alone if together is text else pattern.sub(rewrite.replacement, together)
        if changed != together:
            together, cost = changed, cost * rewrite.penalty
            asked = sorted({*of_text, *needed.asked(together)})
        for wording, factor in ((alone, rewrite.penalty), (together, round(cost, 4))):
            if wording and wording not in seen:
                seen.add(wording)
                yield wording, factor
