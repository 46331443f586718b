"""Predicates over which codes are on the page, and where."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from coder.rules.facts import Facts, Subject
from coder.rules.outcome import FALSE, Outcome, found, of
from coder.rules.predicates.arguments import Arguments, Patterns, Yes
from coder.rules.registry import CodeKind, Compiled, codes, register


def _match(kind: CodeKind, patterns: Patterns, given: Callable[[Facts], Iterable[str]]) -> Compiled:
    code_set, leads = codes(kind, patterns)

    def test(facts: Facts, _: Subject | None) -> Outcome:
        return found(code_set.among(given(facts)))

    return Compiled(test, leads, ((kind, code_set),))


def _principal_codes(facts: Facts) -> tuple[str, ...]:
    return (facts.principal.code,) if facts.principal else ()


def principal(patterns: Patterns) -> Compiled:
    """The principal diagnosis is one of these codes."""
    return _match("diagnosis", patterns, _principal_codes)


def other(patterns: Patterns) -> Compiled:
    """An other diagnosis is one of these codes."""
    return _match("diagnosis", patterns, lambda facts: facts.others)


def diagnosis(patterns: Patterns) -> Compiled:
    """Any diagnosis is one of these codes."""
    return _match("diagnosis", patterns, lambda facts: facts.all_diagnoses)


def main_procedure(patterns: Patterns) -> Compiled:
    """The main procedure is one of these codes."""
    return _match("procedure", patterns, lambda facts: facts.all_procedures[:1])


def procedure(patterns: Patterns) -> Compiled:
    """Any procedure is one of these codes."""
    return _match("procedure", patterns, lambda facts: facts.all_procedures)


class PairArguments(Arguments):
    """Two sets of codes."""

    first: Patterns
    second: Patterns


def _pair(kind: CodeKind, arguments: PairArguments, given: Callable[[Facts], tuple[str, ...]]) -> Compiled:
    first, leads = codes(kind, arguments.first)
    second, _ = codes(kind, arguments.second)

    def test(facts: Facts, _: Subject | None) -> Outcome:
        page = given(facts)
        one = first.among(page)
        two = second.among(page) if one else []
        both = tuple(dict.fromkeys((*one, *two)))
        if not one or not two or len(both) < 2:
            return FALSE
        return Outcome(True, codes=both)

    return Compiled(test, leads, ((kind, first), (kind, second)))


def diagnoses_together(arguments: PairArguments) -> Compiled:
    """Two different diagnoses stand side by side, one of each set."""
    return _pair("diagnosis", arguments, lambda facts: facts.all_diagnoses)


def procedures_together(arguments: PairArguments) -> Compiled:
    """Two different procedures stand side by side, one of each set."""
    return _pair("procedure", arguments, lambda facts: facts.all_procedures)


class SeveralArguments(Arguments):
    """A set of codes and how many different categories of it."""

    codes: Patterns
    categories: int


def several_categories(arguments: SeveralArguments) -> Compiled:
    """Diagnoses of at least so many different three-character categories of a set."""
    code_set, leads = codes("diagnosis", arguments.codes)

    def test(facts: Facts, _: Subject | None) -> Outcome:
        there = code_set.among(facts.all_diagnoses)
        if len({code[:3] for code in there}) < arguments.categories:
            return FALSE
        return found(there)

    return Compiled(test, leads, (("diagnosis", code_set),))


def this(patterns: Patterns) -> Compiled:
    """The diagnosis that the rule is asked about is one of these codes."""
    return _this("diagnosis", patterns)


def this_procedure(patterns: Patterns) -> Compiled:
    """The procedure that the rule is asked about is one of these codes."""
    return _this("procedure", patterns)


def _this(kind: CodeKind, patterns: Patterns) -> Compiled:
    code_set, leads = codes(kind, patterns)

    def test(_: Facts, subject: Subject | None) -> Outcome:
        return found((subject.code,)) if subject is not None and subject.code in code_set else FALSE

    return Compiled(test, leads, ((kind, code_set),))


def any_procedure(_: Any) -> Compiled:
    """There is a procedure on the page."""
    return Compiled(lambda facts, _: of(bool(facts.all_procedures)))


def any_diagnosis(_: Any) -> Compiled:
    """There is a diagnosis on the page."""
    return Compiled(lambda facts, _: of(bool(facts.all_diagnoses)))


register(
    {
        "principal": (Patterns, principal),
        "other": (Patterns, other),
        "diagnosis": (Patterns, diagnosis),
        "main_procedure": (Patterns, main_procedure),
        "procedure": (Patterns, procedure),
        "diagnoses_together": (PairArguments, diagnoses_together),
        "procedures_together": (PairArguments, procedures_together),
        "several_categories": (SeveralArguments, several_categories),
        "this": (Patterns, this),
        "this_procedure": (Patterns, this_procedure),
        "any_procedure": (Yes, any_procedure),
        "any_diagnosis": (Yes, any_diagnosis),
    }
)
