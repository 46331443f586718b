"""The front page that selection proposes: which diagnosis is principal, which others count, what was done."""

from __future__ import annotations

from dataclasses import dataclass

from coder.coding import Assertion, DiagnosisRole, ProcedureRole
from coder.suggest.suggestion import ScoredConcept


@dataclass(frozen=True, slots=True)
class Span:
    """A place in the normalised text that supports an entry."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class DiagnosisEntry:
    """A diagnosis on the proposed front page."""

    concept: ScoredConcept
    role: DiagnosisRole
    assertion: Assertion
    spans: tuple[Span, ...]
    alternatives: tuple[ScoredConcept, ...]


@dataclass(frozen=True, slots=True)
class ProcedureEntry:
    """A procedure on the proposed front page."""

    concept: ScoredConcept
    role: ProcedureRole
    assertion: Assertion
    spans: tuple[Span, ...]
    alternatives: tuple[ScoredConcept, ...]


@dataclass(frozen=True, slots=True)
class PrincipalChoice:
    """Why the principal diagnosis was chosen, in words, and what came second."""

    policy: str
    reason: str
    runner_up: ScoredConcept | None = None


@dataclass(frozen=True, slots=True)
class FrontPage:
    """The proposed front page; diagnoses in order, the principal first."""

    diagnoses: tuple[DiagnosisEntry, ...]
    procedures: tuple[ProcedureEntry, ...]
    choice: PrincipalChoice | None
