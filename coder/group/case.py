"""The coded stay that a grouper reads: codes and the few facts of the patient that rules ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Sex = Literal["male", "female"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One stay, as codes.

    ``None`` always means not known. A rule that needs a fact which is not known ends in the status 信息校验不通过; a
    fact that no rule asks for may stay unknown.

    Attributes:
        principal: the principal diagnosis, ICD-10 医保版 2.0.
        others: the other diagnoses, in any order; the order never changes the group.
        procedures: ICD-9-CM-3 医保版 2.0, the main procedure first.
        sex: the patient's sex.
        age_years: completed years; below one year 0.
        age_days: days since birth, for patients below one year.
        birth_weight_g: weight at birth in grams (for a newborn admitted later some cities send the admission weight).
        los: days of stay.
        leaving_way: way of leaving, 1–5 or 9 as on the front page.
        department: code of the discharging department.
        index: the caller's own key of the record.

    >>> Case(principal="K35.800x001", procedures=("47.0100",), sex="male", age_years=30).others
    ()
    """

    principal: str | None = None
    others: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    sex: Sex | None = None
    age_years: int | None = None
    age_days: int | None = None
    birth_weight_g: int | None = None
    los: int | None = None
    leaving_way: str | None = None
    department: str | None = None
    index: str | None = None
