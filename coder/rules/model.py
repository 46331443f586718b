"""What rules look at: the codes to be submitted, the record they come from, and optional form fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from coder.coding import CodedDiagnosis, CodedProcedure, Evidence
from coder.evidence import LabValue, RecordEvidence
from coder.group import Scheme
from coder.text import Reading

FieldValue = str | int | float | bool | None
Policy = Literal["settlement", "front-page"]
Setting = Literal["inpatient", "outpatient", "online"]
DiagnosisPlace = Literal["principal", "other", "external_cause", "morphology"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageDiagnosis:
    """A diagnosis on the front page under audit; the name and the 入院病情 mark are as written there, if they are."""

    code: str
    name: str | None = None
    place: DiagnosisPlace = "other"
    admission_condition: str | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageProcedure:
    """A procedure on the front page under audit; the first one is the main procedure."""

    code: str
    name: str | None = None
    on: date | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TcmCodes:
    """The TCM side of the front page under audit."""

    disease: str | None = None
    disease_name: str | None = None
    syndrome: str | None = None
    syndrome_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The coded front page under audit, in the order in which it is to be submitted."""

    diagnoses: tuple[PageDiagnosis, ...] = ()
    procedures: tuple[PageProcedure, ...] = ()
    tcm: TcmCodes | None = None

    @classmethod
    def of(cls, diagnoses: Iterable[CodedDiagnosis], procedures: Iterable[CodedProcedure]) -> Page:
        """The page that the coder itself proposes."""
        ordered = sorted(procedures, key=lambda item: item.role != "main")
        return cls(
            diagnoses=tuple(
                PageDiagnosis(code=item.code, name=item.name, place=item.role, evidence=item.evidence)
                for item in diagnoses
            ),
            procedures=tuple(PageProcedure(code=item.code, name=item.name, evidence=item.evidence) for item in ordered),
        )

    @property
    def principal(self) -> PageDiagnosis | None:
        """The principal diagnosis, ``None`` where none is marked."""
        return next((item for item in self.diagnoses if item.place == "principal"), None)

    @property
    def entries(self) -> tuple[PageDiagnosis | PageProcedure, ...]:
        """All diagnoses and procedures."""
        return (*self.diagnoses, *self.procedures)

    def without(self, codes: frozenset[str]) -> Page:
        """The page without some of its diagnoses; the principal stays."""
        kept = tuple(item for item in self.diagnoses if item.place == "principal" or item.code not in codes)
        return replace(self, diagnoses=kept)

    def with_other(self, code: str) -> Page:
        """The page with one more other diagnosis."""
        return replace(self, diagnoses=(*self.diagnoses, PageDiagnosis(code=code)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """An item that was charged: its name and, where known, how many units (hours for ventilation) and the amount."""

    name: str
    quantity: float | None = None
    amount: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Performed:
    """A procedure that the text says was done, without naming it: the codes that its wording stands for, and where.

    ``start`` and ``end`` count in the normalised text.
    """

    codes: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """A code that selection would put on the front page, the places that tell it (in the normalised text), how sure."""

    code: str
    places: tuple[tuple[int, int], ...]
    probability: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Leading:
    """The diagnosis that selection takes as the principal one of the record, with its places in the normalised text.

    ``reason`` says why it stands before the principal diagnosis of the page, empty where only the record has it first.
    """

    code: str
    places: tuple[tuple[int, int], ...]
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A diagnosis that known wording tells (培养：大肠埃希菌): the codes that it stands for, and where.

    ``start`` and ``end`` count in the normalised text.
    """

    codes: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What the words of a mention can mean: the codes taken to be meant, how sure each is, and others near them.

    ``start`` and ``end`` are those of the mention, in the normalised text.
    """

    start: int
    end: int
    codes: tuple[str, ...]
    probabilities: tuple[float, ...]
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How near the words of a record come to a code of the page.

    ``present`` and ``denied`` are the greatest cosine between a name of the code and a mention that is there, or one
    that is denied, suspected, old or planned; ``meant`` is how likely the likeliest mention that is there means it;
    ``nearest`` is where the likest mention of all is, in the normalised text.
    """

    present: float
    denied: float
    meant: float
    nearest: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleInput:
    """One record with its codes, as the rules see it.

    Every optional field is ``None`` where the source does not send it: a rule that needs it is then not applicable,
    never passed. An empty collection says that the source sends the field and there is nothing in it.

    Attributes:
        reading: the record as read; its patient is the patient of the rules.
        page: the codes under audit.
        scheme: the grouping scheme in force, ``None`` where none is.
        policy: what the principal diagnosis means.
        form: front-page fields by their names in ``data/fields.yaml``.
        orders: names of medical orders.
        charges: what was charged.
        labs: structured laboratory results.
        performed: what the wording of the text says was done, where the caller has looked for it.
        selected: the procedures that selection would put on the front page, weightiest first, where the caller has
            selected.
        diagnosed: the diagnoses that selection would put on the front page, ``None`` where the caller has not selected.
        leading: the diagnosis that selection takes as the principal one, where the caller has selected.
        told: the diagnoses that the wording of the text tells, where the caller has looked for them.
        proposals: what mentions can mean, where the caller has asked; a mention that has none goes by its own name.
        likeness: how near the record comes to the codes of the page, where the caller has compared them.
        evidence: the record read for evidence, where the caller has read it already (from ``reading`` alone: beside
            ``orders``, ``charges`` or ``labs`` it is read again with them).
    """

    reading: Reading
    page: Page
    scheme: Scheme | None = None
    policy: Policy = "settlement"
    diagnosis_system: str = "icd10-nhsa-2.0"
    procedure_system: str = "icd9cm3-nhsa-2.0"
    form: Mapping[str, FieldValue] | None = None
    orders: tuple[str, ...] | None = None
    charges: tuple[Charge, ...] | None = None
    labs: tuple[LabValue, ...] | None = None
    performed: tuple[Performed, ...] = ()
    selected: tuple[Selected, ...] = ()
    diagnosed: tuple[Selected, ...] | None = None
    leading: Leading | None = None
    told: tuple[Told, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    likeness: Mapping[str, Likeness] | None = None
    evidence: RecordEvidence | None = None

    @property
    def setting(self) -> Setting:
        """The kind of encounter."""
        return self.reading.record.encounter.kind
