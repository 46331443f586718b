"""Two ASGI layers around the application: a limit on the body, and a guard that keeps record text out of the logs."""

from __future__ import annotations

import logging
import time
import traceback
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import problem_response

logger = logging.getLogger("api")
_LOGGED_FRAMES = 5


class BodyLimit:
    """Refuses to read a body over ``max_bytes``, by its declared length or else once that much has arrived.

    The refusal is an HTTP 413 raised where the application reads the body, so that the application's own handler words
    it.
    """

    def __init__(self, app: ASGIApp, *, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"")
        size = int(declared) if declared.isdigit() else 0
        received = 0

        async def limited_receive() -> Message:
            nonlocal received
            if size <= self._max_bytes:
                message = await receive()
                received += len(message.get("body", b""))
                if received <= self._max_bytes:
                    return message
            # The rest of the body stays unread, so the connection cannot serve another request.
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, headers={"connection": "close"})

        await self._app(scope, limited_receive, send)


class Guard:
    """Logs each request by its route alone, and answers an unexpected error with a bare 500.

    Neither addresses with their query, nor bodies, nor messages of exceptions are logged: all three may hold text of a
    record. Of an exception the log has its type and where in the code it was raised.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0
        started = time.perf_counter()

        async def noting_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting_send)
        except Exception as error:
            frames = traceback.extract_tb(error.__traceback__)[-_LOGGED_FRAMES:]
            path = " < ".join(f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in reversed(frames))
            logger.error("%s in %s", type(error).__name__, path)
            if status:
                raise ConnectionAbortedError("response broken off") from None
            detail = "服务内部错误：请把发生时间告诉管理员，日志里有出错位置"
            await problem_response(500, code="internal_error", detail=detail)(scope, receive, noting_send)
        route = getattr(scope.get("route"), "path", "-")
        milliseconds = 1000 * (time.perf_counter() - started)
        logger.info("%s %s %d %.1f ms", scope["method"], route, status, milliseconds)
