"""Predicates over what the names of the table say of the codes of the page; see :mod:`coder.rules.kinship`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache

from coder.evidence.codeset import CodeSet
from coder.rules.facts import Facts, Subject
from coder.rules.kinship import family, halves, halves_joined, is_without, plain_name, says_less, spell_together
from coder.rules.outcome import FALSE, Outcome, found
from coder.rules.predicates.arguments import Arguments, Patterns, Words
from coder.rules.registry import CodeKind, Compiled, codes, register
from coder.terms import CodeSystem
from coder.terms.keys import name_key, split_dagger

_CATEGORY = 3
_SUBCATEGORY = 5
_TWO = 2
_LONG = 4
"""A name this long is not found in another by chance, whatever the chapters of the two."""


class AmongArguments(Arguments):
    """The codes that are compared, and of which table."""

    kind: CodeKind = "diagnosis"
    among: Patterns


def _given(facts: Facts, kind: CodeKind) -> tuple[tuple[str, ...], CodeSystem]:
    if kind == "procedure":
        return facts.all_procedures, facts.procedures
    return facts.all_diagnoses, facts.diagnoses


def _relatives(facts: Facts, kind: CodeKind) -> Mapping[str, tuple[str, ...]]:
    """The codes of the page that share their block with another, each with all that share it, in their order."""

    def work() -> Mapping[str, tuple[str, ...]]:
        page, system = _given(facts, kind)
        blocks: dict[str, list[str]] = {}
        for code in dict.fromkeys(page):
            blocks.setdefault(family(system, code, "block"), []).append(code)
        return {code: tuple(shared) for shared in blocks.values() if len(shared) > 1 for code in shared}

    return facts.once(("relatives", kind), work)


def _beside(
    arguments: AmongArguments, goes_with: Callable[[CodeSystem, str, str], bool], *, later: bool = False
) -> Compiled:
    """The code that the rule is asked about stands beside another of its block, of which something holds."""
    code_set, _ = codes(arguments.kind, arguments.among)

    def test(facts: Facts, subject: Subject | None) -> Outcome:
        shared = _relatives(facts, arguments.kind).get(subject.code) if subject else None
        if subject is None or shared is None or subject.code not in code_set:
            return FALSE
        _, system = _given(facts, arguments.kind)
        rest = shared[shared.index(subject.code) + 1 :] if later else shared
        for code in code_set.among(rest):
            if code != subject.code and goes_with(system, subject.code, code):
                return Outcome(True, codes=(subject.code, code))
        return FALSE

    return Compiled(test, code_sets=((arguments.kind, code_set),))


class LessArguments(AmongArguments):
    """Also the words by which a name that holds another tells of something else (陈旧性, 后遗症)."""

    unless: Words


def says_less_than_another(arguments: LessArguments) -> Compiled:
    """The code only repeats, less precisely, what another code of its block on the page says."""

    def goes_with(system: CodeSystem, one: str, other: str) -> bool:
        return says_less(system, one, other) and not any(
            word in plain_name(system, other) and word not in plain_name(system, one) for word in arguments.unless
        )

    return _beside(arguments, goes_with)


def without_beside_with(arguments: AmongArguments) -> Compiled:
    """The code says that there is none of what another code of its category on the page says."""
    return _beside(arguments, is_without)


class AlternativesArguments(AmongArguments):
    """Groups of words of which a thing can bear only one at a time: grades, stages, types."""

    words: tuple[Words, ...]


def alternative_of_another(arguments: AlternativesArguments) -> Compiled:
    """The name of the code and that of another of its block differ in nothing but words that exclude one another."""
    groups = tuple(
        re.compile("|".join(re.escape(name_key(word)) for word in sorted(group, key=len, reverse=True)))
        for group in arguments.words
    )

    @cache
    def masked(system: CodeSystem, code: str) -> tuple[str, ...]:
        name = plain_name(system, code)
        return tuple(group.sub("#", name) for group in groups)

    def goes_with(system: CodeSystem, one: str, other: str) -> bool:
        name = plain_name(system, one)
        if not name or name == plain_name(system, other):
            return False
        return any(a == b != name for a, b in zip(masked(system, one), masked(system, other), strict=True))

    return _beside(arguments, goes_with, later=True)


class JoinedArguments(AmongArguments):
    """Also the words that join two names into one."""

    joined_by: Words


def half_beside_whole(arguments: JoinedArguments) -> Compiled:
    """The code has a joined name, and another code of its chapter on the page has the name of one half."""
    code_set, _ = codes("diagnosis", arguments.among)

    def test(facts: Facts, subject: Subject | None) -> Outcome:
        whole = subject.code if subject else ""
        parts = halves(facts.diagnoses, whole, arguments.joined_by)
        if not parts or whole not in code_set:
            return FALSE
        for code in code_set.among(facts.all_diagnoses):
            if code != whole and code[0] == whole[0] and plain_name(facts.diagnoses, code) in parts:
                return Outcome(True, codes=(code, whole))
        return FALSE

    return Compiled(test, code_sets=(("diagnosis", code_set),))


class CombinedArguments(JoinedArguments):
    """Also whether one half may stand within a longer name, and whether the final diagnoses must name the whole."""

    within: bool = False
    listed: bool = False


def combined_by_name(arguments: CombinedArguments) -> Compiled:
    """The code and another of the page are the halves that a code of its category joins by name."""
    code_set, _ = codes("diagnosis", arguments.among)

    def test(facts: Facts, subject: Subject | None) -> Outcome:
        if subject is None or subject.code not in code_set:
            return FALSE
        for other, whole in _wholes(facts, subject.code, code_set, arguments):
            if arguments.listed and not facts.is_listed(whole):
                continue
            return Outcome(True, codes=(subject.code, other), values=(f"{whole} {facts.name_of(whole)}",))
        return FALSE

    return Compiled(test, code_sets=(("diagnosis", code_set),), cost=1)


def _wholes(facts: Facts, code: str, code_set: CodeSet, arguments: CombinedArguments) -> Iterator[tuple[str, str]]:
    """The other halves on the page with the codes that join them to this one, those named exactly first."""
    system, page = facts.diagnoses, facts.all_diagnoses
    name = plain_name(system, code)
    every = halves_joined(system, code[:_CATEGORY], arguments.joined_by).get(name, ())
    joined = [(half, whole) for half, whole in every if whole not in page]
    if not joined:
        return
    names = {plain_name(system, other): other for other in code_set.among(page) if other != code}
    yield from ((names[half], whole) for half, whole in joined if half in names)
    if arguments.within:
        for half, whole in joined:
            for longer, other in names.items():
                near = other[0] == whole[0] or len(half) >= _LONG
                if near and half in longer and not halves(system, other, arguments.joined_by):
                    yield other, whole


def split_combination(arguments: AmongArguments) -> Compiled:
    """Selection reads one diagnosis whose name two codes of the page make up, and reads neither of the two."""
    code_set, _ = codes("diagnosis", arguments.among)

    def test(facts: Facts, _: Subject | None) -> Outcome:
        read = tuple(one.code for one in facts.given.diagnosed or ())
        told = {code[:_SUBCATEGORY] for code in read}
        alone = [code for code in code_set.among(facts.all_diagnoses) if code[:_SUBCATEGORY] not in told]
        if len(alone) < _TWO:
            return FALSE
        coded = {code[:_SUBCATEGORY] for code in facts.all_diagnoses}
        for whole in code_set.among(read):
            parts = None if whole[:_SUBCATEGORY] in coded else _parts(facts.diagnoses, whole, alone)
            if parts is not None:
                return Outcome(True, codes=parts, values=(f"{whole} {facts.name_of(whole)}",))
        return FALSE

    return Compiled(test, code_sets=(("diagnosis", code_set),), cost=1)


def _parts(system: CodeSystem, whole: str, codes_alone: Sequence[str]) -> tuple[str, str] | None:
    """Two of the codes that make up another by name, the first of its block; ``None`` where there are none."""
    block = family(system, whole, "block")
    for main in codes_alone:
        if split_dagger(main)[1] is None and family(system, main, "block") == block:
            for added in codes_alone:
                if added != main and spell_together(system, whole, main, added):
                    return main, added
    return None


class NamedArguments(AmongArguments):
    """Words of official names, and words that make them mean something else."""

    words: Words
    unless: tuple[str, ...] = ()


def named_with(arguments: NamedArguments) -> Compiled:
    """The official name of a code of a set holds one of these words and none that makes it mean another thing."""
    code_set, leads = codes(arguments.kind, arguments.among)

    @cache
    def is_meant(system: CodeSystem, code: str) -> bool:
        name = plain_name(system, code)
        return any(word in name for word in arguments.words) and not any(word in name for word in arguments.unless)

    def test(facts: Facts, _: Subject | None) -> Outcome:
        page, system = _given(facts, arguments.kind)
        return found(code for code in code_set.among(page) if is_meant(system, code))

    return Compiled(test, leads, ((arguments.kind, code_set),))


register(
    {
        "says_less_than_another": (LessArguments, says_less_than_another),
        "without_beside_with": (AmongArguments, without_beside_with),
        "alternative_of_another": (AlternativesArguments, alternative_of_another),
        "half_beside_whole": (JoinedArguments, half_beside_whole),
        "combined_by_name": (CombinedArguments, combined_by_name),
        "split_combination": (AmongArguments, split_combination),
        "named_with": (NamedArguments, named_with),
    }
)
