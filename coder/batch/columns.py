"""CSV columns to record fields, by the alias table ``columns.yaml``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from coder.errors import InputError
from coder.yaml_data import parse_yaml

# Spreadsheets write 2025/3/4, hospital systems 20250304, which would otherwise read as seconds since 1970.
_DATE = re.compile(r"^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?")


Name = TypeVar("Name", bound=str)
Sex = Literal["male", "female", "not known"]


class ColumnAliases(BaseModel):
    """The alias table: names of columns for each field, values for each sex, and what stands for no value."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: dict[str, tuple[str, ...]]
    sex: dict[Sex, tuple[str, ...]]
    not_known: tuple[str, ...]

    @cached_property
    def field_of(self) -> Mapping[str, str]:
        """The field of a column, by its folded name."""
        return _inverted(self.columns)

    @cached_property
    def sex_of(self) -> Mapping[str, Sex]:
        """The sex of a value, by its folded form."""
        return _inverted(self.sex)

    @cached_property
    def blanks(self) -> frozenset[str]:
        """The folded values that stand for no value."""
        return frozenset(_folded(value) for value in ("", *self.not_known))


@cache
def load_aliases() -> ColumnAliases:
    """The alias table of ``columns.yaml``.

    >>> aliases = load_aliases()
    >>> aliases.field_of["性别"], aliases.sex_of["女"]
    ('patient.sex', 'female')
    """
    source = files("coder.batch").joinpath("columns.yaml").read_text(encoding="utf-8")
    return ColumnAliases.model_validate(parse_yaml(source))


def map_header(header: Sequence[str], *, where: str) -> tuple[str | None, ...]:
    """The field of each column, ``None`` for a column that a record does not use.

    >>> map_header(["病案号", "病历", "费用"], where="文件 a.csv ")
    ('id', 'text', None)

    Raises:
        InputError: no column holds the text, or two columns hold the same field.
    """
    field_of = load_aliases().field_of
    fields = tuple(field_of.get(_folded(name)) for name in header)
    if "text" not in fields:
        raise InputError(f"{where}没有病历文本列：请把列名写成 text 或 病历")
    twice = [field for field, count in Counter(field for field in fields if field).items() if count > 1]
    if twice:
        raise InputError(f"{where}有两列都表示 {twice[0]}：请只保留一列")
    return fields


def record_fields(fields: Sequence[str | None], cells: Sequence[str]) -> dict[str, Any]:
    """The nested JSON fields of a record from one row; an empty cell, or what stands for one, means not known.

    >>> record_fields(("id", "text", "patient.sex", None), ("7", "出院诊断：肺炎", "女", "x"))
    {'id': '7', 'text': '出院诊断：肺炎', 'patient': {'sex': 'female'}}
    """
    aliases = load_aliases()
    result: dict[str, Any] = {}
    for field, cell in zip(fields, cells, strict=True):
        if field is None or (field != "text" and _folded(cell) in aliases.blanks):
            continue
        value = cell if field == "text" else cell.strip()
        if field == "patient.sex":
            value = aliases.sex_of.get(_folded(value), value)
            if value == "not known":
                continue
        elif field.endswith("_at"):
            value = _DATE.sub(_iso_date, value)
        group, _, name = field.rpartition(".")
        (result.setdefault(group, {}) if group else result)[name] = value
    return result


def _inverted(aliases: Mapping[Name, Sequence[str]]) -> dict[str, Name]:
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
