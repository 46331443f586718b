"""What the list leaves out and the record supports: a measurement, and its treatment (血钾 2.8 mmol/L, 补钾).

The test is that of :mod:`coder.evidence`, which the rules use as well; here it is asked more of, because a code that is
added weighs more than one that is pointed at (``data/supported.yaml``). Measurements that support a condition are
also evidence for the codes that the list gives it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from coder.evidence import Condition, RecordEvidence, Verdict, conditions, conditions_of
from coder.evidence.codeset import CodeSet
from coder.evidence.conditions import Signs, covered_by, signs_of
from coder.evidence.sections import HISTORY
from coder.evidence.support import Span as EvidenceSpan
from coder.patterns import compiled
from coder.record import Patient
from coder.select.context import PatientState, state_of
from coder.select.front_page import Span
from coder.select.gather import Gathered
from coder.suggest.suggestion import ScoredConcept
from coder.terms import CodeSystem
from coder.text import normalise_term
from coder.yaml_data import parse_yaml

_BEHIND = 30
_LEAD = 8
_PAST = "既往"
# 未补钾, 无需输血: what was not given.
_NOT_GIVEN = ("未", "未予", "未用", "未行", "未再", "不予", "无需", "不需", "暂不", "暂未", "拒绝", "备", "拒", "无")
Sign = Literal["stated", "found", "strong", "care"]


@dataclass(frozen=True, slots=True)
class _Page:
    """Codes, and the ids of the conditions that one of them covers, or expresses: asked once for all additions."""

    codes: tuple[str, ...]
    covered: frozenset[str]
    expressed: frozenset[str]

    @classmethod
    def of(cls, codes: Iterable[str]) -> _Page:
        given = tuple(codes)
        none = frozenset[str]()
        return cls(given, none.union(*map(covered_by, given)), none.union(*map(_expressed_by, given)))


class Addition(BaseModel):
    """What is coded when all of ``signs`` are there, and one of each group of ``also``, and nothing of ``never``.

    Attributes:
        condition: the id of the condition of the evidence data that it is, if any; what is denied is not added.
        signs: what must be there.
        name: the concept that is added.
        probability: how sure that is.
        state: whom it is for.
        found: the findings, where they are not those of the condition.
        care: the treatment, where it is not that of the condition.
        also_care: words of treatment that count beside those of the condition.
        beside: an expression; what it finds behind a finding, in the same sentence, is treatment as well (K 3.3补).
        given: an expression; what it finds anywhere is treatment as well (红细胞4U, where 尿红细胞 is none).
        also: groups of further signs.
        never: signs beside which it is not added.
        needs: codes, one of which must be there.
        covered_by: codes beside which it is not added, where that is not what the condition says.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    condition: str | None = None
    signs: tuple[Sign, ...] = Field(min_length=1)
    name: str
    probability: float = Field(gt=0, le=1)
    state: PatientState | None = None
    found: tuple[str, ...] = ()
    care: tuple[str, ...] = ()
    also_care: tuple[str, ...] = ()
    beside: str | None = None
    given: str | None = None
    also: tuple[tuple[str, ...], ...] = ()
    never: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    covered_by: tuple[str, ...] | None = None

    @model_validator(mode="after")
    def _stands_on_its_own(self) -> Addition:
        if self.condition is None and (self.covered_by is None or not set(self.signs) <= {"found", "care"}):
            raise ValueError(f"{self.name}: what is no condition has its own signs and covering codes")
        return self

    def is_for(self, state: PatientState, page: _Page) -> bool:
        """Whether it can be added for a patient, beside the codes of a page."""
        if self.state not in (None, state) or self.is_covered(page):
            return False
        return not self.needs or bool(_codes(self.needs).among(page.codes))

    def is_covered(self, page: _Page) -> bool:
        """Whether one of the codes says the condition already, or so much that it goes without saying."""
        if self.covered_by is None:
            return self.condition in page.covered
        return self.condition in page.expressed or bool(_codes(self.covered_by).among(page.codes))


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
    state, page = state_of(patient, entries), _Page.of(entries)
    for addition in supported_data().additions:
        if not addition.is_for(state, page):
            continue
        spans = _support(addition, evidence)
        if addition.condition and _only_doubted(conditions()[addition.condition], evidence):
            continue
        concept = next((one for one in system.with_name(addition.name) if one.code not in entries), None)
        if spans and concept is not None:
            scored = ScoredConcept(concept.code, concept.name, addition.probability)
            entries[concept.code] = Gathered(scored, "present", list(dict.fromkeys(spans)))
            page = _Page.of(entries)


