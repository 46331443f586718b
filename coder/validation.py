"""Validation errors in words: where, and what is expected there, never the value that was given.

Pydantic's own messages are English and its error values echo the input, which may be a patient's record. These
messages name the field and the expectation only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

# A key that the caller made up is repeated only when it looks like a field name and not like a record.
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")
_EXPECTATIONS: Mapping[str, str] = {
    "missing": "缺少该字段",
    "extra_forbidden": "未知字段，请删除或改正拼写",
    "literal_error": "只能取 {expected}",
    "enum": "只能取 {expected}",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "应不小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "应不大于 {le}",
    "string_too_short": "至少 {min_length} 个字符",
    "string_too_long": "至多 {max_length} 个字符",
    "too_short": "至少 {min_length} 项",
    "too_long": "至多 {max_length} 项",
    "json_invalid": "不是合法的 JSON",
    "value_error": "取值不符合要求",
    "none_required": "应为 null",
    "int_from_float": "应为整数",
    "bool_parsing": "应为 true 或 false",
}
_KINDS: Mapping[str, str] = {
    "string": "应为字符串",
    "int": "应为整数",
    "float": "应为数字",
    "finite": "应为有限的数字",
    "bool": "应为 true 或 false",
    "model": "应为 JSON 对象",
    "dict": "应为 JSON 对象",
    "list": "应为 JSON 数组",
    "tuple": "应为 JSON 数组",
    "datetime": "应为日期时间，如 2025-03-04T08:00:00",
    "date": "应为日期，如 2025-03-04",
}


def explain_error(error: Mapping[str, Any]) -> str:
    """What one entry of ``ValidationError.errors()`` expected, in Chinese.

    >>> explain_error({"type": "greater_than_equal", "ctx": {"ge": 0}, "input": -1})
    '应不小于 0'
    >>> explain_error({"type": "int_parsing", "input": "abc"})
    '应为整数'
    """
    kind = str(error["type"])
    if kind in _EXPECTATIONS:
        return _EXPECTATIONS[kind].format_map(_Named(error.get("ctx") or {})).replace(" or ", " 或 ")
    return _KINDS.get(kind.split("_")[0], "取值无效")


def explain_location(location: Sequence[str | int]) -> str:
    """A location as a path: names joined by dots, positions in brackets; what looks like no name is not repeated.

    >>> explain_location(("patient", "age_years")), explain_location(("others", 2))
    ('patient.age_years', 'others[2]')
    >>> explain_location(("patient", "张三，男"))
    'patient.（未知字段）'
    """
    path = ""
    for step in location:
        if isinstance(step, int):
            path += f"[{step}]"
        else:
            name = step if _NAME.fullmatch(step) else "（未知字段）"
            path += f".{name}" if path else name
    return path or "（整体）"


def explain_errors(errors: Sequence[Mapping[str, Any]]) -> str:
    """All entries of ``ValidationError.errors()`` on one line.

    >>> from pydantic import ValidationError
    >>> from coder.record import Patient
    >>> try:
    ...     Patient.model_validate({"sex": "M", "age_years": -1})
    ... except ValidationError as error:
    ...     explain_errors(error.errors())
    "sex：只能取 'male' 或 'female'；age_years：应不小于 0"
    """
    return "；".join(f"{explain_location(error['loc'])}：{explain_error(error)}" for error in errors)


class _Named(dict[str, Any]):
    """Template values in which a name that pydantic did not give reads as an ellipsis."""

    def __missing__(self, key: str) -> str:
        return "…"
