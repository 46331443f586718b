"""``GET /v1/terms/search``: concepts of a code system by name, alias, code or pinyin initials."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from api.examples import SEARCH_QUERY
from api.state import WorkshopDependency
from coder.terms.search import MatchKind, TermSearch

router = APIRouter(tags=["编码体系"])


class Hit(BaseModel):
    """One concept found, and by what."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    code: str
    name: str
    score: float
    matched: str
    kind: MatchKind
    is_gray: bool


class SearchAnswer(BaseModel):
    """The concepts found, best first."""

    model_config = ConfigDict(frozen=True)

    system: str
    hits: tuple[Hit, ...]


@router.get("/v1/terms/search", summary="检索编码体系")
async def search_terms(
    workshop: WorkshopDependency,
    q: Annotated[str, Query(description="名称、别名、编码前缀或拼音首字母", examples=[SEARCH_QUERY], max_length=200)],
    system: Annotated[str, Query(description="编码体系", max_length=40)] = "icd10-nhsa-2.0",
    limit: Annotated[int, Query(ge=1, le=100, description="最多几条")] = 10,
) -> SearchAnswer:
    """每个概念至多出现一次，按匹配程度排列。"""
    return await workshop.run(_search, q, system=system, limit=limit)


def _search(query: str, *, system: str, limit: int) -> SearchAnswer:
    hits = TermSearch.load(system).search(query, limit=limit)
    return SearchAnswer(system=system, hits=tuple(Hit.model_validate(hit) for hit in hits))
