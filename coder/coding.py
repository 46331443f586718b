"""What comes out: the coded record, as values and as JSON (the field names are the public contract)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Probability = Annotated[float, Field(ge=0.0, le=1.0)]
Assertion = Literal["present", "absent", "possible", "excluded", "historical", "family", "planned"]
DiagnosisRole = Literal["principal", "other", "external_cause", "morphology"]
ProcedureRole = Literal["main", "other"]
CcLevel = Literal["mcc", "cc", "none"]
FindingSeverity = Literal["block", "warn", "hint"]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Evidence(_Value):
    """The words of the record that support a statement: ``record.text[start:end] == text``, always."""

    section: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str


class Alternative(_Value):
    """Another concept that the same words could mean."""

    code: str
    name: str
    probability: Probability


class CodedDiagnosis(_Value):
    """A diagnosis with its code, its place on the front page and its evidence.

    ``severity`` is what the code counts for in the active grouping scheme, exclusion by the principal considered.
    """

    code: str
    name: str
    system: str
    role: DiagnosisRole
    probability: Probability
    assertion: Assertion
    is_gray: bool = False
    severity: CcLevel = "none"
    evidence: tuple[Evidence, ...] = ()
    alternatives: tuple[Alternative, ...] = ()


class CodedProcedure(_Value):
    """An operation or procedure that was carried out, with its code and its evidence."""

    code: str
    name: str
    system: str
    role: ProcedureRole
    probability: Probability
    assertion: Assertion
    is_gray: bool = False
    evidence: tuple[Evidence, ...] = ()
    alternatives: tuple[Alternative, ...] = ()


class TcmConcept(_Value):
    """A TCM disease or syndrome with its code; ``nhsa_code`` is its 医保 1.0 counterpart where one is known."""

    code: str
    name: str
    system: str
    nhsa_code: str | None = None
    nhsa_name: str | None = None
    probability: Probability
    evidence: tuple[Evidence, ...] = ()
    alternatives: tuple[Alternative, ...] = ()


class TcmCoding(_Value):
    """The TCM side of a record: main disease and main syndrome; western counterparts are proposals for a doctor."""

    disease: TcmConcept | None = None
    syndrome: TcmConcept | None = None
    western: tuple[Alternative, ...] = ()


class Finding(_Value):
    """Something that a coder or doctor must look at."""

    rule_id: str
    kind: str
    severity: FindingSeverity
    message: str
    codes: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    evidence_wanted: tuple[str, ...] = ()
    source: str = ""
    suggestion: str = ""
    group_before: str | None = None
    group_after: str | None = None


class Grouping(_Value):
    """The group that the codes lead to; ``trail`` says step by step why."""

    scheme: str
    status: str
    mdc: str | None = None
    adrg: str | None = None
    drg: str | None = None
    name: str | None = None
    weight: float | None = None
    trail: tuple[str, ...] = ()


class PrincipalReason(_Value):
    """Why the principal diagnosis was chosen, by which policy, and what came second."""

    policy: str
    reason: str
    runner_up: Alternative | None = None


class Coding(_Value):
    """A coded record: everything that the pipeline found, with what it was found with."""

    record_id: str | None = None
    diagnoses: tuple[CodedDiagnosis, ...]
    procedures: tuple[CodedProcedure, ...]
    principal_reason: PrincipalReason | None = None
    tcm: TcmCoding | None = None
    findings: tuple[Finding, ...] = ()
    grouping: Grouping
    versions: dict[str, str]
    timings_ms: dict[str, float]

    @property
    def principal(self) -> CodedDiagnosis | None:
        """The principal diagnosis, or ``None`` when the record supports none."""
        return next((item for item in self.diagnoses if item.role == "principal"), None)
