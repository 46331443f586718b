"""The application factory: ``uvicorn --factory api.app:create_app``, or ``coder serve``."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

from anyio import to_thread
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from api.middleware import BodyLimit, Guard
from api.openapi import describe_problems
from api.problems import install_handlers
from api.routers import coding, grouping, health, pages, terms
from api.state import Workshop
from coder.protocols import CoderFactory, RecordCoder
from coder.record_io import MAX_RECORD_BYTES

MAX_BODY_BYTES = 2 * MAX_RECORD_BYTES
"""The largest request: a record whose JSON writes every Chinese character as six bytes instead of three."""

_DESCRIPTION = "中文病历智能编码服务：只在本机运行，不联网，不保存病历，日志与错误信息中不含病历文本。"


def create_app(*, coder: RecordCoder | None = None, max_body_bytes: int = MAX_BODY_BYTES) -> FastAPI:
    """The application.

    Args:
        coder: what codes the records; the default pipeline, loaded when the server starts, if not given.
        max_body_bytes: the largest request body that is read.
    """
    factory = load_default_coder if coder is None else lambda: coder

    app = FastAPI(
        title="clinical-coder-zh",
        description=_DESCRIPTION,
        version=version("clinical-coder-zh"),
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan_with(factory),
    )
    for module in (coding, grouping, terms, health, pages):
        app.include_router(module.router)
    app.mount("/static", StaticFiles(directory=pages.STATIC), name="static")
    install_handlers(app)
    app.add_middleware(BodyLimit, max_bytes=max_body_bytes)
    app.add_middleware(Guard)
    describe_problems(app)
    return app


def _lifespan_with(factory: CoderFactory) -> Any:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.workshop = Workshop(await to_thread.run_sync(factory))
        yield

    return lifespan


def load_default_coder() -> RecordCoder:
    """The default pipeline with everything in memory, so that no doctor waits for what is loaded on first use.

    Raises:
        ArtefactError: a shipped file is missing or damaged.
    """
    from coder.pipeline import Coder

    loaded = Coder.load()
    loaded.warm_up()
    return loaded
