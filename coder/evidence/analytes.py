"""Measured quantities: names, units, reference intervals (``data/analytes.yaml``)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from pydantic import model_validator

from coder.record import Patient, Sex
from coder.text.datafile import DataModel, parse_data


class Reference(DataModel):
    """A reference interval and whom it is for; bounds are in the analyte's unit, both inclusive."""

    low: float
    high: float
    sex: Sex | None = None
    age_below: int | None = None


class Analyte(DataModel):
    """One measured quantity.

    ``units`` maps other units to the factor that turns them into ``unit``; ``plausible`` bounds what can be true
    at all; ``unitless`` lists the names that do without a unit where ``needs_unit`` asks for one; ``not_after`` lists
    words that make the name part of another name (``NT-pro`` before ``BNP``).
    """

    id: str
    name: str
    names: tuple[str, ...]
    unit: str
    units: Mapping[str, float] = {}
    plausible: tuple[float, float]
    reference: tuple[Reference, ...]
    needs_unit: bool = False
    unitless: tuple[str, ...] = ()
    not_after: tuple[str, ...] = ()

    def interval(self, patient: Patient) -> Reference | None:
        """The reference interval for a patient: the narrowest age band first, ``None`` where it is not known.

        >>> analytes()["haemoglobin"].interval(Patient(sex="female", age_years=40)).low
        115.0
        """
        age = patient.age_years
        by_age = [item for item in self.reference if item.age_below and age is not None and age < item.age_below]
        if by_age:
            return min(by_age, key=lambda item: item.age_below or 0)
        adult = (item for item in self.reference if item.age_below is None)
        return next((item for item in adult if item.sex in (None, patient.sex)), None)


class Pair(DataModel):
    """Two quantities written as one over the other (blood pressure)."""

    names: tuple[str, ...]
    upper: str
    lower: str
    units: Mapping[str, float]


class AnalyteData(DataModel):
    """The whole data file."""

    analytes: tuple[Analyte, ...]
    pairs: tuple[Pair, ...]
    between: tuple[str, ...]
    goals: tuple[str, ...]
    later: tuple[str, ...]

    @model_validator(mode="after")
    def _names_are_known(self) -> AnalyteData:
        known = [analyte.id for analyte in self.analytes]
        if len(set(known)) != len(known):
            raise ValueError("an analyte id is given twice")
        for pair in self.pairs:
            for name in (pair.upper, pair.lower):
                if name not in known:
                    raise ValueError(f"pair names an unknown analyte {name}")
        return self


@cache
def analyte_data() -> AnalyteData:
    """The data file, validated.

    Raises:
        ArtefactError: the file breaks its schema.
    """
    text = files("coder.evidence").joinpath("data/analytes.yaml").read_text(encoding="utf-8")
    return parse_data(text, AnalyteData, label="coder/evidence/data/analytes.yaml")


@cache
def analytes() -> Mapping[str, Analyte]:
    """All analytes by id."""
    return {analyte.id: analyte for analyte in analyte_data().analytes}
