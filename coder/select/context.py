"""What the other entries of a front page say about an entry: combination codes, types, redundant codes.

The rules are data (``data/context.yaml``). ICD-10 volume 2 asks for one combination code where it exists;
糖尿病肾病 beside 2型糖尿病 is that of type 2.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from coder.evidence.taken_in import said_by_others
from coder.patterns import asks_for_absence
from coder.record import Patient
from coder.select.codes import category, first_match, matches, openings
from coder.select.gather import Gathered
from coder.suggest.suggestion import ScoredConcept
from coder.terms import CodeSystem
from coder.text import Reading
from coder.yaml_data import parse_yaml

PatientState = Literal["newborn", "grown"]
_NEWBORN_DAYS = 28


class _Rule(BaseModel):
    """A rule holds where the record says ``record`` and not ``unless_record``, for a patient in ``state``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    record: str | None = None
    unless_record: str | None = None
    state: PatientState | None = None

    def holds(self, text: str, state: PatientState, reading: Reading | None = None) -> bool:
        """Whether the rule is about such a record and patient; with a ``reading``, what it denies is not said."""
        if self.state is not None and self.state != state:
            return False
        if self.unless_record is not None and re.search(self.unless_record, text):
            return False
        if self.record is None:
            return True
        if reading is None or asks_for_absence(self.record):
            return re.search(self.record, text) is not None
        return any(not reading.denies(*match.span()) for match in re.finditer(self.record, text))


class _EntryRule(_Rule):
    """A rule about single entries; with ``said`` only those whose own words (where first mentioned) say so."""

    said: str | None = None

    def about(self, entry: Gathered, text: str) -> bool:
        """Whether the words of an entry say what the rule asks."""
        if self.said is None:
            return True
        first = entry.spans[0] if entry.spans else None
        return first is not None and re.search(self.said, text[first.start : first.end]) is not None


class Rename(_EntryRule):
    """An entry in ``of`` beside one in ``given`` becomes the first concept that ``names`` make of its name.

    Without ``given`` it stands alone; what begins with one of ``stays`` stays.
    """

    of: tuple[str, ...]
    names: tuple[str, ...] = Field(min_length=1)
    given: tuple[str, ...] = ()
    stays: tuple[str, ...] = ()


class Combine(_Rule):
    """Entries that are all there become one concept."""

    all: tuple[str, ...] = Field(min_length=2)
    name: str


class Drop(_EntryRule):
    """Entries in ``of`` say nothing beside one in ``given``, or at all where ``given`` is empty."""

    of: tuple[str, ...]
    given: tuple[str, ...] = ()


class ContextRules(BaseModel):
    """All of ``context.yaml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rename: tuple[Rename, ...]
    combine: tuple[Combine, ...]
    drop: tuple[Drop, ...]
    unspecified_counts: tuple[str, ...]
    """Categories of which an unspecified code (fourth character 9) stands beside a specified one."""
    of_newborns: tuple[str, ...]
    of_mothers: tuple[str, ...]
    """Where no days of age are known, a record with an entry of the former and none of the latter is a newborn's."""


def patient_state(patient: Patient) -> PatientState:
    """Whether a patient is a newborn (the first 28 days) or not; who is of unknown age is not."""
    days = patient.age_days
    young = patient.age_years in (None, 0)
    return "newborn" if young and days is not None and days <= _NEWBORN_DAYS else "grown"


def state_of(patient: Patient, codes: Collection[str], rules: ContextRules | None = None) -> PatientState:
    """The state of the patient, by what is coded where the days since birth are not known.

    >>> state_of(Patient(), ["P07.300x001"]), state_of(Patient(age_years=30), ["P07.300x001"])
    ('newborn', 'grown')
    """
    rules = rules or context_rules()
    if patient.age_days is None and patient.age_years in (None, 0):
        born = first_match(codes, rules.of_newborns) is not None
        return "newborn" if born and first_match(codes, rules.of_mothers) is None else "grown"
    return patient_state(patient)


@cache
def context_rules() -> ContextRules:
    """The rules, read and validated once."""
    text = files("coder.select").joinpath("data/context.yaml").read_text(encoding="utf-8")
    return ContextRules.model_validate(parse_yaml(text))


