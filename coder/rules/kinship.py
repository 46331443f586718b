"""What the names of two codes of one table, and the headings above them, say of one another.

Everything here is read from the table: no code is named. Answers are remembered, because the same pairs of codes meet
on page after page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
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
_WHOLE: Final = "00"
_INJURY: Final = "损伤"
"""Whatever befell an organ is an injury of it."""
_UNSPECIFIED: Final = "未特指"
_OTHER_TOO: Final = "其他和未特指"
_AND: Final = "和"
_SAYS_NOTHING: Final = frozenset("功能性症型的感染疾病")
"""Characters that a name may have over its headings without saying more (肝功能衰竭, of 肝衰竭)."""
_LONG_NAME: Final = 5
_TELLS_APART: Final = frozenset(
    "左右双单急慢新旧早晚轻中重上下前后内外浅深12345ⅠⅡⅢⅣiv非不无原继先出血缺栓脓坏穿梗孕产儿"
)
"""Characters that alone make another thing of a name."""
_RESIDUAL: Final = frozenset("9x")
_WITHOUT: Final = ("不伴", "未提及", "无并发症")
_IN_BETWEEN: Final = frozenset("性的症病伴有和及并发合引起所致型")
_MOST: Final = 0.6
_ENOUGH: Final = 0.3

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
    """What two codes must share to be compared: the category, or the block (of procedures the chapter)."""
    if system.kind == "procedure":
        return code[: _PROCEDURE_CATEGORY if level == "category" else _PROCEDURE_CHAPTER]
    category = code[:_CATEGORY]
    if level == "category" or system.hierarchy is None:
        return category
    return next((heading.code for heading in system.hierarchy.path(category) if heading.level == "block"), category)


@lru_cache(maxsize=_REMEMBERED)
def says_less(system: CodeSystem, general: str, specific: str) -> bool:
    """Whether a code only repeats, less precisely, what another one of its block says.

    Its name lies within the other's name, or it is the unspecified code of the category of the other, or it is the
    subcategory itself. A dagger/asterisk pair says a manifestation more: beside it only the unspecified code is idle.

    >>> from coder.terms import load_system
    >>> system = load_system("icd10-nhsa-2.0")
    >>> says_less(system, "I21.900", "I21.103"), says_less(system, "C11.900", "C11.202")
    (True, True)
    >>> says_less(system, "N17.900", "N17.901")
    True
    >>> says_less(system, "I21.103", "I21.900"), says_less(system, "I63.900", "I10.x05")
    (False, False)
    """
    level: Level = "category" if system.kind == "procedure" else "block"
    if family(system, general, level) != family(system, specific, level) or _is_pair(general):
        return False
    name, longer = plain_name(system, general), plain_name(system, specific)
    if not name or not longer:
        return False
    if _is_pair(specific):
        return _is_residual(system, general, specific)
    if len(name) < len(longer) and lies_within(name, longer):
        return True
    return _is_residual(system, general, specific) or _is_subcategory_of(system, general, specific)


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

    Of a heading of two things (心房颤动和扑动) the code may say the one and the other code the other.
    """
    if system.hierarchy is None or general[:_CATEGORY] != specific[:_CATEGORY]:
        return False
    heading = system.hierarchy.subcategory(general)
    if heading is None or general[:_SUBCATEGORY] == specific[:_SUBCATEGORY]:
        return False
    name = plain_name(system, general)
    if _UNSPECIFIED not in heading.name or (_AND in heading.name.replace(_OTHER_TOO, "") and _AND not in name):
        return False
    if heading.code[-1] not in _RESIDUAL and not heading.name.startswith(_UNSPECIFIED):
        return False
    unsaid = frozenset(name) - _said_by_headings(system, general)
    if not unsaid:
        return True
    # Another word for the same thing (毛细支气管炎, of 细支气管炎), or what the other code says as well.
    new = unsaid - frozenset(plain_name(system, specific))
    return len(name) >= _LONG_NAME and len(new) <= 1 and new.isdisjoint(_TELLS_APART)


