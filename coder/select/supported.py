"""What the list leaves out and the record supports: a measurement, and its treatment (血钾 2.8 mmol/L, 补钾).

The test is that of :mod:`coder.evidence`, which the rules use as well; here it is asked more of, because a code that is
added weighs more than one that is pointed at (``data/supported.yaml``). Measurements that support a condition are
also evidence for the codes that the list gives it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from coder.evidence import RecordEvidence, Verdict, conditions, conditions_of
from coder.evidence.conditions import Signs, covered_by, signs_of
from coder.record import Patient
from coder.select.codes import matches
from coder.select.context import PatientState, patient_state
from coder.select.front_page import Span
from coder.select.gather import Gathered
from coder.suggest.suggestion import ScoredConcept
from coder.terms import CodeSystem
from coder.text import normalise_term
from coder.yaml_data import parse_yaml

Sign = Literal["stated", "found", "strong", "care"]


class Addition(BaseModel):
    """A condition of the evidence data that is coded when all of ``signs`` are there.

    Attributes:
        condition: its id.
        signs: what must be there.
        name: the concept that is added.
        probability: how sure that is.
        state: whom it is for.
        found: the findings, where they are not those of the condition.
        also_care: words of treatment that count beside those of the condition.
        covered_by: codes beside which it is not added, where that is not what the condition says.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    condition: str
    signs: tuple[Sign, ...] = Field(min_length=1)
    name: str
    probability: float = Field(gt=0, le=1)
    state: PatientState | None = None
    found: tuple[str, ...] = ()
    also_care: tuple[str, ...] = ()
    covered_by: tuple[str, ...] | None = None

    def is_covered(self, codes: Iterable[str]) -> bool:
        """Whether one of the codes says the condition already, or so much that it goes without saying."""
        if self.covered_by is None:
            return any(self.condition in covered_by(code) for code in codes)
        own = self.condition
        return any(matches(code, self.covered_by) or own in _expressed_by(code) for code in codes)


class SupportedData(BaseModel):
    """All of ``supported.yaml``: what is added, and whose measurements are evidence."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    additions: tuple[Addition, ...]
    evidence_of: tuple[str, ...]


@cache
def supported_data() -> SupportedData:
    """The data, read and validated once."""
    text = files("coder.select").joinpath("data/supported.yaml").read_text(encoding="utf-8")
    return SupportedData.model_validate(parse_yaml(text))


def add_supported(
    entries: dict[str, Gathered], evidence: RecordEvidence, *, patient: Patient, system: CodeSystem
) -> None:
    """Add the conditions that the record supports and no entry covers.

    Args:
        entries: the entries by code; changed in place.
        evidence: the record read for evidence.
        patient: what is known of the patient.
        system: the code system in which names are looked up.
    """
    state = patient_state(patient)
    for addition in supported_data().additions:
        if addition.state not in (None, state) or addition.is_covered(entries):
            continue
        condition = conditions()[addition.condition]
        # A treatment that only counts here leaves the condition half supported.
        if evidence.judge(condition).verdict not in (Verdict.SUPPORTED, Verdict.PARTIAL):
            continue
        spans = {sign: _spans(_wanted(addition, sign), evidence, condition.acute) for sign in addition.signs}
        if not all(spans.values()):
            continue
        concept = next((one for one in system.with_name(addition.name) if one.code not in entries), None)
        if concept is not None:
            scored = ScoredConcept(concept.code, concept.name, addition.probability)
            places = dict.fromkeys(span for found in spans.values() for span in found)
            entries[concept.code] = Gathered(scored, "present", list(places))


def _wanted(addition: Addition, sign: Sign) -> Signs:
    if sign == "found" and addition.found:
        return Signs.of(addition.found)
    signs: Signs = getattr(signs_of(addition.condition), sign)
    if sign != "care" or not addition.also_care:
        return signs
    return Signs(words=(*signs.words, *map(normalise_term, addition.also_care)), bounds=signs.bounds)


def _expressed_by(code: str) -> frozenset[str]:
    return frozenset(condition.id for condition in conditions_of(code))


def add_measurements(entries: Mapping[str, Gathered], evidence: RecordEvidence) -> None:
    """Give the entries of some conditions the measurements that speak for them as evidence."""
    wanted = frozenset(supported_data().evidence_of)
    for code, entry in entries.items():
        for condition in conditions_of(code):
            if condition.id not in wanted:
                continue
            signs = signs_of(condition.id)
            bounds = Signs(words=(), bounds=(*signs.found.bounds, *signs.strong.bounds))
            entry.spans.extend(span for span in _spans(bounds, evidence, False) if span not in entry.spans)


def _spans(signs: Signs, evidence: RecordEvidence, this_stay: bool) -> list[Span]:
    said = [(one.start, one.end) for word in signs.words for one in evidence.says(word, this_stay=this_stay)]
    for bound in signs.bounds:
        said += [(one.start, one.end) for one in evidence.values_meeting(bound)]
    return [Span(start, end) for start, end in dict.fromkeys(said)]
