"""What each code does to the group: the group without it, with another in its place, and with another principal.

This reports; it recommends nothing. Principals are listed in the order of the front page, never by weight.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from coder.group.case import Case
from coder.group.scheme import GroupResult, Scheme
from coder.group.status import Severity

CodeRole = Literal["principal", "other", "main_procedure", "procedure"]


@dataclass(frozen=True, slots=True)
class Change:
    """The group after a change; ``weight_change`` is ``None`` unless both groups have a weight."""

    code: str
    result: GroupResult
    weight_change: float | None

    @property
    def drg(self) -> str:
        """The DRG after the change."""
        return self.result.drg


@dataclass(frozen=True, slots=True)
class CodeEffect:
    """One code of a case.

    Attributes:
        severity: what a diagnosis counts for beside the principal, ``None`` for procedures and the principal.
        without: the group if the code were not there.
        alternatives: the group with each of the given other codes in its place.
    """

    code: str
    role: CodeRole
    severity: Severity | None
    without: Change
    alternatives: tuple[Change, ...]

    def matters(self, result: GroupResult) -> bool:
        """Whether the group would be another without the code."""
        return self.without.drg != result.drg


@dataclass(frozen=True, slots=True)
class Explanation:
    """A case's group, what each code does to it, and the group with each other diagnosis as principal."""

    result: GroupResult
    effects: tuple[CodeEffect, ...]
    principals: tuple[Change, ...]


def explain(scheme: Scheme, case: Case, *, alternatives: Mapping[str, Sequence[str]] | None = None) -> Explanation:
    """Group a case and every variation of it by one code.

    Args:
        scheme: the scheme, with weights where weight differences are wanted.
        case: the case.
        alternatives: for a code of the case, codes that its words could also mean.

    >>> from coder.group import load_scheme
    >>> case = Case(principal="K35.800x001", others=("J96.000",), procedures=("47.0100",), sex="male", age_years=30)
    >>> effects = explain(load_scheme("chs-drg-1.1"), case).effects
    >>> [(effect.code, effect.severity, effect.without.drg) for effect in effects]
    [('K35.800x001', None, '0000'), ('J96.000', 'mcc', 'GD25'), ('47.0100', None, 'GZ13')]
    """
    others = alternatives or {}
    result = scheme.run(case)
    effects = []
    for role, position, code in _places(case):
        severity = scheme.severity_of(code, case.principal) if role == "other" else None
        effects.append(
            CodeEffect(
                code=code,
                role=role,
                severity=severity,
                without=_change(scheme, result, code, _with(case, role, position, None)),
                alternatives=tuple(
                    _change(scheme, result, other, _with(case, role, position, other)) for other in others.get(code, ())
                ),
            )
        )
    return Explanation(
        result=result,
        effects=tuple(effects),
        principals=tuple(
            _change(scheme, result, code, with_principal(case, code)) for code in dict.fromkeys(case.others)
        ),
    )


def without(case: Case, code: str) -> Case:
    """A case without a code, wherever it stands.

    >>> without(Case(principal="I10.x05", others=("E11.900", "J96.000")), "J96.000").others
    ('E11.900',)
    """
    return replace(
        case,
        principal=None if case.principal == code else case.principal,
        others=tuple(other for other in case.others if other != code),
        procedures=tuple(other for other in case.procedures if other != code),
    )


def with_principal(case: Case, code: str) -> Case:
    """A case with another of its diagnoses as principal; the former principal takes its place among the others.

    >>> swapped = with_principal(Case(principal="I10.x05", others=("E11.900",)), "E11.900")
    >>> swapped.principal, swapped.others
    ('E11.900', ('I10.x05',))
    """
    former = (case.principal,) if case.principal else ()
    return replace(case, principal=code, others=(*former, *(other for other in case.others if other != code)))


def _places(case: Case) -> list[tuple[CodeRole, int, str]]:
    places: list[tuple[CodeRole, int, str]] = [("principal", 0, case.principal)] if case.principal else []
    places += [("other", position, code) for position, code in enumerate(case.others)]
    for position, code in enumerate(case.procedures):
        places.append(("procedure" if position else "main_procedure", position, code))
    return places


def _with(case: Case, role: CodeRole, position: int, code: str | None) -> Case:
    """The case with one place left out (``None``) or taken by another code."""
    if role == "principal":
        return replace(case, principal=code)
    if role == "other":
        return replace(case, others=_spliced(case.others, position, code))
    return replace(case, procedures=_spliced(case.procedures, position, code))


def _spliced(codes: tuple[str, ...], position: int, code: str | None) -> tuple[str, ...]:
    return (*codes[:position], *((code,) if code else ()), *codes[position + 1 :])


def _change(scheme: Scheme, before: GroupResult, code: str, case: Case) -> Change:
    after = scheme.run(case)
    known = before.weight is not None and after.weight is not None
    weight_change = round(after.weight - before.weight, 6) if known else None  # type: ignore[operator]
    return Change(code=code, result=after, weight_change=weight_change)
