"""CSV columns to record fields, by the alias table ``columns.yaml``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from coder.errors import InputError

# Spreadsheets write 2025/3/4, hospital systems 20250304, which would otherwise read as seconds since 1970.
_DATE = re.compile(r"^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?")


class ColumnAliases(BaseModel):
    """The validated alias table: names of columns for each field, names of values for each sex."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: dict[str, tuple[str, ...]]
    sex: dict[str, tuple[str, ...]]


@cache
def load_aliases() -> tuple[dict[str, str], dict[str, str]]:
    """Column name to field and sex value to sex, both by folded name.

    >>> columns, sexes = load_aliases()
    >>> columns["性别"], sexes["女"]
    ('patient.sex', 'female')

    Raises:
        ValueError: the table gives one name to two fields.
    """
    source = files("coder.batch").joinpath("columns.yaml").read_text(encoding="utf-8")
    aliases = ColumnAliases.model_validate(yaml.safe_load(source))
    return _inverted(aliases.columns), _inverted(aliases.sex)


def map_header(header: Sequence[str], *, where: str) -> tuple[str | None, ...]:
    """The field of each column, ``None`` for a column that a record does not use.

    >>> map_header(["病案号", "病历", "费用"], where="文件 a.csv ")
    ('id', 'text', None)

    Raises:
        InputError: no column holds the text, or two columns hold the same field.
    """
    columns, _ = load_aliases()
    fields = tuple(columns.get(_folded(name)) for name in header)
    if "text" not in fields:
        raise InputError(f"{where}没有病历文本列：请把列名写成 text 或 病历")
    twice = [field for field, count in Counter(field for field in fields if field).items() if count > 1]
    if twice:
        raise InputError(f"{where}有两列都表示 {twice[0]}：请只保留一列")
    return fields


def record_fields(fields: Sequence[str | None], cells: Sequence[str]) -> dict[str, Any]:
    """The nested JSON fields of a record from one row; an empty cell means not known.

    >>> record_fields(("id", "text", "patient.sex", None), ("7", "出院诊断：肺炎", "女", "x"))
    {'id': '7', 'text': '出院诊断：肺炎', 'patient': {'sex': 'female'}}
    """
    _, sexes = load_aliases()
    result: dict[str, Any] = {}
    for field, cell in zip(fields, cells, strict=True):
        if field is None or (field != "text" and not cell.strip()):
            continue
        value = cell if field == "text" else cell.strip()
        if field == "patient.sex":
            value = sexes.get(_folded(value), value)
        elif field.endswith("_at"):
            value = _DATE.sub(_iso_date, value)
        group, _, name = field.rpartition(".")
        (result.setdefault(group, {}) if group else result)[name] = value
    return result


def _inverted(aliases: Mapping[str, Sequence[str]]) -> dict[str, str]:
    pairs = [(_folded(alias), name) for name, names in aliases.items() for alias in names]
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("columns.yaml gives one name to two fields")
    return result


def _iso_date(match: re.Match[str]) -> str:
    year, month, day = (int(part) for part in match.groups())
    return f"{year:04}-{month:02}-{day:02}"


def _folded(name: str) -> str:
    return "".join(name.split()).lower().replace("（", "(").replace("）", ")").lstrip("\ufeff")
