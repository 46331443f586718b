"""The two pages for people: ``/`` to code a pasted record, ``/docs`` for the API. Everything comes from this server."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse

STATIC = Path(__file__).resolve().parent.parent / "static"
# A hospital's workstation has no internet, and a page that shows records must not be able to call anywhere else.
_HEADERS = {
    "content-security-policy": "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}

router = APIRouter(include_in_schema=False)


@router.get("/")
async def home() -> FileResponse:
    """The page on which a doctor pastes a record."""
    return FileResponse(STATIC / "index.html", headers=_HEADERS)


@router.get("/docs")
async def docs() -> FileResponse:
    """The description of the API, drawn from ``/openapi.json``."""
    return FileResponse(STATIC / "docs.html", headers=_HEADERS)
