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
