"""``POST /v1/code``: one record in, its coding out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body

from api.examples import CODE_REQUEST
from api.state import WorkshopDependency
from coder.coding import Coding
from coder.record import Record
from coder.record_io import check_text

router = APIRouter(tags=["编码"])


@router.post("/v1/code", summary="给一份病历编码")
async def code_record(
    record: Annotated[Record, Body(openapi_examples={"discharge": {"summary": "出院记录", "value": CODE_REQUEST}})],
    workshop: WorkshopDependency,
) -> Coding:
    """返回诊断、手术、中医病证、审核提示和分组，同 `coder code --format json`；位置按字符计，从 0 起，不含末位。"""
    check_text(record.text)
    return await workshop.run(workshop.coder.code, record)
