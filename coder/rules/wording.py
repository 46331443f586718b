"""Words that rules and their data look for, and the words beside a place of a record."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from coder.evidence.conditions import bridged
from coder.rules.facts import Facts
from coder.text import normalise_term

_BESIDE: Final = 14
_CLAUSE_END: Final = re.compile(r"[,;。\n]")
_NEAR: Final = 8


def worded(words: Iterable[str]) -> re.Pattern[str]:
    """A search for any of these words; ``$`` and ``^`` say where a word stands. Without words it finds nothing.

    Letters behind a ``!`` must not follow the word (会诊!后).
    """
    return re.compile("|".join(map(_placed, map(normalise_term, words))) or "(?!)")


def _placed(word: str) -> str:
    if word.startswith("^"):
        return rf"\A{re.escape(word[1:])}\Z"
    if word.endswith("$"):
        return rf"{re.escape(word[:-1])}\Z"
    said, _, not_behind = word.partition("!")
    return rf"{re.escape(said)}(?!{re.escape(not_behind)})" if not_behind else re.escape(word)


def worded_with_gaps(words: Iterable[str], *, whole: bool = False) -> re.Pattern[str]:
    """A search for any of these words, each gap a few letters of the clause. Without words it finds nothing.

    ``whole`` keeps to Latin letters that make up a word of their own (EST, not test).
    """
    part = _whole if whole else re.escape
    return re.compile(
        "|".join(bridged(normalise_term(word), rf"[^。;,\n]{{0,{_NEAR}}}?", part) for word in words) or "(?!)"
    )


def _whole(part: str) -> str:
    before = r"(?<![a-z])" if part[:1].isascii() else ""
    behind = r"(?![a-z])" if part[-1:].isascii() else ""
    return before + re.escape(part) + behind


def said_of(facts: Facts, start: int, end: int) -> str:
    """What stands about a place of the text in its clause."""
    text = facts.evidence.text
    before, behind = text[max(0, start - _BESIDE) : start], text[end : end + _BESIDE]
    return _CLAUSE_END.split(before)[-1] + text[start:end] + _CLAUSE_END.split(behind)[0]
