"""Predicates over the patient; not known where the record does not say."""

from __future__ import annotations

from typing import Literal

from coder.record import Sex
from coder.rules.facts import Facts, Subject
from coder.rules.outcome import Outcome, of, unknown
from coder.rules.predicates.arguments import Bounds
from coder.rules.registry import Compiled, register

_NAMES = {"age_years": "年龄（岁）", "age_days": "日龄", "birth_weight_g": "出生体重"}
_DAYS_OF_A_YEAR = 365


def sex(expected: Sex) -> Compiled:
    """The patient is of this sex."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        return unknown("性别") if facts.patient.sex is None else of(facts.patient.sex == expected)

    return Compiled(test)


def _within(name: str, bounds: Bounds, value: float | None) -> Outcome:
    return unknown(_NAMES[name]) if value is None else of(bounds.hold(value))


def age_years(bounds: Bounds) -> Compiled:
    """The completed years of the patient are within bounds."""
    return Compiled(lambda facts, _: _within("age_years", bounds, years_of(facts)))


def age_days(bounds: Bounds) -> Compiled:
    """The days since birth are within bounds; a patient of one year or more has at least 365."""
    return Compiled(lambda facts, _: _within("age_days", bounds, days_of(facts)))


def birth_weight_g(bounds: Bounds) -> Compiled:
    """The weight at birth in grams is within bounds."""
    return Compiled(lambda facts, _: _within("birth_weight_g", bounds, facts.patient.birth_weight_g))


def years_of(facts: Facts) -> int | None:
    """Completed years; a patient whose age is given in days is 0."""
    patient = facts.patient
    if patient.age_years is None and patient.age_days is not None:
        return 0
    return patient.age_years


def days_of(facts: Facts) -> int | None:
    """Days since birth as far as they are known; one year or more counts as a year of days."""
    patient = facts.patient
    if patient.age_days is not None:
        return patient.age_days
    return _DAYS_OF_A_YEAR if patient.age_years else None


def sex_unknown(_: object) -> Compiled:
    """Neither the record nor the form says the patient's sex."""
    return Compiled(lambda facts, _: of(facts.patient.sex is None))


def age_unknown(_: object) -> Compiled:
    """Neither the record nor the form says the patient's age."""
    return Compiled(lambda facts, _: of(years_of(facts) is None))


register(
    {
        "sex": (Sex, sex),
        "age_years": (Bounds, age_years),
        "age_days": (Bounds, age_days),
        "birth_weight_g": (Bounds, birth_weight_g),
        "sex_unknown": (Literal[True], sex_unknown),
        "age_unknown": (Literal[True], age_unknown),
    }
)
