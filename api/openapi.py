"""The problems in the API's description: FastAPI would describe its own error format, which this API never sends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI

from api.problems import MEDIA_TYPE, FieldProblem, Problem

_REPLACED_SCHEMAS = ("HTTPValidationError", "ValidationError")
_COMPONENTS = "#/components/schemas/"


def describe_problems(app: FastAPI) -> None:
    """Make ``app.openapi()`` describe the errors as problems, for the versioned addresses."""
    generate: Callable[[], dict[str, Any]] = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _with_problems(generate())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _with_problems(document: dict[str, Any]) -> dict[str, Any]:
    schemas: dict[str, Any] = document.setdefault("components", {}).setdefault("schemas", {})
    for name in _REPLACED_SCHEMAS:
        schemas.pop(name, None)
    for model in (Problem, FieldProblem):
        schema = model.model_json_schema(ref_template=_COMPONENTS + "{model}")
        schema.pop("$defs", None)
        schemas[model.__name__] = schema
    for path, operations in document["paths"].items():
        for operation in operations.values():
            operation["responses"].pop("422", None)
            for status, description in _expected(path, has_body="requestBody" in operation).items():
                content = {MEDIA_TYPE: {"schema": {"$ref": f"{_COMPONENTS}Problem"}}}
                operation["responses"][status] = {"description": description, "content": content}
    return document


def _expected(path: str, *, has_body: bool) -> dict[str, str]:
    problems = {"500": "服务内部错误"}
    if path.startswith("/v1/"):
        problems["422"] = "输入不可用"
    if has_body:
        problems |= {"400": "请求体不是 JSON", "413": "请求体过大"}
    return problems
