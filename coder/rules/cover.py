"""Which items of a record have a code on the page: items and codes are paired off, each code once.

A page that codes one of two like items must not be taken to code both, so the closest pairs go first. What is left over
is still covered when a code of the page includes it: by its category, by its condition, or because its name is in the
longer name of a combined code.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from coder.evidence.conditions import covered_by, signs_of
from coder.evidence.names import likeness
from coder.evidence.support import category_of
from coder.rules.facts import Facts
from coder.text import Mention

_ALIKE: Final = 0.25
_INCLUDED: Final = 0.6
_SAME_CATEGORY: Final = 2.0
_SAME_CODE: Final = 3.0


def uncoded(items: Sequence[Mention], facts: Facts, kind: Literal["diagnosis", "procedure"]) -> list[Mention]:
    """The items that no code of the page stands for, in the order given."""
    if not items:
        return []
    given = dict.fromkeys(facts.all_diagnoses if kind == "diagnosis" else facts.all_procedures)
    names = {code: facts.normal_names(code) for code in given}
    scores = sorted(
        ((_score(item, code, names[code]), -index, code) for index, item in enumerate(items) for code in given),
        reverse=True,
    )
    paired: set[int] = set()
    used: set[str] = set()
    for score, index, code in scores:
        if score >= _ALIKE and index not in paired and code not in used:
            paired.add(index)
            used.add(code)
    left = [item for index, item in enumerate(items) if -index not in paired]
    return [item for item in left if not any(_includes(code, names[code], item) for code in given)]


def _score(item: Mention, code: str, names: tuple[str, ...]) -> float:
    """How surely a code stands for an item: the same code, the same category, else the likeness of the names."""
    keys = {key.partition(":")[2] for key in item.concept_keys}
    alike = max((likeness(item.text, name) for name in names), default=0.0)
    if code in keys:
        return _SAME_CODE
    return alike + (_SAME_CATEGORY if category_of(code) in {category_of(key) for key in keys} else 0.0)


def _includes(code: str, names: tuple[str, ...], item: Mention) -> bool:
    """Whether a code that stands for another item takes this one in as well."""
    if category_of(code) in {category_of(key.partition(":")[2]) for key in item.concept_keys}:
        return True
    if any(word in item.text for condition in covered_by(code) for word in signs_of(condition).stated.words):
        return True
    return any(len(name) > len(item.text) and likeness(item.text, name) >= _INCLUDED for name in names)
