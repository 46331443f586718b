"""``GET /healthz``: the service is up, and which editions it works with."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from api.state import WorkshopDependency

router = APIRouter(tags=["服务"])


class Health(BaseModel):
    """The state of the service."""

    model_config = ConfigDict(frozen=True)

    status: Literal["ok"] = "ok"
    versions: dict[str, str]


@router.get("/healthz", summary="服务状态")
async def health(workshop: WorkshopDependency) -> Health:
    """服务就绪时返回各编码表、模型和分组方案的版本。"""
    return Health(versions=dict(workshop.coder.versions))
