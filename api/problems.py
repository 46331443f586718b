"""Every error as ``application/problem+json`` (RFC 9457), and none with a word of the request in it.

Validation errors name the field and what is expected there; they never carry the value, which may be a patient's
record. ``code`` is the extension member that programs switch on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from coder.errors import CoderError, InputError
from coder.validation import explain_error, explain_errors, explain_location

MEDIA_TYPE = "application/problem+json"


class FieldProblem(BaseModel):
    """One field of the request that cannot be used."""

    model_config = ConfigDict(frozen=True)

    place: str = Field(description="body、query 或 path", examples=["body"])
    field: str = Field(description="字段路径", examples=["patient.age_years"])
    message: str = Field(description="应当怎样", examples=["应不小于 0"])


class Problem(BaseModel):
    """A problem detail as of RFC 9457."""

    model_config = ConfigDict(frozen=True)

    type: str = Field(default="about:blank", description="问题类型的 URI；about:blank 表示与状态码同义")
    title: str = Field(description="状态码的标准短语", examples=["Unprocessable Content"])
    status: int = Field(description="HTTP 状态码", examples=[422])
    detail: str = Field(description="一行中文：哪里不对，该怎么办", examples=["patient.age_years：应不小于 0"])
    code: str = Field(description="供程序判断的错误代码", examples=["invalid_request"])
    errors: tuple[FieldProblem, ...] = Field(default=(), description="逐字段的说明")


class ProblemResponse(JSONResponse):
    """A response that carries a :class:`Problem`."""

    media_type = MEDIA_TYPE


def problem_response(
    status: int,
    *,
    code: str,
    detail: str,
    errors: Sequence[FieldProblem] = (),
    headers: Mapping[str, str] | None = None,
) -> ProblemResponse:
    """The response for one problem.

    >>> problem_response(404, code="not_found", detail="没有这个地址").media_type
    'application/problem+json'
    """
    title = HTTPStatus(status).phrase
    problem = Problem(title=title, status=status, detail=detail, code=code, errors=tuple(errors))
    return ProblemResponse(problem.model_dump(mode="json"), status_code=status, headers=headers)


def install_handlers(app: FastAPI) -> None:
    """Make the application answer every expected error with a problem."""
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(CoderError, _on_coder_error)


_HTTP_PROBLEMS: Mapping[int, tuple[str, str]] = {
    400: ("malformed_body", "请求体无法解析：请发送 UTF-8 编码的 JSON"),
    404: ("not_found", "没有这个地址：接口说明见 /docs"),
    413: ("too_large", "请求体过大：一次只提交一份病历，多份病历请用 coder batch"),
    405: ("method_not_allowed", "这个地址不支持该方法：允许的方法见 Allow 响应头"),
}


async def _on_http_error(_request: Request, error: Exception) -> ProblemResponse:
    assert isinstance(error, HTTPException)
    code, detail = _HTTP_PROBLEMS.get(error.status_code, ("http_error", "请求无法处理：接口说明见 /docs"))
    return problem_response(error.status_code, code=code, detail=detail, headers=error.headers)


async def _on_validation_error(_request: Request, error: Exception) -> ProblemResponse:
    assert isinstance(error, RequestValidationError)
    entries: Sequence[Mapping[str, Any]] = error.errors()
    if any(entry["type"] == "json_invalid" for entry in entries):
        code, detail = _HTTP_PROBLEMS[400]
        return problem_response(400, code=code, detail=detail)
    if any(tuple(entry["loc"]) == ("body",) for entry in entries):
        detail = "请求体应为 JSON 对象，且 Content-Type 应为 application/json：示例见 /docs"
        return problem_response(422, code="invalid_request", detail=detail)
    return problem_response(
        422,
        code="invalid_request",
        detail=explain_errors([{**entry, "loc": entry["loc"][1:]} for entry in entries]),
        errors=[
            FieldProblem(
                place=str(entry["loc"][0]), field=explain_location(entry["loc"][1:]), message=explain_error(entry)
            )
            for entry in entries
        ],
    )


async def _on_coder_error(_request: Request, error: Exception) -> ProblemResponse:
    if isinstance(error, InputError):
        return problem_response(422, code="invalid_input", detail=str(error))
    return problem_response(500, code="internal_error", detail=str(error))
