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
    narrowing: tuple[str, ...]
    of_the_past: tuple[str, ...]
    of_later: frozenset[str]


@cache
def _data() -> _DenialData:
    text = files("coder.evidence").joinpath("data/denials.yaml").read_text(encoding="utf-8")
    return parse_data(text, _DenialData, label="coder/evidence/data/denials.yaml")


@cache
def _patterns() -> tuple[tuple[str, ...], re.Pattern[str]]:
    data = _data()
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


@cache
def _past() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, _data().of_the_past)))


def tells_of_the_past(words: str) -> bool:
    """Whether words that lead to a denial say that it is one of former times.

    >>> tells_of_the_past("平素"), tells_of_the_past("本次")
    (True, False)
    """
    return _past().search(words) is not None


def tells_of_later(section: str) -> bool:
    """Whether a kind of section tells of what is to be watched for after this stay.

    >>> tells_of_later("discharge_orders"), tells_of_later("treatment_course")
    (True, False)
    """
    return section in _data().of_later


@cache
def _narrowing() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, _data().narrowing)))


def narrowing(text: str, start: int, end: int) -> str | None:
    """The word within a stretch of normalised text or right before it that narrows what it says.

    >>> narrowing("无急性左心衰", 3, 6), narrowing("无急性左心衰", 4, 6), narrowing("无心衰", 1, 3)
    ('左', '左', None)
    """
    found = _narrowing().search(text, start, end)
    if found:
        return found[0]
    return next((word for word in _data().narrowing if text.endswith(word, 0, start)), None)
