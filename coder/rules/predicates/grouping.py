"""Predicates over what codes are worth in the active grouping scheme; high risk is derived here, never listed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from coder.group import Status
from coder.rules.facts import Facts, Subject
from coder.rules.outcome import FALSE, Outcome, found, of, unknown
from coder.rules.predicates.arguments import Words, Yes
from coder.rules.registry import Compiled, register

_NO_SCHEME = "分组方案"


def counts_as(levels: tuple[Literal["cc", "mcc"], ...]) -> Compiled:
    """The code that the rule is asked about counts as CC or MCC in the active scheme, not excluded by the principal."""

    def test(facts: Facts, subject: Subject | None) -> Outcome:
        if facts.scheme is None:
            return unknown(_NO_SCHEME)
        return found((subject.code,) if subject is not None and facts.level(subject.code) in levels else ())

    return Compiled(test)


def changes_group(_: Any) -> Compiled:
    """The group or the weight is another without the code that the rule is asked about."""

    def test(facts: Facts, subject: Subject | None) -> Outcome:
        if facts.scheme is None:
            return unknown(_NO_SCHEME)
        return of(subject is not None and facts.changes_group(subject.code))

    return Compiled(test, cost=2)


def group_status(statuses: Words) -> Compiled:
    """Grouping the page ends in one of these statuses."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        grouping = facts.grouping
        if grouping is None:
            return unknown(_NO_SCHEME)
        if grouping.status not in statuses:
            return FALSE
        code = facts.principal.code if facts.principal else ""
        return Outcome(True, codes=(code,) if code else (), values=(grouping.status,))

    return Compiled(test, cost=2)


def valid_procedure(_: Any) -> Compiled:
    """The procedure that the rule is asked about is on the scheme's list of procedures that decide groups."""

    def test(facts: Facts, subject: Subject | None) -> Outcome:
        if facts.scheme is None:
            return unknown(_NO_SCHEME)
        return of(subject is not None and facts.scheme.is_valid_procedure(subject.code))

    return Compiled(test)


def main_procedure_not_valid(_: Any) -> Compiled:
    """The main procedure is not on the scheme's list of those that decide groups, and another of its category is."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        scheme = facts.scheme
        if scheme is None:
            return unknown(_NO_SCHEME)
        main, *others = facts.all_procedures or ("",)
        if not main or main not in facts.procedures or scheme.is_valid_procedure(main):
            return FALSE
        greater = any(scheme.is_valid_procedure(code) and code[:4] == main[:4] for code in others)
        return Outcome(True, codes=(main,)) if greater else FALSE

    return Compiled(test)


def main_procedure_outside_mdc(which: Literal["alone", "another_fits"]) -> Compiled:
    """The main procedure decides groups, but none of the principal's MDC; ``another_fits``: one of another code's."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        grouping = facts.strict_grouping
        if grouping is None:
            return unknown(_NO_SCHEME)
        if grouping.status not in _MISMATCHES:
            return FALSE
        principal = (facts.principal.code,) if facts.principal else ()
        outcome = Outcome(True, codes=(*principal, *facts.all_procedures[:1]), values=(grouping.status,))
        if which == "alone":
            return outcome
        fitting = tuple(code for code in dict.fromkeys(facts.others) if facts.fits_main_procedure(code))
        return replace(outcome, values=tuple(map(facts.name_of, fitting))) if fitting else FALSE

    return Compiled(test, cost=2)


_MISMATCHES = (Status.AMBIGUOUS.value, Status.PROCEDURE_MISMATCH.value)


def has_cc_or_mcc(_: Any) -> Compiled:
    """An other diagnosis counts as CC or MCC in the active scheme."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        if facts.scheme is None:
            return unknown(_NO_SCHEME)
        return found(code for code in facts.others if facts.level(code) != "none")

    return Compiled(test)


register(
    {
        "counts_as": (tuple[Literal["cc", "mcc"], ...], counts_as),
        "changes_group": (Yes, changes_group),
        "group_status": (Words, group_status),
        "valid_procedure": (Yes, valid_procedure),
        "main_procedure_not_valid": (Yes, main_procedure_not_valid),
        "main_procedure_outside_mdc": (Literal["alone", "another_fits"], main_procedure_outside_mdc),
        "has_cc_or_mcc": (Yes, has_cc_or_mcc),
    }
)
