"""What a predicate answers: true with what it rests on, false, or not known because a field is absent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from coder.evidence.support import Span


@dataclass(frozen=True, slots=True)
class Outcome:
    """One answer in three-valued logic (Kleene): ``truth`` is ``None`` where a field that decides is absent.

    Attributes:
        codes: the codes that made it true, for the message.
        spans: the places of the text that made it true, as evidence.
        values: words about what was seen, for ``{values}`` of the message.
        wanted: evidence that was looked for and is not there.
        missing: the absent fields, where ``truth`` is ``None``.
    """

    truth: bool | None
    codes: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()
    values: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


TRUE: Final = Outcome(True)
FALSE: Final = Outcome(False)


@cache
def unknown(*fields: str) -> Outcome:
    """Not known, because these fields are absent."""
    return Outcome(None, missing=fields)


def of(truth: bool) -> Outcome:
    """The plain answer.

    >>> of(True).truth
    True
    """
    return TRUE if truth else FALSE


def found(codes: Iterable[str]) -> Outcome:
    """True with these codes, false where there are none."""
    seen = tuple(codes)
    return _true_of(seen) if seen else FALSE


@lru_cache(maxsize=1 << 14)
def _true_of(codes: tuple[str, ...]) -> Outcome:
    """One answer for all rules that come to the same."""
    return Outcome(True, codes=codes)


def joined(outcomes: Iterable[Outcome]) -> Outcome:
    """True answers as one, with all that they rest on, each once."""
    parts = tuple(outcomes)
    return Outcome(
        True,
        codes=tuple(dict.fromkeys(code for part in parts for code in part.codes)),
        spans=tuple(dict.fromkeys(span for part in parts for span in part.spans)),
        values=tuple(dict.fromkeys(value for part in parts for value in part.values)),
        wanted=tuple(dict.fromkeys(item for part in parts for item in part.wanted)),
    )