def _support(addition: Addition, evidence: RecordEvidence) -> list[Span]:
    """Where the record says all that the addition asks for; nothing, where it does not."""
    condition = conditions()[addition.condition] if addition.condition else None
    # A treatment that only counts here leaves the condition half supported.
    if condition and evidence.judge(condition).verdict not in (Verdict.SUPPORTED, Verdict.PARTIAL):
        return []
    acute = condition is not None and condition.acute
    spans: list[Span] = []
    for sign in addition.signs:
        found = _spans(_wanted(addition, sign), evidence, acute)
        if sign == "stated" and condition is not None:
            found = [one for one in found if evidence.says_itself(condition, one.start, one.end)]
        if sign == "care":
            found += [*_beside(addition.beside, spans, evidence), *_given(addition.given, evidence)]
            found = _done(found, evidence)
        if not found:
            return []
        spans += found
    if not all(_spans(_signs(group), evidence, False) for group in addition.also):
        return []
    return [] if _done(_spans(_signs(addition.never), evidence, False), evidence) else spans


def _only_doubted(condition: Condition, evidence: RecordEvidence) -> bool:
    """Whether the record names a condition, and each time in words that the second opinion doubts."""
    named = evidence.judge(condition).stated
    return bool(named) and all(evidence.doubted(span) for span in named)


def _done(spans: Iterable[Span], evidence: RecordEvidence) -> list[Span]:
    """Those of the places that do not say that something was left undone."""
    return [span for span in spans if not evidence.text.endswith(_NOT_GIVEN, 0, span.start)]


def _beside(pattern: str | None, found: Iterable[Span], evidence: RecordEvidence) -> list[Span]:
    """What an expression finds behind findings, each in its sentence."""
    if pattern is None:
        return []
    places = []
    for span in found:
        behind = evidence.around(EvidenceSpan(span.end, span.end), before=0, behind=_BEHIND)
        match = compiled(pattern).search(behind)
        if match is not None:
            places.append(Span(span.end + match.start(), span.end + match.end()))
    return places


def _given(pattern: str | None, evidence: RecordEvidence) -> list[Span]:
    """What an expression finds in the record outside of the history."""
    if pattern is None:
        return []
    found = (match.span() for match in compiled(pattern).finditer(evidence.text))
    return [Span(start, end) for start, end in found if evidence.section_at(start) not in HISTORY]


def _wanted(addition: Addition, sign: Sign) -> Signs:
    own = {"found": addition.found, "care": addition.care}.get(sign, ())
    if own or addition.condition is None:
        return _signs(own)
    signs: Signs = getattr(signs_of(addition.condition), sign)
    if sign != "care" or not addition.also_care:
        return signs
    return Signs(words=(*signs.words, *map(normalise_term, addition.also_care)), bounds=signs.bounds)


@cache
def _signs(entries: tuple[str, ...]) -> Signs:
    return Signs.of(entries)


@cache
def _codes(patterns: tuple[str, ...]) -> CodeSet:
    return CodeSet.parse(patterns)


@cache
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
        values = evidence.values_meeting(bound)
        said += [(one.start, one.end) for one in values if not _is_past(EvidenceSpan(one.start, one.end), evidence)]
    return [Span(start, end) for start, end in dict.fromkeys(said)]


def _is_past(value: EvidenceSpan, evidence: RecordEvidence) -> bool:
    """Whether a value is of the patient's history."""
    before = evidence.around(EvidenceSpan(value.start, value.start), before=_LEAD, behind=0)
    return evidence.section_at(value.start) in HISTORY or _PAST in before
