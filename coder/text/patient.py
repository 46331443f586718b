"""Who the patient is, read from the text where the caller does not say.

>>> from coder.record import Patient
>>> complete_patient("患儿,女,生后3天,出生体重2150g。", Patient())
Patient(sex='female', age_years=0, age_days=3, birth_weight_g=2150)
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from coder.errors import InputError
from coder.record import Patient, Sex
from coder.text.datafile import DataModel, load_data

_SEXES: dict[str, Sex] = {"男": "male", "女": "female"}
_SEX_NAMES = {"male": "男", "female": "女"}
_NEWBORN_DAYS = 28


class ImpliedSexData(DataModel):
    """Words that imply the sex of the patient, and words that say that somebody else is meant."""

    sex: Literal["男", "女"]
    pattern: str
    unless: str


class PatientData(DataModel):
    """The schema of ``data/patient.yaml``."""

    sex: tuple[str, ...]
    implied_sex: tuple[ImpliedSexData, ...]
    age: tuple[str, ...]
    days: dict[str, float]
    years: tuple[str, ...]
    birth_weight: tuple[str, ...]


class _Patterns:
    def __init__(self, data: PatientData) -> None:
        self.sex = [re.compile(pattern) for pattern in data.sex]
        self.implied_sex = [
            (_SEXES[entry.sex], re.compile(entry.pattern), re.compile(entry.unless)) for entry in data.implied_sex
        ]
        self.age = [re.compile(pattern) for pattern in data.age]
        self.birth_weight = [re.compile(pattern) for pattern in data.birth_weight]
        self.days = data.days
        self.years = frozenset(data.years)


@cache
def _patterns() -> _Patterns:
    return _Patterns(load_data("patient.yaml", PatientData))


def complete_patient(text: str, given: Patient) -> Patient:
    """``given`` with sex, age and birth weight filled in from the normalised ``text`` where they are missing.

    Raises:
        InputError: the text states two sexes, or another than the one given.
    """
    sex = _sex(text, given.sex)
    years, days = given.age_years, given.age_days
    if years is None and days is None:
        years, days = _age(text)
    elif years is None:
        years = 0
    weight = given.birth_weight_g
    if weight is None and years == 0 and days is not None and days <= _NEWBORN_DAYS:
        weight = _birth_weight(text)
    return given.model_copy(update={"sex": sex, "age_years": years, "age_days": days, "birth_weight_g": weight})


def _sex(text: str, given: Sex | None) -> Sex | None:
    stated: Sex | None = None
    for label in _patterns().sex[0].finditer(text):
        found = _SEXES[label.group(1)]
        if stated is not None and found != stated:
            raise InputError("病历中性别前后矛盾：同时写有“男”和“女”，请核对后重试")
        stated = found
    if stated is None:
        first = next((match for pattern in _patterns().sex[1:] if (match := pattern.search(text))), None)
        stated = _SEXES[first.group(1)] if first else None
    if given is not None and stated is not None and given != stated:
        raise InputError(f"性别矛盾：患者信息为“{_SEX_NAMES[given]}”，病历文本为“{_SEX_NAMES[stated]}”，请核对后重试")
    return given or stated or _implied_sex(text)


def _implied_sex(text: str) -> Sex | None:
    for sex, pattern, unless in _patterns().implied_sex:
        if pattern.search(text) and not unless.search(text):
            return sex
    return None


def _age(text: str) -> tuple[int | None, int | None]:
    patterns = _patterns()
    for pattern in patterns.age:
        found = pattern.search(text)
        if found is None:
            continue
        number, unit = int(found.group("number")), found.group("unit")
        if unit in patterns.years:
            if number > 150:
                continue
            return number, None
        total = round(number * patterns.days[unit])
        return (0, total) if total < 365 else (total // 365, None)
    return None, None


def _birth_weight(text: str) -> int | None:
    for pattern in _patterns().birth_weight:
        match = pattern.search(text)
        if match is not None:
            groups = match.groupdict()
            grams = int(groups["number"]) if groups.get("number") else round(float(groups["kilograms"]) * 1000)
            if 100 <= grams <= 9999:
                return grams
    return None
