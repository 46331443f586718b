"""The selection policy: which lists decide, which assertions count, which thresholds hold (``data/policy.yaml``)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, cached_property
from importlib.resources import files
from operator import itemgetter
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from coder.coding import Assertion
from coder.record import Patient, Sex
from coder.select.codes import matches, openings
from coder.yaml_data import parse_yaml

PolicyName = Literal["settlement", "front-page"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ListPolicy(_Part):
    """Which list sections are read, the deciding one first, and which assertions count in them.

    An item in which ``noise`` is found (a regular expression over normalised text) is none. What a list of one kind
    suspects counts only where no list of a title later in ``revised`` was written; other titles stand at ``usual``.
    """

    precedence: tuple[str, ...]
    assertions: tuple[Assertion, ...]
    noise: str | None = None
    revised: tuple[tuple[str, ...], ...] = ()
    usual: int = 0


class NarrativePolicy(_Part):
    """What counts in narrative text, by section and assertion, in words of at least ``shortest`` characters.

    Without ``sections`` all count but ``not_sections``. Concepts whose name is in ``routine`` are never taken from the
    narrative, but from a line that is an ``enumeration`` of treatments; codes of ``symptoms`` only where nothing else
    is. Where ``done`` is set, a name counts only where the words of its sentence that lead to it (its first two
    included) hold ``done``, or those behind it begin with ``found``.
    """

    sections: tuple[str, ...] = ()
    not_sections: tuple[str, ...] = ()
    assertions: tuple[Assertion, ...]
    routine: frozenset[str] = frozenset()
    enumeration: str | None = None
    done: str | None = None
    found: str | None = None
    symptoms: tuple[str, ...] = ()
    shortest: int = Field(ge=1)


class PatientLimit(_Part):
    """Codes that only some patients can have; what is not known of a patient refuses nothing."""

    codes: tuple[str, ...]
    sex: Sex | None = None
    at_least_years: int | None = None
    at_most_years: int | None = None

    def refuses(self, code: str, patient: Patient) -> bool:
        """Whether the patient is known to be one who cannot have the code."""
        if not matches(code, self.codes):
            return False
        if self.sex is not None and patient.sex is not None and patient.sex != self.sex:
            return True
        years = patient.age_years
        if years is None:
            return False
        too_young = self.at_least_years is not None and years < self.at_least_years
        return too_young or (self.at_most_years is not None and years > self.at_most_years)


class Thresholds(_Part):
    """Probabilities below which a suggestion is listed, not chosen; a ``doubtful`` procedure is behind its equals."""

    diagnosis: float = Field(ge=0, le=1)
    procedure: float = Field(ge=0, le=1)
    narrative: float = Field(ge=0, le=1)
    narrative_diagnosis: float = Field(ge=0, le=1)
    narrative_procedure: float = Field(ge=0, le=1)
    told_procedure: float = Field(ge=0, le=1)
    phrase_procedure: float = Field(ge=0, le=1)
    replacement: float = Field(ge=0, le=1)
    doubtful: float = Field(ge=0, le=1)


class Companion(_Part):
    """Codes of phrases that count only beside an entry of ``needs``, and not beside one of ``unless``."""

    of: tuple[str, ...]
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


class PrincipalPolicy(_Part):
    """A named principle of choosing the principal diagnosis."""

    title: str


class SelectionPolicy(_Part):
    """All of ``policy.yaml``."""

    diagnosis_lists: ListPolicy
    same_as: dict[str, tuple[str, ...]]
    report_suspected: bool
    narrative: NarrativePolicy
    procedure_lists: ListPolicy
    denials_of_history: tuple[str, ...]
    doubts_outweighed: tuple[str, ...]
    procedure_narrative: NarrativePolicy
    operation_steps: tuple[str, ...]
    left_to_phrases: frozenset[str]
    phrase_share: float = Field(ge=0, le=1)
    thresholds: Thresholds
    alternatives: int = Field(ge=0)
    external_cause: tuple[str, ...]
    stated_never: tuple[str, ...]
    stated_first: tuple[str, ...]
    stated_apart: tuple[str, ...]
    companions: tuple[Companion, ...]
    once_in_category: tuple[str, ...]
    patients: dict[Literal["diagnosis", "procedure"], tuple[PatientLimit, ...]]
    policies: dict[PolicyName, PrincipalPolicy]

    @cached_property
    def _companion_by_prefix(self) -> Mapping[str, tuple[int, Companion]]:
        """By each prefix the first rule that is of it, with its place."""
        found: dict[str, tuple[int, Companion]] = {}
        for place, rule in enumerate(self.companions):
            for prefix in rule.of:
                found.setdefault(prefix, (place, rule))
        return found

    def companion_of(self, code: str) -> Companion | None:
        """The first rule that says beside what a code may be added.

        >>> selection_policy().companion_of("R99.x00") is None
        True
        """
        rules = [found for opening in openings((code,)) if (found := self._companion_by_prefix.get(opening))]
        return min(rules, key=itemgetter(0))[1] if rules else None

    @field_validator("companions")
    @classmethod
    def _has_no_dead_rule(cls, companions: tuple[Companion, ...]) -> tuple[Companion, ...]:
        earlier: list[str] = []
        for rule in companions:
            dead = [code for code in rule.of if matches(code, earlier)]
            if dead:
                raise ValueError(f"companions: an earlier rule holds for {', '.join(dead)}, so this one never does")
            earlier += rule.of
        return companions


@cache
def selection_policy() -> SelectionPolicy:
    """The policy, read and validated once.

    >>> sorted(selection_policy().policies)
    ['front-page', 'settlement']
    """
    text = files("coder.select").joinpath("data/policy.yaml").read_text(encoding="utf-8")
    return SelectionPolicy.model_validate(parse_yaml(text))
