"""Within which stretches of a text a pattern can match: no match of 行[^。]{0,8}造影 goes on past a full stop.

Used when phrases are compiled, not when they are looked for.

>>> marks_between("行[^。;]{0,8}造影")
';。'
>>> looks_ahead("造影(?=检查)"), looks_ahead("造影")
(4, 0)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from coder.suggest.anchors import REPEATS, sre, sre_parser

MARKS = ",;。\n"
"""What parts a text into stretches, from clauses to lines."""
_FARTHEST = 128
_LOOKS = (sre.ASSERT, sre.ASSERT_NOT)
_NOWHERE = (*_LOOKS, sre.AT)
_CATEGORIES = {
    sre.CATEGORY_DIGIT: re.compile(r"\d"),
    sre.CATEGORY_NOT_DIGIT: re.compile(r"\D"),
    sre.CATEGORY_SPACE: re.compile(r"\s"),
    sre.CATEGORY_NOT_SPACE: re.compile(r"\S"),
    sre.CATEGORY_WORD: re.compile(r"\w"),
    sre.CATEGORY_NOT_WORD: re.compile(r"\W"),
}

_Item = tuple[Any, Any]


def marks_between(pattern: str) -> str:
    """The marks that no match holds but as its first character: from one of them to the next can be searched by itself.

    Empty as well where a match depends on so much of what follows it that a stretch says too little.

    >>> marks_between("[,。]输血|输[^,]*血浆"), marks_between("输.*血"), marks_between("输血(?=[^。]*反应)")
    (',', '\\n', '')

    Raises:
        re.error: the pattern is none.
    """
    parsed = sre_parser.parse(pattern)
    if parsed.state.flags != sre.SRE_FLAG_UNICODE or looks_ahead(pattern) > _FARTHEST:
        return ""
    return "".join(mark for mark in MARKS if not _holds(parsed, mark, first=True))


def looks_ahead(pattern: str) -> int:
    """How many characters behind a match decide whether it is one, and what it holds.

    An end (``$``) and a boundary (``\\b``) look at what follows as well: with these two characters more, no place
    that a match asks about is taken for the end of the text.

    Raises:
        re.error: the pattern is none.
    """
    width = _ahead(sre_parser.parse(pattern))
    return 0 if width is None else width + 2


def _holds(items: Iterable[_Item], mark: str, *, first: bool) -> bool:
    """Whether a match can hold a mark, but as its first character where the items are the ``first`` of the pattern."""
    for kind, value in items:
        if _item_holds(kind, value, mark, first=first):
            return True
        # What is only looked at is no part of a match.
        first = first and kind in _NOWHERE
    return False


def _item_holds(kind: Any, value: Any, mark: str, *, first: bool) -> bool:
    if kind in _NOWHERE:
        return False
    if kind in _CHARACTERS:
        return not first and _CHARACTERS[kind](value, mark)
    if kind is sre.SUBPATTERN:
        return bool(value[1] or value[2]) or _holds(value[3], mark, first=first)
    if kind in REPEATS:
        return _holds(value[2], mark, first=False)
    if kind is sre.BRANCH:
        return any(_holds(branch, mark, first=first) for branch in value[1])
    # What is not known here is taken to hold everything; so is a group named again, which may have been looked at only.
    return True


def _set_holds(parts: Iterable[_Item], mark: str) -> bool:
    negated = held = False
    for kind, value in parts:
        if kind is sre.NEGATE:
            negated = True
        elif kind is sre.LITERAL:
            held |= chr(value) == mark
        elif kind is sre.RANGE:
            held |= value[0] <= ord(mark) <= value[1]
        else:
            held |= _CATEGORIES[value].match(mark) is not None
    return held != negated


_CHARACTERS: Mapping[Any, Callable[[Any, str], bool]] = {
    sre.LITERAL: lambda value, mark: chr(value) == mark,
    sre.NOT_LITERAL: lambda value, mark: chr(value) != mark,
    sre.ANY: lambda _, mark: mark != "\n",
    sre.IN: _set_holds,
}


def _ahead(items: Iterable[_Item]) -> int | None:
    """The longest look ahead of some items; ``None`` where they look at nothing."""
    return _farthest([_item_ahead(kind, value) for kind, value in items])


def _item_ahead(kind: Any, value: Any) -> int | None:
    if kind in _LOOKS:
        direction, looked_at = value
        inner = _ahead(looked_at)
        if direction < 0:
            return inner
        return int(looked_at.getwidth()[1]) + (inner or 0)
    if kind is sre.AT:
        return 0
    if kind is sre.SUBPATTERN:
        return _ahead(value[3])
    if kind in REPEATS:
        return _ahead(value[2])
    if kind is sre.BRANCH:
        return _farthest([_ahead(branch) for branch in value[1]])
    return None


def _farthest(looks: Sequence[int | None]) -> int | None:
    return max((one for one in looks if one is not None), default=None)
