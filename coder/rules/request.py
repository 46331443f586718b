"""A record with the codes that a human gave it, as a JSON file: what ``coder check`` reads.

Beside the fields of a record the file holds ``coded``: ``principal``, ``others``, ``procedures``, and where there are
any ``external_causes``, ``morphology``, ``tcm``. An entry is a code, or ``{"code", "name", "admission_condition"}``.
Where the source has them, it also holds ``form`` (front-page fields by our name, HQMS column or title), ``orders``,
``charges`` and ``labs``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from coder.errors import InputError
from coder.evidence import LabValue
from coder.evidence.analytes import Analyte, analytes
from coder.evidence.labs import flag_of
from coder.group import Scheme
from coder.record import Patient
from coder.record_io import build_record
from coder.rules.fields import form_fields
from coder.rules.model import (
    Charge,
    DiagnosisPlace,
    FieldValue,
    Page,
    PageDiagnosis,
    PageProcedure,
    Policy,
    RuleInput,
    TcmCodes,
)
from coder.text import read
from coder.text.normalise import normalise_term

_OWN_FIELDS = frozenset({"coded", "form", "orders", "charges", "labs"})


def _as_object(value: object) -> object:
    return {"code": value} if isinstance(value, str) else value


class _Item(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    code: str
    name: str | None = None
    admission_condition: str | None = None
    on: date | None = None


_Code = Annotated[_Item, BeforeValidator(_as_object)]


class _Coded(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    principal: _Code | None = None
    others: tuple[_Code, ...] = ()
    procedures: tuple[_Code, ...] = ()
    external_causes: tuple[_Code, ...] = ()
    morphology: tuple[_Code, ...] = ()
    tcm: Mapping[str, _Code | None] | None = None


class _Charge(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    quantity: float | None = None
    amount: float | None = None


class _Lab(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    value: float
    unit: str | None = None


def _as_named(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


class _Request(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    coded: _Coded
    form: Mapping[str, FieldValue] | None = None
    orders: tuple[str, ...] | None = None
    charges: tuple[Annotated[_Charge, BeforeValidator(_as_named)], ...] | None = None
    labs: tuple[_Lab, ...] | None = Field(default=None)


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """What is to be checked, and the parts of the file that no rule can use (each named, never dropped silently)."""

    given: RuleInput
    unused: tuple[str, ...] = ()


def read_request(
    data: Mapping[str, Any], *, scheme: Scheme | None = None, policy: Policy = "settlement", where: str = "病历"
) -> CheckRequest:
    """The input for the rules from the JSON object of a file.

    >>> request = read_request({"text": "出院诊断：急性阑尾炎", "coded": {"principal": "K35.800"}})
    >>> request.given.page.principal.code, request.unused
    ('K35.800', ())

    Raises:
        InputError: there is no ``coded``, or a part of the file is not what it should be; the message names the part.
    """
    if "coded" not in data:
        raise InputError(f"{where}没有 coded 字段：请给出 coded: {{principal, others, procedures}}")
    try:
        request = _Request.model_validate({name: value for name, value in data.items() if name in _OWN_FIELDS})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{where}的 {place} 不合规：{first['msg']}") from error
    record_fields = {name: data[name] for name in ("text", "id", "patient", "encounter") if name in data}
    unused = [name for name in data if name not in _OWN_FIELDS and name not in record_fields]
    reading = read(build_record(record_fields, where=where))
    labs, unknown = _labs(request.labs, reading.patient)
    given = RuleInput(
        reading=reading,
        page=_page(request.coded),
        scheme=scheme,
        policy=policy,
        form=None if request.form is None else {_field_name(name): value for name, value in request.form.items()},
        orders=request.orders,
        charges=None
        if request.charges is None
        else tuple(Charge(name=c.name, quantity=c.quantity, amount=c.amount) for c in request.charges),
        labs=labs,
    )
    return CheckRequest(given, (*unused, *(f"labs.{name}" for name in unknown)))


def _page(coded: _Coded) -> Page:
    def placed(items: tuple[_Item, ...], place: DiagnosisPlace) -> list[PageDiagnosis]:
        return [
            PageDiagnosis(code=item.code, name=item.name, place=place, admission_condition=item.admission_condition)
            for item in items
        ]

    principal = () if coded.principal is None else (coded.principal,)
    return Page(
        diagnoses=(
            *placed(principal, "principal"),
            *placed(coded.others, "other"),
            *placed(coded.external_causes, "external_cause"),
            *placed(coded.morphology, "morphology"),
        ),
        procedures=tuple(PageProcedure(code=item.code, name=item.name, on=item.on) for item in coded.procedures),
        tcm=None if coded.tcm is None else _tcm(coded.tcm),
    )


def _tcm(given: Mapping[str, _Item | None]) -> TcmCodes:
    disease, syndrome = given.get("disease"), given.get("syndrome")
    return TcmCodes(
        disease=disease.code if disease else None,
        disease_name=disease.name if disease else None,
        syndrome=syndrome.code if syndrome else None,
        syndrome_name=syndrome.name if syndrome else None,
    )


@cache
def _field_names() -> Mapping[str, str]:
    names: dict[str, str] = {}
    for field in form_fields().values():
        for known in (field.name, field.title, field.column):
            if known:
                names[known.lower()] = field.name
    return names


def _field_name(given: str) -> str:
    """Our name of a field given by our name, its HQMS column or its title; an unknown one stays as it is."""
    return _field_names().get(given.strip().lower(), given)


@cache
def _analytes_by_name() -> Mapping[str, Analyte]:
    return {
        normalise_term(name): analyte
        for analyte in analytes().values()
        for name in (analyte.id, analyte.name, *analyte.names)
    }


def _labs(given: tuple[_Lab, ...] | None, patient: Patient) -> tuple[tuple[LabValue, ...] | None, tuple[str, ...]]:
    """The structured results that name a known analyte in a known unit, and the names of the rest."""
    if given is None:
        return None, ()
    known: list[LabValue] = []
    unknown: list[str] = []
    for lab in given:
        analyte = _analytes_by_name().get(normalise_term(lab.name))
        factor = None if analyte is None else _factor(analyte, lab.unit)
        if analyte is None or factor is None:
            unknown.append(lab.name)
            continue
        value = lab.value * factor
        known.append(LabValue(analyte.id, value, analyte.unit, 0, 0, flag_of(analyte, value, patient)))
    return tuple(known), tuple(unknown)


def _factor(analyte: Analyte, unit: str | None) -> float | None:
    """What a value must be multiplied by to be in the analyte's unit, ``None`` for a unit that is not known."""
    if unit is None or normalise_term(unit) == normalise_term(analyte.unit):
        return 1.0
    units = {normalise_term(name): factor for name, factor in analyte.units.items()}
    return units.get(normalise_term(unit))
