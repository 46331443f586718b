"""The data files of the TCM stage: YAML and TSV beside the package, validated when they load."""

from __future__ import annotations

from importlib.resources import files
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from coder.errors import ArtefactError
from coder.text.datafile import DataModel, parse_data
from coder.validation import explain_error

_Model = TypeVar("_Model", bound=DataModel)


def load_yaml(name: str, schema: type[_Model]) -> _Model:
    """Read and validate ``coder/tcm/data/NAME``.

    Raises:
        ArtefactError: the file is missing, is not YAML, or breaks its schema.
    """
    return parse_data(_read(name), schema, label=_label(name))


def load_tsv(name: str, schema: type[_Model]) -> tuple[_Model, ...]:
    """Read ``coder/tcm/data/NAME``: a header line, then one model a line, fields parted by tabs.

    Raises:
        ArtefactError: the file is missing, its header is not the schema's fields, or a line breaks the schema.
    """
    return parse_tsv(_read(name), schema, label=_label(name))


def parse_tsv(text: str, schema: type[_Model], *, label: str) -> tuple[_Model, ...]:
    """Validate the text of a TSV file; ``label`` names it in messages.

    >>> class Row(DataModel):
    ...     code: str
    ...     rank: int
    >>> parse_tsv("code\\trank\\nA01\\t1\\n", Row, label="x.tsv")
    (Row(code='A01', rank=1),)
    >>> parse_tsv("code\\trank\\nA01\\tfirst\\n", Row, label="x.tsv")
    Traceback (most recent call last):
    ...
    coder.errors.ArtefactError: 数据文件 x.tsv 第 2 行 rank：应为整数

    Raises:
        ArtefactError: the header is not the schema's fields, or a line breaks the schema.
    """
    header, *lines = text.rstrip("\n").split("\n")
    fields = header.split("\t")
    if fields != list(schema.model_fields):
        raise ArtefactError(f"数据文件 {label} 的表头应为 {'、'.join(schema.model_fields)}")
    rows: list[dict[str, str]] = []
    for number, line in enumerate(lines, start=2):
        values = line.split("\t")
        if len(values) != len(fields):
            raise ArtefactError(f"数据文件 {label} 第 {number} 行有 {len(values)} 列，应为 {len(fields)} 列")
        rows.append(dict(zip(fields, values, strict=True)))
    try:
        # One call for all rows: several times faster than a validation a row.
        return tuple(TypeAdapter(list[schema]).validate_python(rows))  # type: ignore[valid-type]
    except ValidationError as error:
        first = error.errors()[0]
        row, *place = first["loc"]
        where = ".".join(str(part) for part in place)
        raise ArtefactError(f"数据文件 {label} 第 {int(row) + 2} 行 {where}：{explain_error(first)}") from error


def _label(name: str) -> str:
    return f"coder/tcm/data/{name}"


def _read(name: str) -> str:
    try:
        return files("coder.tcm").joinpath(f"data/{name}").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ArtefactError(f"缺少数据文件 {_label(name)}：请重新安装 clinical-coder-zh") from None
