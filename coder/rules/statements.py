"""What a record says of fields of the form (``data/statements.yaml``): dates, days, weights and hours told in its text,
and what is known of the patient."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final, Literal

from pydantic import Field

from coder.evidence.support import Span
from coder.rules.facts import Facts
from coder.rules.fields import field_title
from coder.rules.values import choices_of, comparable
from coder.text.datafile import DataModel, parse_data
from coder.text.normalise import normalise_term

_PLACEHOLDERS: Final = {
    "{date}": r"((?:19|20)\d\d)\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})(?!\d)",
    "{number}": r"(\d{1,5}(?:\.\d+)?)(?![\d./:-])",
}
_BESIDE_GRADES: Final = re.compile(r"[\s/类级型切口:,]")
_ROMAN: Final = {"iii": "3", "ii": "2", "i": "1"}
_SEXES: Final = {"male": frozenset({"1", "男", "男性", "male"}), "female": frozenset({"2", "女", "女性", "female"})}
_MEASURED: Final = frozenset({"ventilator_hours"})
"""Fields whose value is read with the measurements of the record, under the same name; by words only where none is."""


class _Telling(DataModel):
    field: str
    kind: Literal["date", "number", "word"]
    patterns: tuple[str, ...]
    times: float = 1.0
    is_: tuple[str, ...] = Field(default=(), alias="is")


class _StatementData(DataModel):
    statements: tuple[_Telling, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """What the record says of a field: a date (ISO), a number, or the values that a choice may have.

    ``span`` is ``None`` where it is known of the patient and no place tells it.
    """

    value: str | float | frozenset[str]
    shown: str
    span: Span | None = None

    def allows(self, sent: object, *, by: float = 0.0, share: float = 0.0) -> bool:
        """Whether what the form sends agrees, within so much or such a share; what does not compare is let stand."""
        if isinstance(self.value, frozenset):
            written = _graded(sent)
            return not choices_of(sent).isdisjoint(self.value) or any(_holds(written, word) for word in self.value)
        pair = comparable(sent, self.value)
        return pair is None or abs(pair[0] - pair[1]) <= max(by, share * abs(pair[1]))


def _holds(written: str, word: str) -> bool:
    """Whether what is sent says a word; a single letter (a blood group) is the whole of it."""
    return word in written if len(word) > 1 else word == written


def _graded(sent: object) -> str:
    """A grade or a type as statements write it: 2甲, of Ⅱ/甲 and of 2类/甲级; ab, of AB型."""
    text = _BESIDE_GRADES.sub("", normalise_term(str(sent)))
    for roman, digit in _ROMAN.items():
        text = text.replace(roman, digit)
    return text


def statements_of(facts: Facts, field: str) -> tuple[Statement, ...]:
    """What the record says of a field, in the order of the text."""
    return facts.once(("statements", field), lambda: tuple(_statements(facts, field)))


def told_by(facts: Facts, field: str) -> str | float | None:
    """The value of a field that the record tells, ``None`` where it tells none or several."""
    values = {one.value for one in statements_of(facts, field) if not isinstance(one.value, frozenset)}
    return values.pop() if len(values) == 1 else None


def _statements(facts: Facts, field: str) -> Iterator[Statement]:
    yield from _of_the_patient(facts, field)
    if not facts.has_text:
        return
    if field in _MEASURED and (measured := facts.evidence.values(field)):
        yield from (Statement(one.value, f"{one.value:g}", Span(one.start, one.end)) for one in measured)
        return
    text = facts.evidence.text
    for telling, pattern in _tellings().get(field, ()):
        for match in pattern.finditer(text):
            said = _said(telling, match)
            if said is not None:
                yield Statement(said, match[0], Span(*match.span()))


def _said(telling: _Telling, match: re.Match[str]) -> str | float | frozenset[str] | None:
    groups = [group for group in match.groups() if group is not None]
    if telling.kind == "word":
        return frozenset(telling.is_ or (_graded("".join(groups)),))
    if telling.kind == "number":
        return float(groups[0]) * telling.times
    try:
        return date(*map(int, groups)).isoformat()
    except ValueError:
        return None


def _of_the_patient(facts: Facts, field: str) -> Iterator[Statement]:
    patient = facts.patient
    if field == "sex" and patient.sex is not None:
        yield Statement(_SEXES[patient.sex], patient.sex)
    known = {"age_years": patient.age_years, "age_days": patient.age_days}
    known["newborn_birth_weight_g"] = patient.birth_weight_g
    number = known.get(field)
    if number is not None:
        yield Statement(float(number), f"{number}")


@cache
def _tellings() -> Mapping[str, tuple[tuple[_Telling, re.Pattern[str]], ...]]:
    """The patterns of each field, read and compiled once.

    Raises:
        ArtefactError: the data file breaks its schema.
        ValueError: it names a field that does not exist.
    """
    text = files("coder.rules").joinpath("data/statements.yaml").read_text(encoding="utf-8")
    found: dict[str, tuple[tuple[_Telling, re.Pattern[str]], ...]] = {}
    for telling in parse_data(text, _StatementData, label="coder/rules/data/statements.yaml").statements:
        field_title(telling.field)
        compiled = ((telling, re.compile(_filled(pattern))) for pattern in telling.patterns)
        found[telling.field] = (*found.get(telling.field, ()), *compiled)
    return found


def _filled(pattern: str) -> str:
    for placeholder, expression in _PLACEHOLDERS.items():
        pattern = pattern.replace(placeholder, expression)
    return pattern
