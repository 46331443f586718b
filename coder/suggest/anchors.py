"""Words of which every match of a pattern holds at least one; a text without any of them need not be searched.

Used when phrases and conventions are compiled, not when they are looked for.

>>> sorted(anchors("(?:行|予)?(?:胃|肠)镜(?:检查)?"))
['肠镜', '胃镜']
>>> sorted(anchors("置入[^,]{0,8}支架|支架置入"))
['支架置入', '置入']
>>> anchors(r"\\d+(?:ml)?") is None
True
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import import_module
from itertools import product
from typing import Any

# The parser of the standard library has no public name. It runs when they are compiled, never in service, and the
# tests compare what it finds with what the patterns match.
sre, sre_parser = import_module("re._constants"), import_module("re._parser")

_MOST = 64
REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)

Words = frozenset[str]
_Item = tuple[Any, Any]


def anchors(pattern: str) -> Words | None:
    """The best set of words of which every match holds one, ``None`` where nothing can be said.

    The best set has the longest shortest word, and of those the fewest words.

    Raises:
        re.error: the pattern is none.
    """
    return next(iter(anchor_sets(pattern)), None)


def anchors_ahead(pattern: str) -> Words | None:
    """The best set of words that the positive look-aheads of a pattern ask for: a text it matches holds one of each.

    They need not stand within the match, so this is only for patterns that a whole text is held against.

    >>> sorted(anchors_ahead("(?!.*单次)(?=.*抑郁)(?=.*伴有?精神病性(?:症状|特征)).{4,30}"))
    ['精神病性特征', '精神病性症状']

    Raises:
        re.error: the pattern is none.
    """
    ahead = (value[1] for kind, value in sre_parser.parse(pattern) if kind is sre.ASSERT and value[0] > 0)
    found = (_of_sequence(list(items)) for items in ahead)
    return max((words for words in found if words is not None), key=_worth, default=None)


def anchor_sets(pattern: str) -> tuple[Words, ...]:
    """Sets of words, the best first; every match holds a word of each of them.

    >>> [sorted(words) for words in anchor_sets("置入[^,]{0,8}(?:支架|球囊)")]
    [['置入'], ['支架', '球囊']]

    Raises:
        re.error: the pattern is none.
    """
    items = list(sre_parser.parse(pattern))
    found = _stretches(items)
    if len(items) == 1 and items[0][0] is sre.BRANCH:
        found = _of_branches([sorted(_stretches(list(one)), key=_worth, reverse=True) for one in items[0][1][1]])
    return tuple(sorted(found, key=lambda words: (*_worth(words), sorted(words)), reverse=True))


def _of_branches(branches: Sequence[Sequence[Words]]) -> list[Words]:
    """What alternatives must hold: one set of the best of each, one of the second best, and so on."""
    if not all(branches):
        return []
    deepest = max(map(len, branches))
    unions = [_united([branch[min(rank, len(branch) - 1)] for branch in branches]) for rank in range(deepest)]
    return [union for union in dict.fromkeys(unions) if union is not None]


def _of_sequence(items: Sequence[_Item]) -> Words | None:
    """Of all stretches of an alternative, the one that says most."""
    return max(_stretches(items), key=_worth, default=None)


def _stretches(items: Sequence[_Item]) -> list[Words]:
    """What each stretch of an alternative must hold; neighbouring literals are put together."""
    found: list[Words] = []
    run: Words | None = None
    for item in items:
        spelled = _spelled(item)
        if spelled is not None:
            run = spelled if run is None else _joined(run, spelled, found)
            continue
        if run is not None:
            found.append(run)
            run = None
        inner = _of_item(item)
        if inner is not None:
            found.append(inner)
    if run is not None:
        found.append(run)
    return found


def _joined(run: Words, more: Words, found: list[Words]) -> Words:
    if len(run) * len(more) > _MOST:
        found.append(run)
        return more
    return frozenset(first + second for first, second in product(run, more))


def _spelled(item: _Item) -> Words | None:
    """All texts that an item can match, where they are few and none is empty."""
    kind, value = item
    if kind is sre.LITERAL:
        return frozenset((chr(value),))
    if kind is sre.IN and all(part[0] is sre.LITERAL for part in value):
        return frozenset(chr(part[1]) for part in value)
    if kind is sre.SUBPATTERN:
        return _spelled_sequence(value[3])
    if kind is sre.BRANCH:
        branches = [_spelled_sequence(branch) for branch in value[1]]
        every = [branch for branch in branches if branch is not None]
        return _united(every) if len(every) == len(branches) else None
    return None


def _spelled_sequence(items: Iterable[_Item]) -> Words | None:
    texts: Words = frozenset(("",))
    for item in items:
        spelled = _spelled(item)
        if spelled is None or len(texts) * len(spelled) > _MOST:
            return None
        texts = frozenset(first + second for first, second in product(texts, spelled))
    return None if "" in texts else texts


def _of_item(item: _Item) -> Words | None:
    kind, value = item
    if kind is sre.SUBPATTERN:
        return _of_sequence(list(value[3]))
    if kind in REPEATS and value[0] > 0:
        return _of_sequence(list(value[2]))
    if kind is sre.BRANCH:
        branches = [_of_sequence(list(branch)) for branch in value[1]]
        every = [branch for branch in branches if branch is not None]
        return _united(every) if len(every) == len(branches) else None
    return None


def _united(sets: Sequence[Words]) -> Words | None:
    union = frozenset[str]().union(*sets)
    return union if len(union) <= _MOST else None


def _worth(words: Words) -> tuple[int, int]:
    return min(map(len, words)), -len(words)
