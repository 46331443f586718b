"""Gold records: fictional records with the codes that a coder would give them, and the check that they are sound.

One JSON file a record under ``eval/data/records/dev`` or ``eval/data/records/held-out``; held-out records are for
evaluation alone. ``python -m eval.records`` checks them all.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coder.errors import InputError
from coder.record import Encounter, Patient, Record
from coder.terms import CodeSystem, load_system
from coder.validation import explain_errors

RECORDS = Path(__file__).resolve().parent / "data" / "records"
DIAGNOSES = "icd10-nhsa-2.0"
PROCEDURES = "icd9cm3-nhsa-2.0"
MORPHOLOGY = "icdo-morphology-nhsa-1.0"

Split = Literal["dev", "held-out", "all"]


class _Gold(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class GoldCode(_Gold):
    """A code that the record supports; ``acceptable`` are codes that are as right, ``evidence`` quotes the record."""

    code: str
    name: str
    acceptable: tuple[str, ...] = ()
    evidence: tuple[str, ...] = Field(min_length=1)

    @property
    def codes(self) -> frozenset[str]:
        """Every code that counts as right."""
        return frozenset((self.code, *self.acceptable))


class GoldDiagnosis(GoldCode):
    """A diagnosis; ``role`` tells an external cause from a diagnosis proper."""

    role: Literal["principal", "other", "external_cause"] | None = None


class GoldProcedure(GoldCode):
    """A procedure that was carried out."""

    role: Literal["main", "other"]


class GoldMorphology(_Gold):
    """The morphology of a tumour."""

    code: str
    name: str
    acceptable: tuple[str, ...] = ()

    @property
    def codes(self) -> frozenset[str]:
        """Every code that counts as right."""
        return frozenset((self.code, *self.acceptable))


class Denied(_Gold):
    """A condition or procedure that the record names but the patient did not have; its codes would be wrong."""

    text: str
    why: Literal["absent", "family", "excluded", "historical", "planned", "refused"]
    codes: tuple[str, ...]


class GoldTcmConcept(_Gold):
    """A TCM disease or syndrome, in the national standard and, where known, in the 医保 edition."""

    code: str
    name: str
    nhsa_code: str | None = None
    nhsa_name: str | None = None
    acceptable: tuple[str, ...] = ()

    @property
    def codes(self) -> frozenset[str]:
        """Every code that counts as right."""
        return frozenset((self.code, *self.acceptable)) | ({self.nhsa_code} if self.nhsa_code else set())


class GoldTcm(_Gold):
    """The TCM side of a record."""

    disease: GoldTcmConcept
    syndrome: GoldTcmConcept


class Gold(_Gold):
    """What is right for one record, and why."""

    principal: GoldDiagnosis
    others: tuple[GoldDiagnosis, ...]
    procedures: tuple[GoldProcedure, ...]
    morphology: tuple[GoldMorphology, ...] = ()
    denied: tuple[Denied, ...]
    tcm: GoldTcm | None = None
    note: str = ""

    @property
    def diagnoses(self) -> tuple[GoldDiagnosis, ...]:
        """All diagnoses, the principal first."""
        return (self.principal, *self.others)


class GoldRecord(_Gold):
    """A record with its gold."""

    id: str
    specialty: str
    kind: str
    text: str
    patient: Patient = Patient()
    encounter: Encounter = Encounter()
    gold: Gold

    @property
    def record(self) -> Record:
        """The record as the pipeline receives it."""
        return Record(id=self.id, text=self.text, patient=self.patient, encounter=self.encounter)


def load_records(split: Split = "dev", *, root: Path = RECORDS) -> list[GoldRecord]:
    """The records of a split, in order of their names.

    Raises:
        InputError: a file is no gold record, or the split has none.
    """
    folders = ("dev", "held-out") if split == "all" else (split,)
    paths = sorted(path for folder in folders for path in (root / folder).glob("*.json"))
    if not paths:
        raise InputError(f"目录 {root} 下没有 {split} 评测病历：请检查路径")
    return [_load(path) for path in paths]


def _load(path: Path) -> GoldRecord:
    try:
        record = GoldRecord.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise InputError(f"评测病历 {path.name} 有误：{explain_errors(error.errors())}") from None
    if record.id != path.stem:
        raise InputError(f"评测病历 {path.name} 的 id 是 {record.id}：请与文件名保持一致")
    return record


def find_faults(records: Sequence[GoldRecord]) -> Iterator[str]:
    """What is wrong with gold records, a line each: codes in no table, other names, quotes that are not in the text."""
    diagnoses, procedures = load_system(DIAGNOSES), load_system(PROCEDURES)
    morphology = load_system(MORPHOLOGY)
    seen: set[str] = set()
    for record in records:
        if record.id in seen:
            yield f"{record.id}: the id is given twice"
        seen.add(record.id)
        gold = record.gold
        for system, items in (
            (diagnoses, gold.diagnoses),
            (procedures, gold.procedures),
            (morphology, gold.morphology),
        ):
            for coded in items:
                yield from (f"{record.id}: {fault}" for fault in _code_faults(coded, system))
        quoting: tuple[GoldCode, ...] = (*gold.diagnoses, *gold.procedures)
        for item in quoting:
            yield from (
                f"{record.id}: {item.code} quotes what the text does not hold: {quote}"
                for quote in item.evidence
                if quote not in record.text
            )
        for denied in gold.denied:
            if denied.text not in record.text:
                yield f"{record.id}: a denial quotes what the text does not hold: {denied.text}"
            yield from (
                f"{record.id}: denied code {code} is in no table"
                for code in denied.codes
                if code not in diagnoses and code not in procedures
            )
        codes = [item.code for item in gold.diagnoses]
        yield from (f"{record.id}: {code} is given twice" for code in set(codes) if codes.count(code) > 1)
        right = frozenset[str]().union(*(item.codes for item in quoting))
        yield from (
            f"{record.id}: {code} is both right and denied"
            for denied in gold.denied
            for code in denied.codes
            if code in right
        )
        mains = [item.code for item in gold.procedures if item.role == "main"]
        if len(mains) > 1:
            yield f"{record.id}: {len(mains)} main procedures"


def _code_faults(item: Any, system: CodeSystem) -> Iterator[str]:
    concept = system.get(item.code)
    if concept is None:
        yield f"{item.code} is not in {system.name}"
    elif concept.name != item.name:
        yield f"{item.code} is called {concept.name} in {system.name}, not {item.name}"
    yield from (f"acceptable {code} is not in {system.name}" for code in item.acceptable if code not in system)


def main() -> int:
    """Print the faults of all gold records; exit status 1 when there are any."""
    records = load_records("all")
    faults = list(find_faults(records))
    print("\n".join([*faults, f"{len(records)} records, {len(faults)} faults"]))
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
