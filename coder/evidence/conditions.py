"""Conditions and what speaks for and against them (``data/conditions.yaml``)."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from typing import Final, Literal

from pydantic import Field, model_validator

from coder.evidence.analytes import analytes
from coder.evidence.codeset import CodeSet
from coder.text.datafile import DataModel, parse_data
from coder.text.normalise import normalise_term

_OPERATORS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_MEASUREMENT = re.compile(r"([a-z][a-z0-9_]*)(?: (max[/-]min))? (<=|>=|<|>) (\d+(?:\.\d+)?)")
_LEAD: Final = 3
_CHANGES: Final[tuple[Literal["max/min", "max-min"], ...]] = ("max/min", "max-min")


@dataclass(frozen=True, slots=True)
class Measurement:
    """A bound on a measured quantity, or on how much it changed.

    The change is how many times its greatest value is its least one (``max/min``), or what lies between (``max-min``).

    >>> bound = Measurement.parse("potassium < 3.5")
    >>> bound.holds(2.8), bound.holds(3.5)
    (True, False)
    >>> Measurement.parse("creatinine max/min >= 1.5").meeting((60.0, 75.0, 118.0))
    (60.0, 118.0)
    """

    analyte: str
    comparison: str
    bound: float
    change: Literal["max/min", "max-min"] | None = None

    @classmethod
    def parse(cls, text: str) -> Measurement | None:
        """The bound that an entry states, ``None`` where the entry is words.

        Raises:
            ValueError: it names an analyte that does not exist.
        """
        match = _MEASUREMENT.fullmatch(text)
        if match is None:
            return None
        if match[1] not in analytes():
            raise ValueError(f"unknown analyte {match[1]!r}")
        change = next((kind for kind in _CHANGES if kind == match[2]), None)
        return cls(match[1], match[3], float(match[4]), change=change)

    def holds(self, value: float) -> bool:
        """Whether a value (of a change: the ratio or difference) meets the bound."""
        return _OPERATORS[self.comparison](value, self.bound)

    def meeting(self, values: Sequence[float]) -> tuple[float, ...]:
        """Those of all values of the quantity that meet the bound: of a change its two ends."""
        if not self.change:
            return tuple(filter(self.holds, values))
        low, high = min(values, default=0.0), max(values, default=0.0)
        if low <= 0:
            return ()
        return (low, high) if self.holds(high / low if self.change == "max/min" else high - low) else ()


class Condition(DataModel):
    """A condition (or a long treatment) with the codes that express it and the signs for and against it.

    See the head of the data file for what the lists mean.
    """

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    name: str
    codes: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    covered_by: tuple[str, ...] = ()
    proposal: str | None = None
    stated: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    found: tuple[str, ...] = ()
    fits: tuple[str, ...] = ()
    strong: tuple[str, ...] = ()
    care: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    refuted: tuple[str, ...] = ()
    excused: tuple[str, ...] = ()
    acute: bool = False
    apart: bool = False
    objective: bool = False
    named: bool = False
    missed_only: bool = False
    beside: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()
    unnamed: Literal["treated", "grave"] | None = None
    wanted: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _has_codes_and_signs(self) -> Condition:
        if not self.codes and not self.procedures:
            raise ValueError(f"{self.id}: neither codes nor procedures")
        if self.proposal is not None and self.proposal not in CodeSet.parse(self.codes):
            raise ValueError(f"{self.id}: the proposal {self.proposal} is not among its codes")
        if self.missed_only and self.proposal is None:
            raise ValueError(f"{self.id}: looked for as missed only, without a proposal")
        for entry in (*self.found, *self.fits, *self.strong, *self.against, *self.refuted, *self.excused):
            Measurement.parse(entry)
        return self


class ConditionData(DataModel):
    """The whole data file."""

    conditions: tuple[Condition, ...]

    @model_validator(mode="after")
    def _ids_are_unique(self) -> ConditionData:
        ids = [condition.id for condition in self.conditions]
        twice = {name for name in ids if ids.count(name) > 1}
        if twice:
            raise ValueError(f"condition ids given twice: {sorted(twice)}")
        return self


@cache
def conditions() -> Mapping[str, Condition]:
    """All conditions by id, in the order of the file.

    >>> conditions()["hypokalaemia"].proposal
    'E87.600'

    Raises:
        ArtefactError: the file breaks its schema.
    """
    text = files("coder.evidence").joinpath("data/conditions.yaml").read_text(encoding="utf-8")
    data = parse_data(text, ConditionData, label="coder/evidence/data/conditions.yaml")
    return {condition.id: condition for condition in data.conditions}


GAP: Final = "~~"
"""In normalised words: other words may stand between, in one sentence."""


def bridged(word: str, gap: str, part: Callable[[str], str] = re.escape) -> str:
    """A pattern for a normalised word, with a pattern for each of its gaps and what ``part`` makes of the rest.

    >>> bridged("置~~管", "[^。]{0,8}?")
    '置[^。]{0,8}?管'
    """
    return gap.join(map(part, word.split(GAP)))


@dataclass(frozen=True)
class Signs:
    """A list of signs ready to look for: words in normalised form, and bounds on measurements."""

    words: tuple[str, ...]
    bounds: tuple[Measurement, ...]

    @cached_property
    def heads(self) -> tuple[tuple[str, str], ...]:
        """The words with a gap, which are looked for one by one, each with what stands before the gap."""
        return tuple((word, word.partition(GAP)[0]) for word in self.words if GAP in word)

    @cached_property
    def plain(self) -> frozenset[str]:
        """The other words."""
        return frozenset(word for word in self.words if GAP not in word)

    @classmethod
    def of(cls, entries: tuple[str, ...]) -> Signs:
        """The signs that a list of entries names."""
        bounds = [Measurement.parse(entry) for entry in entries]
        words = (entry for entry, bound in zip(entries, bounds, strict=True) if bound is None)
        return cls(tuple(map(normalise_term, words)), tuple(bound for bound in bounds if bound is not None))


@dataclass(frozen=True, slots=True)
class SignLists:
    """The lists of a condition, ready to look for."""

    stated: Signs
    unless: Signs
    found: Signs
    fits: Signs
    strong: Signs
    care: Signs
    against: Signs
    refuted: Signs
    excused: Signs

    @property
    def words(self) -> tuple[str, ...]:
        """All words of all lists."""
        return tuple(word for name in self.__slots__ for word in getattr(self, name).words)


@cache
def signs_of(condition_id: str) -> SignLists:
    """The lists of a condition by its id."""
    condition = conditions()[condition_id]
    return SignLists(*(Signs.of(getattr(condition, name)) for name in SignLists.__slots__))


class _ByCode:
    """Which of some things a code can be of: few have codes that open like it, and only those are asked."""

    def __init__(self, sets: Iterable[Iterable[CodeSet]]) -> None:
        self._sets = [tuple(group) for group in sets]
        self._by_lead: dict[str, list[int]] = {}
        self._always: list[int] = []
        for number, group in enumerate(self._sets):
            leads = [one.leads() for one in group]
            if None in leads:
                self._always.append(number)
            else:
                for lead in frozenset[str]().union(*filter(None, leads)):
                    self._by_lead.setdefault(lead, []).append(number)

    def numbers(self, code: str) -> list[int]:
        """The numbers of the things that have a set with the code, ascending."""
        near = {number for width in range(1, _LEAD + 1) for number in self._by_lead.get(code[:width], ())}
        return [number for number in sorted(near.union(self._always)) if any(code in one for one in self._sets[number])]


@cache
def _expressing() -> _ByCode:
    sets = ((CodeSet.parse(one.codes), CodeSet.parse(one.procedures)) for one in conditions().values())
    return _ByCode(() if one.missed_only else both for one, both in zip(conditions().values(), sets, strict=True))


@cache
def _covering() -> _ByCode:
    return _ByCode((CodeSet.parse(one.codes), CodeSet.parse(one.covered_by)) for one in conditions().values())


@cache
def conditions_of(code: str) -> tuple[Condition, ...]:
    """The conditions that a diagnosis or procedure code expresses, the most specific (fewest patterns) first.

    >>> [condition.id for condition in conditions_of("E87.600")]
    ['hypokalaemia']
    """
    every = tuple(conditions().values())
    found = (every[number] for number in _expressing().numbers(code))
    return tuple(sorted(found, key=lambda condition: len(condition.codes)))


@lru_cache(maxsize=16384)
def conditions_named(code: str, names: tuple[str, ...]) -> tuple[Condition, ...]:
    """The conditions of a code that its own normalised names say: those by which the code itself can be judged.

    A code that a condition merely takes in (a pyelonephritis, of the urinary infections) is a diagnosis of its own.

    >>> [one.id for one in conditions_named("N39.000", ("泌尿道感染",))], conditions_named("N10.x02", ("急性肾盂肾炎",))
    (['urinary_infection'], ())
    """
    return tuple(condition for condition in conditions_of(code) if _is_said(condition.id, names))


def _is_said(condition_id: str, names: tuple[str, ...]) -> bool:
    words = signs_of(condition_id).stated.words
    return not words or any(word in name for word in words for name in names)


@lru_cache(maxsize=4096)
def fits_page(condition_id: str, codes: frozenset[str]) -> bool:
    """Whether a condition may be looked for on a page with these codes: it has one of ``beside``, none of ``aside``.

    >>> fits_page("gestational_diabetes", frozenset({"O42.000", "Z37.000"}))
    True
    >>> fits_page("gestational_diabetes", frozenset({"J18.900"}))
    False
    """
    condition = conditions()[condition_id]
    wanted, unwanted = CodeSet.parse(condition.beside), CodeSet.parse(condition.aside)
    if condition.beside and not any(code in wanted for code in codes):
        return False
    return not any(code in unwanted for code in codes)


@cache
def covered_by(code: str) -> frozenset[str]:
    """The ids of the conditions that are not missed beside a code: those that it expresses and those that it includes.

    >>> sorted(covered_by("I11.002"))
    ['heart_failure', 'hypertension']
    """
    every = tuple(conditions())
    return frozenset(every[number] for number in _covering().numbers(code))
