"""What the names of two codes of one table, and the headings above them, say of one another.

Everything here is read from the table: no code is named. Answers are remembered, because the same pairs of codes meet
on page after page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from coder.terms import CodeSystem
from coder.terms.keys import name_key, split_dagger

_REMEMBERED: Final = 1 << 15
_CATEGORY: Final = 3
_PROCEDURE_CATEGORY: Final = 4
_PROCEDURE_CHAPTER: Final = 2
_SUBCATEGORY: Final = 5
_SHORTEST_PART: Final = 2
_UNSPECIFIED: Final = "未特指"
_OTHER_TOO: Final = "其他和未特指"
_AND: Final = "和"
_RESIDUAL: Final = frozenset("9x")
_WITHOUT: Final = ("不伴", "未提及", "无并发症")

Level = Literal["category", "block"]


@lru_cache(maxsize=_REMEMBERED)
def plain_name(system: CodeSystem, code: str) -> str:
    """The official name of a code without what does not tell names apart; empty where the table does not hold it.

    >>> from coder.terms import load_system
    >>> plain_name(load_system("icd10-nhsa-2.0"), "S82.200x011")
    '胫骨干骨折伴腓骨骨折'
    """
    row = system.row(code)
    return "" if row is None else name_key(system.names[row])


@lru_cache(maxsize=_REMEMBERED)
def family(system: CodeSystem, code: str, level: Level) -> str:
    """What two codes must share to be compared: the category, or the block of categories (of procedures the chapter)."""
    if system.kind == "procedure":
        return code[: _PROCEDURE_CATEGORY if level == "category" else _PROCEDURE_CHAPTER]
    category = code[:_CATEGORY]
    if level == "category" or system.hierarchy is None:
        return category
    return next((heading.code for heading in system.hierarchy.path(category) if heading.level == "block"), category)


@lru_cache(maxsize=_REMEMBERED)
def says_less(system: CodeSystem, general: str, specific: str) -> bool:
    """Whether a code only repeats, less precisely, what another one of its block says.

    Its name lies within the other's name, or it is the unspecified code of the category of the other. A dagger/asterisk
    pair says a manifestation more and is compared with nothing.

    >>> from coder.terms import load_system
    >>> system = load_system("icd10-nhsa-2.0")
    >>> says_less(system, "I21.900", "I21.103"), says_less(system, "C11.900", "C11.202")
    (True, True)
    >>> says_less(system, "I21.103", "I21.900"), says_less(system, "I63.900", "I10.x05")
    (False, False)
    """
    level: Level = "category" if system.kind == "procedure" else "block"
    if family(system, general, level) != family(system, specific, level) or _is_pair(general) or _is_pair(specific):
        return False
    name, longer = plain_name(system, general), plain_name(system, specific)
    if not name or not longer:
        return False
    return (len(name) < len(longer) and lies_within(name, longer)) or _is_residual(system, general, specific)


def lies_within(name: str, longer: str) -> bool:
    """Whether a name is found in a longer one, whole or cut once into parts of two characters or more.

    >>> lies_within("急性心肌梗死", "急性下壁心肌梗死"), lies_within("骨继发恶性肿瘤", "锁骨上淋巴结继发恶性肿瘤")
    (True, False)
    """
    if name in longer:
        return True
    for cut in range(_SHORTEST_PART, len(name) - _SHORTEST_PART + 1):
        at = longer.find(name[:cut])
        if at >= 0 and longer.find(name[cut:], at + cut) >= 0:
            return True
    return False


def _is_residual(system: CodeSystem, general: str, specific: str) -> bool:
    """Whether a code stands under the unspecified heading of the other's category and says no more than its headings.

    A heading of two things (心房颤动和扑动) is left alone: the code may say the one and the other code the other.
    """
    if system.hierarchy is None or general[:_CATEGORY] != specific[:_CATEGORY]:
        return False
    heading = system.hierarchy.subcategory(general)
    if heading is None or general[:_SUBCATEGORY] == specific[:_SUBCATEGORY]:
        return False
    if _UNSPECIFIED not in heading.name or _AND in heading.name.replace(_OTHER_TOO, ""):
        return False
    if heading.code[-1] not in _RESIDUAL and not heading.name.startswith(_UNSPECIFIED):
        return False
    return set(plain_name(system, general)) <= _said_by_headings(system, general)


@lru_cache(maxsize=_REMEMBERED)
def _said_by_headings(system: CodeSystem, code: str) -> frozenset[str]:
    headings = system.hierarchy.path(code) if system.hierarchy else []
    return frozenset("".join(name_key(heading.name) for heading in headings if heading.level != "chapter"))


@lru_cache(maxsize=_REMEMBERED)
def is_without(system: CodeSystem, one: str, other: str) -> bool:
    """Whether a code says that there is none of what another subcategory of its category says.

    >>> from coder.terms import load_system
    >>> is_without(load_system("icd10-nhsa-2.0"), "I11.900", "I11.002")
    True
    """
    if system.hierarchy is None or one[:_CATEGORY] != other[:_CATEGORY] or one[:_SUBCATEGORY] == other[:_SUBCATEGORY]:
        return False
    if _is_pair(one) or _is_pair(other):
        return False
    none_of_it, of_it = system.hierarchy.subcategory(one), system.hierarchy.subcategory(other)
    if none_of_it is None or of_it is None or one not in system or other not in system:
        return False
    return any(word in none_of_it.name for word in _WITHOUT) and not any(word in of_it.name for word in _WITHOUT)


@dataclass(frozen=True, slots=True)
class Combination:
    """A code whose name joins two: the names of the halves, the code."""

    first: str
    second: str
    code: str


@lru_cache(maxsize=_REMEMBERED)
def combinations(system: CodeSystem, category: str, joiners: tuple[str, ...]) -> tuple[Combination, ...]:
    """The codes of a category whose names join two others by one of these words.

    >>> from coder.terms import load_system
    >>> [joined.code for joined in combinations(load_system("icd10-nhsa-2.0"), "S52", ("伴",))
    ...  if joined.first == "尺骨茎突骨折"]
    ['S52.600x002']
    """
    joined = re.compile("|".join(map(re.escape, joiners)))
    return tuple(_combinations(system, category, joined))


def _combinations(system: CodeSystem, category: str, joined: re.Pattern[str]) -> Iterator[Combination]:
    for concept in system.with_prefix(category):
        if concept.is_gray or not joined.search(concept.name) or any(word in concept.name for word in _WITHOUT):
            continue
        name = plain_name(system, concept.code)
        for cut in joined.finditer(name):
            first, second = name[: cut.start()], name[cut.end() :]
            if min(len(first), len(second)) >= _SHORTEST_PART:
                yield Combination(first, second, concept.code)


@lru_cache(maxsize=_REMEMBERED)
def halves(system: CodeSystem, code: str, joiners: tuple[str, ...]) -> tuple[str, ...]:
    """The two parts of a name that one of these words joins; nothing where none does."""
    name = plain_name(system, code)
    if _is_pair(code) or any(word in name for word in _WITHOUT):
        return ()
    cut = re.search("|".join(map(re.escape, joiners)), name)
    return (name[: cut.start()], name[cut.end() :]) if cut else ()


def _is_pair(code: str) -> bool:
    return split_dagger(code)[1] is not None
