"""Garbage collection put off while lasting objects are made.

>>> import gc
>>> with uncollected():
...     gc.isenabled()
False
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Without garbage collection: loading makes a million lasting objects, and searching them is in vain.

    Nor are they searched later: what is there by then is frozen, which makes the pauses of full collections shorter.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()
