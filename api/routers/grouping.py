"""``POST /v1/group``: codes in, the group that they lead to out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.examples import GROUP_REQUEST
from api.state import WorkshopDependency
from coder.coding import Grouping
from coder.errors import InputError
from coder.group import Case, load_scheme, scheme_names
from coder.record import Encounter, Patient

router = APIRouter(tags=["分组"])

Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class GroupRequest(BaseModel):
    """A coded stay."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scheme: str = Field(default="chs-drg-1.1", max_length=40, description="分组方案")
    principal: Code | None = Field(default=None, description="主要诊断编码")
    others: tuple[Code, ...] = Field(default=(), max_length=200, description="其他诊断编码")
    procedures: tuple[Code, ...] = Field(default=(), max_length=200, description="手术操作编码，主要手术在前")
    patient: Patient = Patient()
    encounter: Encounter = Encounter()


@router.post("/v1/group", summary="给一组编码分组")
async def group_codes(
    request: Annotated[GroupRequest, Body(openapi_examples={"appendectomy": {"value": GROUP_REQUEST}})],
    workshop: WorkshopDependency,
) -> Grouping:
    """任何输入都有明确的分组状态；`trail` 逐步说明入组理由。"""
    return await workshop.run(_group, request)


def _group(request: GroupRequest) -> Grouping:
    # load_scheme also opens files by path, which a request must not.
    names = scheme_names()
    if request.scheme not in names:
        raise InputError(f"没有这个分组方案：可用的有 {'、'.join(names)}")
    case = Case(
        principal=request.principal,
        others=request.others,
        procedures=request.procedures,
        sex=request.patient.sex,
        age_years=request.patient.age_years,
        age_days=request.patient.age_days,
        birth_weight_g=request.patient.birth_weight_g,
        los=request.encounter.los_days,
        leaving_way=request.encounter.discharge_way,
        department=request.encounter.department,
    )
    return load_scheme(request.scheme).group(case)
