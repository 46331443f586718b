"""Regular expressions from data files, compiled when a text first needs them: a record needs a part of them.

>>> compiled("肺炎") is compiled("肺炎")
True
"""

from __future__ import annotations

import re
from functools import cache


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """The compiled pattern; unlike the cache of :mod:`re`, this one forgets nothing."""
    return re.compile(pattern)


_ABSENCE = re.compile("[无未不非]|否认|阴性|没有|排除|除外")


_FORBIDS = re.compile(r"\(\?<?!|\[\^")


@cache
def wanted(pattern: str) -> str:
    """A pattern without what it only forbids: negative look-arounds and what no character of a set may be.

    >>> wanted("(?<!不)未(?!见(?:到)?)出血|渗[^无,]血")
    '未出血|渗血'
    """
    forbids = _FORBIDS.search(pattern)
    if forbids is None:
        return pattern
    end = _closing(pattern, forbids.start())
    return pattern[: forbids.start()] + wanted(pattern[end:])


def _closing(pattern: str, start: int) -> int:
    """Where the group or set that opens at ``start`` ends."""
    depth, in_set, place = 0, False, start
    while place < len(pattern):
        one = pattern[place]
        if one == "\\":
            place += 1
        elif in_set:
            in_set = one != "]"
            depth -= not in_set
        elif one in "([":
            in_set = one == "["
            depth += 1
        elif one == ")":
            depth -= 1
        place += 1
        if depth == 0:
            return place
    return place


@cache
def asks_for_absence(pattern: str) -> bool:
    """Whether a pattern itself asks for what was not there or not done, so that a denial is no ground against a match.

    >>> asks_for_absence("未见(?:出血|渗血)"), asks_for_absence("(?!未)出血|渗血")
    (True, False)
    """
    return _ABSENCE.search(wanted(pattern)) is not None
