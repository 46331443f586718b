"""Formats that other groupers and payers read: the ten-field grouper line and the settlement list's code blocks."""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from coder.coding import Coding, TcmConcept
from coder.errors import InputError
from coder.group.case import Case, Sex
from coder.record import Encounter, Patient

GROUPER_FIELDS: Final = (
    "Index",
    "gender",
    "age",
    "ageDay",
    "weight",
    "dept",
    "inHospitalTime",
    "leavingType",
    "zdList",
    "ssList",
)
_SEX_CODES: Final[dict[Sex, str]] = {"male": "1", "female": "2"}
_SEXES: Final[dict[str, Sex]] = {"1": "male", "男": "male", "2": "female", "女": "female"}
_WESTERN: Final = "1"
_TCM_DISEASE: Final = "2"
_TCM_SYNDROME: Final = "3"


def to_grouper_line(case: Case) -> str:
    """A case as the line that open CHS-DRG groupers read; lists are joined by ``|``.

    >>> to_grouper_line(Case(index="7", principal="I10.x05", others=("E11.900",), sex="female", age_years=60))
    '7,2,60,,,,,,I10.x05|E11.900,'

    Raises:
        InputError: a field holds a comma or a bar, which the format cannot carry.
    """
    cells = (
        case.index or "",
        _SEX_CODES[case.sex] if case.sex else "",
        _number(case.age_years),
        _number(case.age_days),
        _number(case.birth_weight_g),
        case.department or "",
        _number(case.los),
        case.leaving_way or "",
        "|".join((case.principal or "", *case.others)),
        "|".join(case.procedures),
    )
    for name, cell in zip(GROUPER_FIELDS, cells, strict=True):
        if "," in cell or "\n" in cell:
            raise InputError(f"字段 {name} 含有逗号或换行，不能写入分组记录：请先更正")
    return ",".join(cells)


def from_grouper_line(line: str) -> Case:
    """Read a grouper line; empty fields are not known.

    >>> from_grouper_line("7,2,60,,,,,,I10.x05|E11.900,38.9300x001").others
    ('E11.900',)

    Raises:
        InputError: not ten fields, or a number or sex that cannot be read; the message names the field.
    """
    cells = [cell.strip() for cell in line.rstrip("\r\n").split(",")]
    if len(cells) != len(GROUPER_FIELDS):
        raise InputError(f"分组记录应有 {len(GROUPER_FIELDS)} 个字段，实有 {len(cells)} 个：诊断与手术应以 | 分隔")
    values = dict(zip(GROUPER_FIELDS, cells, strict=True))
    diagnoses = values["zdList"].split("|")
    return Case(
        index=values["Index"] or None,
        sex=_read_sex("gender", values["gender"]),
        age_years=_read_number("age", values["age"]),
        age_days=_read_number("ageDay", values["ageDay"]),
        birth_weight_g=_read_number("weight", values["weight"]),
        department=values["dept"] or None,
        los=_read_number("inHospitalTime", values["inHospitalTime"]),
        leaving_way=values["leavingType"] or None,
        principal=diagnoses[0] or None,
        others=tuple(code for code in diagnoses[1:] if code),
        procedures=tuple(values["ssList"].split("|")) if values["ssList"] else (),
    )


class Diseinfo(BaseModel):
    """One diagnosis of a settlement list; ``diag_type`` 1 western, 2 TCM main disease, 3 TCM main syndrome."""

    model_config = ConfigDict(frozen=True, extra="allow", coerce_numbers_to_str=True)

    diag_type: Literal["1", "2", "3"] = _WESTERN
    diag_code: str
    diag_name: str = ""
    adm_cond_type: str | None = None
    maindiag_flag: Literal["0", "1"] = "0"


class Oprninfo(BaseModel):
    """One operation of a settlement list."""

    model_config = ConfigDict(frozen=True, extra="allow", coerce_numbers_to_str=True)

    main_oprn_flag: Literal["0", "1"] = "0"
    oprn_oprt_code: str
    oprn_oprt_name: str = ""
    oprn_oprt_date: str | None = None


class SettlementList(BaseModel):
    """The code blocks of a settlement list (医保结算清单), with the facts of the patient that grouping needs."""

    model_config = ConfigDict(frozen=True, extra="allow", coerce_numbers_to_str=True)

    gend: str | None = None
    age: int | None = None
    nwb_age: int | None = None
    nwb_bir_wt: int | None = None
    act_ipt_days: int | None = None
    dscg_way: str | None = None
    diseinfo: tuple[Diseinfo, ...] = ()
    oprninfo: tuple[Oprninfo, ...] = ()


