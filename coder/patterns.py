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


def asks_for_absence(pattern: str) -> bool:
    """Whether a pattern itself asks for what was not there or not done, so that a denial is no ground against a match.

    >>> asks_for_absence("未见(?:出血|渗血)"), asks_for_absence("出血|渗血")
    (True, False)
    """
    return _ABSENCE.search(pattern) is not None
