"""The named predicates that rules are written with, and how a ``when`` becomes one compiled test."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from pydantic import TypeAdapter, ValidationError

from coder.errors import InputError
from coder.evidence.codeset import CodeSet
from coder.rules.facts import Facts, Subject
from coder.rules.outcome import FALSE, TRUE, Outcome, joined, unknown

Test = Callable[[Facts, Subject | None], Outcome]
CodeKind = Literal["diagnosis", "procedure"]

_LEAD_WIDTH: Final[Mapping[CodeKind, int]] = {"diagnosis": 3, "procedure": 4}


@dataclass(frozen=True, slots=True)
class Compiled:
    """A test ready to run.

    Attributes:
        test: answers for a record and, under ``for_each``, a subject.
        leads: openings of codes, one of which the page must hold for the test to be true; ``None`` where none must be.
        code_sets: every set of codes that the test names, so that a build can check them against the tables.
        words: all words that the test looks for with :meth:`coder.rules.facts.Facts.held`.
        cost: how much work the test is: 0 for a look at the page, more for one at the record or at another group.
        holds: answers as the test does, but may leave out what a true answer rests on, where only the truth is asked.
    """

    test: Test
    leads: frozenset[str] | None = None
    code_sets: tuple[tuple[CodeKind, CodeSet], ...] = ()
    words: frozenset[str] = frozenset()
    cost: int = 0
    holds: Test | None = None

    @property
    def truth(self) -> Test:
        """The quickest test for who asks only whether it is true."""
        return self.holds or self.test


class Led:
    """Tests by the openings of codes that the page must hold for them: which of them it can make true, by number."""

    def __init__(self, tests: Iterable[Compiled]) -> None:
        self._always: set[int] = set()
        self._by_lead = defaultdict[str, list[int]](list)
        for number, one in enumerate(tests):
            if one.leads is None:
                self._always.add(number)
            for lead in one.leads or ():
                self._by_lead[lead].append(number)

    def by(self, facts: Facts) -> set[int]:
        """The tests that the codes of the page can make true, and those that need no code."""
        there = self._by_lead.keys() & facts.leads if self._by_lead else ()
        return self._always.union(*(self._by_lead[lead] for lead in there))


@dataclass(frozen=True, slots=True)
class _Definition:
    name: str
    arguments: TypeAdapter[Any]
    build: Callable[[Any], Compiled]
    summary: str = field(compare=False)


_DEFINITIONS: Final[dict[str, _Definition]] = {}


def register(table: Mapping[str, tuple[Any, Callable[[Any], Compiled]]]) -> None:
    """Register predicates: by their name in rules the type that the argument must have and the function that compiles.

    A table and no decorator, so that mutation testing reaches the functions.
    """
    for name, (arguments, build) in table.items():
        if name in _DEFINITIONS:
            raise ValueError(f"predicate {name} registered twice")
        _DEFINITIONS[name] = _Definition(name, TypeAdapter(arguments), build, (build.__doc__ or "").split("\n")[0])


def predicates() -> Mapping[str, str]:
    """The names of all predicates with one line on each."""
    return {name: definition.summary for name, definition in sorted(_DEFINITIONS.items())}


def codes(kind: CodeKind, patterns: Sequence[str]) -> tuple[CodeSet, frozenset[str] | None]:
    """A code set with the leads that the page must hold for one of its codes to be there."""
    code_set = CodeSet.parse(patterns)
    leads = code_set.leads(_LEAD_WIDTH[kind])
    return code_set, None if leads is None else frozenset(f"{kind[0]}{lead}" for lead in leads)


def compile_when(when: object) -> Compiled:
    """Compile a ``when``: predicates by name, under ``all``, ``any``, ``not`` and ``known``.

    A mapping with several predicates means all of them.

    Raises:
        InputError: a predicate is not known or its argument is not what it takes.
    """
    if not isinstance(when, Mapping) or not when:
        raise InputError("when 须是非空的映射：谓词名: 参数")
    parts = _parts(when)
    return parts[0] if len(parts) == 1 else _all(parts)


def compile_rule(when: object) -> Compiled:
    """Compile the whole ``when`` of a rule.

    Here what is not known decides at once: the rule is not applicable, and the costly parts are not asked.

    Raises:
        InputError: as :func:`compile_when`.
    """
    if not isinstance(when, Mapping) or len(when) < 2:
        return compile_when(when)
    return _all(_parts(when), decided_by_unknown=True)


def _parts(when: Mapping[Any, object]) -> list[Compiled]:
    return [_compile_one(str(name), argument) for name, argument in when.items()]


def _compile_one(name: str, argument: object) -> Compiled:
    if name in _COMBINATIONS:
        if not isinstance(argument, list) or not argument:
            raise InputError(f"{name} 之下须是非空的列表")
        return _COMBINATIONS[name]([compile_when(part) for part in argument])
    if name == "not":
        return _not(compile_when(argument))
    if name == "known":
        return _known(compile_when(argument))
    definition = _DEFINITIONS.get(name)
    if definition is None:
        raise InputError(f"没有名为 {name} 的谓词：可用 coder rules predicates 列出全部谓词")
    try:
        return definition.build(definition.arguments.validate_python(argument))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join((name, *(str(part) for part in first["loc"])))
        raise InputError(f"谓词 {where} 的参数不合规：{first['msg']}") from error
    except ValueError as error:
        raise InputError(f"谓词 {name} 的参数不合规：{error}") from error


def _all(parts: list[Compiled], *, decided_by_unknown: bool = False) -> Compiled:
    """True when every part is; cheap parts that fail spare the others, as do those not known where that decides."""
    cheapest_first = sorted(range(len(parts)), key=lambda number: parts[number].cost)
    first = parts[cheapest_first[0]].test
    others = tuple(
        (number, parts[number].test, decided_by_unknown and parts[number].cost > 0) for number in cheapest_first[1:]
    )

    def test(facts: Facts, subject: Subject | None) -> Outcome:
        # Most often the first part fails, so nothing else is done before.
        outcome = first(facts, subject)
        if outcome.truth is False:
            return FALSE
        seen = {cheapest_first[0]: outcome}
        unknown_yet = outcome.truth is None
        for number, part, decided in others:
            if unknown_yet and decided:
                break
            outcome = part(facts, subject)
            if outcome.truth is False:
                return FALSE
            unknown_yet = unknown_yet or outcome.truth is None
            seen[number] = outcome
        in_order = [seen[number] for number in sorted(seen)]
        return (_open(in_order) if unknown_yet else None) or joined(in_order)

    truths = tuple((number, parts[number].truth) for number in cheapest_first)

    def holds(facts: Facts, subject: Subject | None) -> Outcome:
        opened = {}
        for number, part in truths:
            outcome = part(facts, subject)
            if outcome.truth is False:
                return FALSE
            if outcome.truth is None:
                opened[number] = outcome
        return (_open(opened[number] for number in sorted(opened)) if opened else None) or TRUE

    known = [part.leads for part in parts if part.leads is not None]
    return _combined(test, min(known, key=len) if known else None, parts, holds)


def _any(parts: list[Compiled]) -> Compiled:
    """True when a part is, with what all true parts rest on; parts whose codes the page has not are not asked."""
    led = Led(parts)

    def test(facts: Facts, subject: Subject | None) -> Outcome:
        here = [parts[number] for number in sorted(led.by(facts))]
        outcomes = [outcome for part in here if (outcome := part.test(facts, subject)) is not FALSE]
        if not outcomes:
            return FALSE
        seen = [outcome for outcome in outcomes if outcome.truth]
        return joined(seen) if seen else _open(outcomes) or FALSE

    def holds(facts: Facts, subject: Subject | None) -> Outcome:
        opened = []
        for number in sorted(led.by(facts)):
            outcome = parts[number].truth(facts, subject)
            if outcome.truth:
                return TRUE
            if outcome.truth is None:
                opened.append(outcome)
        return _open(opened) or FALSE

    leads: frozenset[str] | None = frozenset()
    for part in parts:
        leads = None if leads is None or part.leads is None else leads | part.leads
    return _combined(test, leads, parts, holds)


def _not(part: Compiled) -> Compiled:
    """The contrary; what is not known stays not known."""
    holds = part.truth

    def test(facts: Facts, subject: Subject | None) -> Outcome:
        outcome = holds(facts, subject)
        if outcome.truth is None:
            return outcome
        return FALSE if outcome.truth else TRUE

    return _combined(test, None, [part])


def _known(part: Compiled) -> Compiled:
    """True only where it is known to be: an absent field answers no instead of leaving the rule open."""

    def test(facts: Facts, subject: Subject | None) -> Outcome:
        outcome = part.test(facts, subject)
        return FALSE if outcome.truth is None else outcome

    truth = part.truth

    def holds(facts: Facts, subject: Subject | None) -> Outcome:
        outcome = truth(facts, subject)
        return FALSE if outcome.truth is None else outcome

    return _combined(test, part.leads, [part], holds)


def _open(outcomes: Iterable[Outcome]) -> Outcome | None:
    """That it is not known, with every absent field that one of the outcomes names, where one of them is not known."""
    opened = [outcome.missing for outcome in outcomes if outcome.truth is None]
    return unknown(*dict.fromkeys(field for missing in opened for field in missing)) if opened else None


def _combined(
    test: Test, leads: frozenset[str] | None, parts: Sequence[Compiled], holds: Test | None = None
) -> Compiled:
    """A test made of others, which names all that they name and is as costly as the costliest."""
    return Compiled(
        test,
        leads,
        code_sets=tuple(item for part in parts for item in part.code_sets),
        words=frozenset[str]().union(*(part.words for part in parts)),
        cost=max(part.cost for part in parts),
        holds=holds,
    )


_COMBINATIONS: Final[Mapping[str, Callable[[list[Compiled]], Compiled]]] = {"all": _all, "any": _any}
