"""Denials that stand against the word they deny (``data/denials.yaml``)."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Final

from coder.text.datafile import DataModel, parse_data

_REACH: Final = 12


class _DenialData(DataModel):
    before: tuple[str, ...]
    behind: tuple[str, ...]
    behind_after: tuple[str, ...]


@cache
def _patterns() -> tuple[tuple[str, ...], re.Pattern[str]]:
    text = files("coder.evidence").joinpath("data/denials.yaml").read_text(encoding="utf-8")
    data = parse_data(text, _DenialData, label="coder/evidence/data/denials.yaml")
    after = "|".join(map(re.escape, data.behind_after))
    behind = "|".join(map(re.escape, data.behind))
    return data.before, re.compile(rf"(?:{after})?(?:{behind})")


def denied_beside(text: str, start: int, end: int) -> bool:
    """Whether the words that touch a stretch of normalised text deny it.

    >>> [denied_beside(text, 2, 5) for text in ("考虑脓毒症,", "未达脓毒症,", "本次脓毒症不成立")]
    [False, True, True]
    """
    before, behind = _patterns()
    return text.endswith(before, max(0, start - _REACH), start) or behind.match(text, end) is not None
