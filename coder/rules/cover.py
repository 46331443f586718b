"""Which items of a record have a code on the page: items and codes are paired off, each code once.

A page that codes one of two like items must not be taken to code both, so the closest pairs go first. What is left over
is still covered when a code of the page includes it: by its category, by its condition, or because its name is in the
longer name of a combined code; and an item that no table knows by name is only missed when it is unlike all that is
coded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from coder.evidence.conditions import covered_by, signs_of
from coder.evidence.names import likeness
from coder.evidence.support import Span, category_of
from coder.rules.facts import Facts
from coder.text import Mention

_ALIKE: Final = 0.25
_INCLUDED: Final = 0.6
_NEW: Final = {"diagnosis": 0.3, "procedure": 0.5}
_SAME_CATEGORY: Final = 2.0
_SAME_CODE: Final = 3.0
_JOINT: Final = "+"


@dataclass(frozen=True, slots=True)
class Item:
    """A thing that the record names: its normalised words, where they are, and the codes of exactly this name."""

    text: str
    span: Span
    codes: tuple[str, ...] = ()


def items_of(mentions: Iterable[Mention], system: str) -> list[Item]:
    """The items of mentions: operations joined by ``+`` are items of their own."""
    return [item for mention in mentions for item in _parts(mention, system)]


def _parts(mention: Mention, system: str) -> Iterator[Item]:
    if mention.kind != "procedure" or _JOINT not in mention.text:
        keys = (key.partition(":") for key in mention.concept_keys)
        yield Item(
            mention.text, Span(mention.start, mention.end), tuple(code for name, _, code in keys if name == system)
        )
        return
    start = mention.start
    for part in mention.text.split(_JOINT):
        if part:
            yield Item(part, Span(start, start + len(part)))
        start += len(part) + len(_JOINT)


def uncoded(items: Sequence[Item], facts: Facts, kind: Literal["diagnosis", "procedure"]) -> list[Item]:
    """The items that no code of the page stands for, in the order given."""
    if not items:
        return []
    given = dict.fromkeys(facts.all_diagnoses if kind == "diagnosis" else facts.all_procedures)
    names = {code: facts.normal_names(code) for code in given}
    scores = [(_score(item, code, names[code]), -index, code) for index, item in enumerate(items) for code in given]
    paired: set[int] = set()
    used: set[str] = set()
    for score, index, code in sorted(scores, reverse=True):
        if score >= _ALIKE and index not in paired and code not in used:
            paired.add(index)
            used.add(code)
    return [
        item
        for index, item in enumerate(items)
        if -index not in paired
        and (item.codes or _likest(item, names.values()) < _NEW[kind])
        and not any(_includes(code, names[code], item) for code in given)
    ]


def _likest(item: Item, names: Iterable[tuple[str, ...]]) -> float:
    return max((likeness(item.text, name) for known in names for name in known), default=0.0)


def _score(item: Item, code: str, names: tuple[str, ...]) -> float:
    """How surely a code stands for an item: the same code, the same category, else the likeness of the names."""
    if code in item.codes:
        return _SAME_CODE
    return _likest(item, (names,)) + (_SAME_CATEGORY if category_of(code) in map(category_of, item.codes) else 0.0)


def _includes(code: str, names: tuple[str, ...], item: Item) -> bool:
    """Whether a code that stands for another item takes this one in as well."""
    if category_of(code) in map(category_of, item.codes):
        return True
    if any(word in item.text for condition in covered_by(code) for word in signs_of(condition).stated.words):
        return True
    return any(len(name) > len(item.text) and likeness(item.text, name) >= _INCLUDED for name in names)