def _is_subcategory_of(system: CodeSystem, general: str, specific: str) -> bool:
    """Whether a code is a whole subcategory, and the other a form of it that has words in common with it."""
    if general[:_SUBCATEGORY] != specific[:_SUBCATEGORY]:
        return False
    name, other = plain_name(system, general), plain_name(system, specific)
    if general[_SUBCATEGORY:] != _WHOLE or not _said_by_headings(system, general).issuperset(name):
        return False
    if name.endswith(_INJURY):
        return name.removesuffix(_INJURY) in other
    return any(name[at : at + _SHORTEST_PART] in other for at in range(len(name) - 1))


@lru_cache(maxsize=_REMEMBERED)
def _said_by_headings(system: CodeSystem, code: str) -> frozenset[str]:
    headings = system.hierarchy.path(code) if system.hierarchy else []
    said = "".join(name_key(heading.name) for heading in headings if heading.level != "chapter")
    return frozenset(said) | _SAYS_NOTHING


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


@lru_cache(maxsize=_REMEMBERED)
def halves_joined(
    system: CodeSystem, category: str, joiners: tuple[str, ...]
) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """By the name of a half the other half and the code that joins the two, of a category; see :func:`combinations`."""
    found: dict[str, list[tuple[str, str]]] = {}
    for whole in combinations(system, category, joiners):
        found.setdefault(whole.first, []).append((whole.second, whole.code))
        if whole.second != whole.first:
            found.setdefault(whole.second, []).append((whole.first, whole.code))
    return {half: tuple(others) for half, others in found.items()}


def _combinations(system: CodeSystem, category: str, joined: re.Pattern[str]) -> Iterator[Combination]:
    for code, name in _named(system, category):
        for cut in joined.finditer(name):
            first, second = name[: cut.start()], name[cut.end() :]
            if min(len(first), len(second)) >= _SHORTEST_PART:
                yield Combination(first, second, code)


@lru_cache(maxsize=_REMEMBERED)
def _named(system: CodeSystem, category: str) -> tuple[tuple[str, str], ...]:
    """The codes of a category that may be given, with their names; none that says what is not there."""
    given = (concept for concept in system.with_prefix(category) if not concept.is_gray)
    return tuple(
        (concept.code, plain_name(system, concept.code))
        for concept in given
        if not any(word in concept.name for word in _WITHOUT)
    )


@lru_cache(maxsize=_REMEMBERED)
def halves(system: CodeSystem, code: str, joiners: tuple[str, ...]) -> tuple[str, ...]:
    """The two parts of a name that one of these words joins; nothing where none does."""
    name = plain_name(system, code)
    if _is_pair(code) or any(word in name for word in _WITHOUT):
        return ()
    cut = re.search("|".join(map(re.escape, joiners)), name)
    return (name[: cut.start()], name[cut.end() :]) if cut else ()


def spell_together(system: CodeSystem, whole: str, main: str, added: str) -> bool:
    """Whether the name of a code is made of those of two others, to each of which it owes something.

    Most of the first name goes into it, and enough of the second that it is no accident.

    >>> from coder.terms import load_system
    >>> system = load_system("icd10-nhsa-2.0")
    >>> spell_together(system, "S27.200", "S27.000", "S27.100"), spell_together(system, "S27.200", "S27.000", "D62.x00")
    (True, False)
    """
    name, first, second = (frozenset(plain_name(system, code)) - _IN_BETWEEN for code in (whole, main, added))
    if not name or not first or not second:
        return False
    of_first, of_second = name & first, name & second
    if of_first <= second or of_second <= first:
        return False
    return (
        len(of_first) >= _MOST * len(first)
        and len(of_second) >= _ENOUGH * len(second)
        and len(of_first | of_second) >= _MOST * len(name)
    )


def _is_pair(code: str) -> bool:
    return split_dagger(code)[1] is not None