def in_context(
    entries: dict[str, Gathered],
    system: CodeSystem,
    *,
    text: str = "",
    reading: Reading | None = None,
    patient: Patient | None = None,
    rules: ContextRules | None = None,
) -> dict[str, Gathered]:
    """The entries after the rules, in the same order; what is merged or dropped keeps its places with what remains.

    Args:
        entries: the entries by code.
        system: the code system in which names are looked up.
        text: the normalised text of the record.
        reading: the record as read; without it no denial is heard.
        patient: what is known of the patient.
        rules: the shipped ones when not given.
    """
    rules = rules or context_rules()
    state = state_of(patient or Patient(), entries, rules)
    found = dict(entries)
    begun = openings(found)
    for rename in rules.rename:
        meant = not begun.isdisjoint(rename.of) and not (rename.given and begun.isdisjoint(rename.given))
        if meant and rename.holds(text, state, reading):
            found = _renamed(found, rename, system, text)
            begun = openings(found)
    for combine in rules.combine:
        if begun.issuperset(combine.all) and combine.holds(text, state, reading):
            found = _combined(found, combine, system)
            begun = openings(found)
    for code, stays in said_by_others(tuple(found)):
        found = _absorbed(found, code, stays)
    for drop in rules.drop:
        # Most rules are about nothing on the page, so that is asked first; what was dropped meanwhile does no harm.
        if begun.isdisjoint(drop.of):
            continue
        keeper = first_match(found, drop.given)
        if (keeper is not None or not drop.given) and drop.holds(text, state, reading):
            for code in [code for code in found if matches(code, drop.of) and not matches(code, drop.given)]:
                if not drop.about(found[code], text):
                    continue
                if keeper is None:
                    found.pop(code)
                else:
                    found = _absorbed(found, code, keeper)
    return _specified(found, rules.unspecified_counts)


def _absorbed(entries: dict[str, Gathered], code: str, keeper: str) -> dict[str, Gathered]:
    """The entries without ``code``, its places and its rank given to ``keeper``, which says it better."""
    spans = entries[code].spans
    order = list(entries)
    if order.index(code) < order.index(keeper):
        order.remove(keeper)
        order.insert(order.index(code), keeper)
    order.remove(code)
    found = {one: entries[one] for one in order}
    found[keeper].spans.extend(spans)
    return found


def _specified(entries: dict[str, Gathered], counts: Sequence[str]) -> dict[str, Gathered]:
    """The entries without the unspecified ones of a category that also has a specified one."""
    found = dict(entries)
    for code in entries:
        if _is_unspecified(code) and not matches(code, counts):
            specific = (other for other in found if category(other) == category(code) and not _is_unspecified(other))
            keeper = next(specific, None)
            if keeper is not None:
                found[keeper].spans.extend(found.pop(code).spans)
    return found


def _is_unspecified(code: str) -> bool:
    return code[3:5] == ".9" and "+" not in code


def _renamed(entries: dict[str, Gathered], rule: Rename, system: CodeSystem, text: str) -> dict[str, Gathered]:
    found: dict[str, Gathered] = {}
    for code, entry in entries.items():
        concept = entry.concept
        if matches(code, rule.of) and not matches(code, rule.stays) and rule.about(entry, text):
            tried = (system.with_name(name.format(name=concept.name)) for name in rule.names)
            named = next((concepts for concepts in tried if concepts), None)
            if named:
                concept = ScoredConcept(named[0].code, named[0].name, concept.probability)
        known = found.get(concept.code)
        if known is None:
            found[concept.code] = replace(entry, concept=concept)
        else:
            known.spans.extend(entry.spans)
    return found


def _combined(entries: dict[str, Gathered], rule: Combine, system: CodeSystem) -> dict[str, Gathered]:
    parts = [first_match(entries, (prefix,)) for prefix in rule.all]
    codes = [code for code in parts if code is not None]
    named = system.with_name(rule.name)
    if len(set(codes)) < len(rule.all) or not named:
        return entries
    whole = ScoredConcept(named[0].code, named[0].name, min(entries[code].concept.probability for code in codes))
    found: dict[str, Gathered] = {}
    for code, entry in entries.items():
        if code not in codes:
            found.setdefault(code, entry)
        elif whole.code in found:
            found[whole.code].spans.extend(entry.spans)
        else:
            found[whole.code] = replace(entry, concept=whole, spans=list(entry.spans))
    return found
