"""Which conditions a record may support at all: told from the words it holds, without looking at where they stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache

from coder.evidence.conditions import Signs, conditions, signs_of


@dataclass(frozen=True, slots=True)
class Present:
    """What a record holds: words, what stands before the gap of words with one, and analytes that were measured."""

    words: AbstractSet[str]
    heads: AbstractSet[str]
    analytes: AbstractSet[str]


def may_be_supported(present: Present, *, ordered: bool) -> frozenset[str]:
    """The conditions of which a record may hold enough signs: named, proven, or found and cared for.

    Tells soon of most others that there is nothing of them in the record.

    Args:
        present: what the record holds.
        ordered: whether there are orders or charges, any of which may tell of care.

    >>> may_be_supported(Present({"高血压"}, set(), set()), ordered=False) >= {"hypertension"}
    True
    """
    firm, found, care = (clues.of(present) for clues in _clues())
    return firm | (found if ordered else found & care)


@dataclass(frozen=True, slots=True)
class _Clues:
    """Of which conditions each word, head or analyte may be a sign."""

    words: Mapping[str, frozenset[str]]
    heads: Mapping[str, frozenset[str]]
    analytes: Mapping[str, frozenset[str]]

    def of(self, present: Present) -> frozenset[str]:
        known = ((self.words, present.words), (self.heads, present.heads), (self.analytes, present.analytes))
        return frozenset[str]().union(*(clues[key] for clues, held in known for key in clues.keys() & held))


@cache
def _clues() -> tuple[_Clues, _Clues, _Clues]:
    """What speaks for conditions alone, what does so where they are cared for, and what tells of care."""
    every = {name: signs_of(name) for name in conditions()}
    return (
        _clues_of({name: (signs.stated, signs.strong) for name, signs in every.items()}),
        _clues_of({name: (signs.found,) for name, signs in every.items()}),
        _clues_of({name: (signs.care,) for name, signs in every.items()}),
    )


def _clues_of(signs: Mapping[str, Sequence[Signs]]) -> _Clues:
    words, heads, analytes = (defaultdict[str, set[str]](set) for _ in range(3))
    for name, lists in signs.items():
        for one in lists:
            for word in one.plain:
                words[word].add(name)
            for _, head in one.heads:
                heads[head].add(name)
            for bound in one.bounds:
                analytes[bound.analyte].add(name)
    return _Clues(*({key: frozenset(names) for key, names in known.items()} for known in (words, heads, analytes)))