def to_settlement_list(
    coding: Coding, *, patient: Patient | None = None, encounter: Encounter | None = None
) -> dict[str, Any]:
    """A coding as the settlement list's blocks, ready for ``json.dumps``; what is not known is left out.

    External causes and morphology have fields of their own on the front page and are not part of ``diseinfo``.
    """
    who, stay = patient or Patient(), encounter or Encounter()
    diseases = [
        Diseinfo(diag_code=item.code, diag_name=item.name, maindiag_flag="1" if item.role == "principal" else "0")
        for item in coding.diagnoses
        if item.role in ("principal", "other")
    ]
    if coding.tcm and coding.tcm.disease:
        diseases.append(_tcm(_TCM_DISEASE, coding.tcm.disease))
    if coding.tcm and coding.tcm.syndrome:
        diseases.append(_tcm(_TCM_SYNDROME, coding.tcm.syndrome))
    return SettlementList(
        gend=_SEX_CODES[who.sex] if who.sex else None,
        age=who.age_years,
        nwb_age=who.age_days,
        nwb_bir_wt=who.birth_weight_g,
        act_ipt_days=stay.los_days,
        dscg_way=stay.discharge_way,
        diseinfo=tuple(diseases),
        oprninfo=tuple(
            Oprninfo(
                oprn_oprt_code=item.code, oprn_oprt_name=item.name, main_oprn_flag="1" if item.role == "main" else "0"
            )
            for item in coding.procedures
        ),
    ).model_dump(exclude_none=True)


def from_settlement_list(data: object) -> Case:
    """The case that a settlement list describes: its western diagnoses and its operations, the main ones first.

    >>> blocks = {"diseinfo": [{"diag_code": "E11.900"}, {"diag_code": "I10.x05", "maindiag_flag": "1"}]}
    >>> case = from_settlement_list(blocks)
    >>> case.principal, case.others
    ('I10.x05', ('E11.900',))

    Raises:
        InputError: the object is not a settlement list, or marks several principals or main operations.
    """
    try:
        blocks = SettlementList.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "顶层"
        raise InputError(f"结算清单格式不符，位置 {place}：请对照接口规范检查该字段") from error
    western = [item for item in blocks.diseinfo if item.diag_type == _WESTERN]
    principals = [item.diag_code for item in western if item.maindiag_flag == "1"]
    mains = [item.oprn_oprt_code for item in blocks.oprninfo if item.main_oprn_flag == "1"]
    for noun, found in (("主要诊断", principals), ("主要手术操作", mains)):
        if len(found) > 1:
            raise InputError(f"结算清单标记了 {len(found)} 个{noun}：只能有一个")
    return Case(
        principal=principals[0] if principals else None,
        others=tuple(item.diag_code for item in western if item.maindiag_flag == "0"),
        procedures=(*mains, *(item.oprn_oprt_code for item in blocks.oprninfo if item.main_oprn_flag == "0")),
        sex=_read_sex("gend", blocks.gend or ""),
        age_years=blocks.age,
        age_days=blocks.nwb_age,
        birth_weight_g=blocks.nwb_bir_wt,
        los=blocks.act_ipt_days,
        leaving_way=blocks.dscg_way,
    )


def case_of_coding(coding: Coding, *, patient: Patient, encounter: Encounter | None = None) -> Case:
    """The case that a coded record amounts to; external causes, morphology and TCM codes do not group."""
    stay = encounter or Encounter()
    principal = coding.principal
    mains = [item.code for item in coding.procedures if item.role == "main"]
    return Case(
        principal=principal.code if principal else None,
        others=tuple(item.code for item in coding.diagnoses if item.role == "other"),
        procedures=(*mains, *(item.code for item in coding.procedures if item.role == "other")),
        sex=patient.sex,
        age_years=patient.age_years,
        age_days=patient.age_days,
        birth_weight_g=patient.birth_weight_g,
        los=stay.los_days,
        leaving_way=stay.discharge_way,
        department=stay.department,
        index=coding.record_id,
    )


def _tcm(kind: Literal["2", "3"], concept: TcmConcept) -> Diseinfo:
    """A TCM entry in the payer's own code where it is known."""
    return Diseinfo(
        diag_type=kind, diag_code=concept.nhsa_code or concept.code, diag_name=concept.nhsa_name or concept.name
    )


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _read_number(field: str, text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal():
        raise InputError(f"字段 {field} 应为不小于 0 的整数：请更正")
    return int(text)


def _read_sex(field: str, text: str) -> Sex | None:
    if not text or text in ("0", "9"):
        return None
    if text not in _SEXES:
        raise InputError(f"字段 {field} 应为 1（男）或 2（女）：请更正")
    return _SEXES[text]
