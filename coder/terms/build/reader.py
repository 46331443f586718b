"""Reads official tables as they come: TSV, CSV (UTF-8 or GB18030) or XLSX, whatever the columns are called."""

from __future__ import annotations

import csv
import io
import unicodedata
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from coder.errors import TableError
from coder.yaml_data import parse_yaml

_HEADER_SEARCH_ROWS = 20


class _Columns(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    fields: dict[str, tuple[str, ...]]
    required: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Row:
    """One data row: its known fields, and where it stands for error messages."""

    values: dict[str, str]
    where: str

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")


@cache
def _columns() -> _Columns:
    text = files("coder.terms").joinpath("data/columns.yaml").read_text(encoding="utf-8")
    return _Columns.model_validate(parse_yaml(text))


def _title_key(title: str) -> str:
    return "".join(unicodedata.normalize("NFKC", title).split()).lower()


@cache
def _field_of_title() -> dict[str, str]:
    found: dict[str, str] = {}
    for name, titles in _columns().fields.items():
        for title in titles:
            found.setdefault(_title_key(title), name)
    return found


def read_rows(path: Path, *, purpose: str = "system", rename: dict[str, str] | None = None) -> list[Row]:
    """All rows of a table.

    Args:
        path: the file; its ending says the format.
        purpose: ``system`` or ``crosswalk``: which fields must be there.
        rename: titles of this very file that mean a field, before the alias table is asked.

    Raises:
        TableError: not a readable table, or a needed column is missing; the message says file, sheet and row.
    """
    renamed = {_title_key(title): name for title, name in (rename or {}).items()}
    required = _columns().required[purpose]
    tried: list[str] = []
    for sheet, table in _sheets(path):
        for index, titles in enumerate(table[:_HEADER_SEARCH_ROWS]):
            fields = _fields(titles, renamed)
            if all(name in fields for name in required):
                return list(_data_rows(path, sheet, table, index, fields))
        first = "、".join(title for title in (table[0] if table else ()) if title)[:80]
        tried.append(f"{sheet or '表'} 第 1 行的列名是「{first}」")
    wanted = "；".join(f"{name} 列可写作 {'、'.join(_columns().fields[name][:6])}" for name in required)
    raise TableError(
        f"{path.name}：前 {_HEADER_SEARCH_ROWS} 行中找不到所需的列（{'；'.join(tried) or '没有工作表'}）：{wanted}"
    )


def _fields(titles: Sequence[str], renamed: dict[str, str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, title in enumerate(titles):
        key = _title_key(title)
        name = renamed.get(key) or _field_of_title().get(key)
        if name is not None:
            found.setdefault(name, index)
    return found


def _data_rows(path: Path, sheet: str, table: list[list[str]], header: int, fields: dict[str, int]) -> Iterator[Row]:
    width = max(fields.values()) + 1
    for index in range(header + 1, len(table)):
        cells = table[index]
        where = f"{path.name}{f' 工作表「{sheet}」' if sheet else ''} 第 {index + 1} 行"
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) < width:
            cells = [*cells, *[""] * (width - len(cells))]
        yield Row({name: cells[column].strip("\ufeff") for name, column in fields.items()}, where)


def _sheets(path: Path) -> Iterator[tuple[str, list[list[str]]]]:
    suffix = path.suffix.lower()
    if not path.is_file():
        raise TableError(f"找不到文件 {path.name}：请检查路径")
    if suffix in {".xlsx", ".xlsm"}:
        yield from _xlsx_sheets(path)
    elif suffix in {".tsv", ".csv", ".txt"}:
        yield "", _text_table(path, tab=suffix == ".tsv")
    else:
        raise TableError(f"{path.name}：不支持的文件类型 {suffix or '（无扩展名）'}，请给出 .xlsx、.csv 或 .tsv")


def _xlsx_sheets(path: Path) -> Iterator[tuple[str, list[list[str]]]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError) as error:
        raise TableError(f"{path.name}：不是有效的 xlsx 文件，请在表格软件中另存为 .xlsx 后重试") from error
    try:
        for sheet in book.worksheets:
            rows = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
            yield sheet.title, rows
    finally:
        book.close()


def _text_table(path: Path, *, tab: bool) -> list[list[str]]:
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise TableError(f"{path.name}：既不是 UTF-8 也不是 GB18030 编码，请另存为 UTF-8 后重试")
    if "\0" in text:
        raise TableError(f"{path.name}：含有二进制内容，不是文本表格")
    if tab or "\t" in text.split("\n", 1)[0]:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter="\t", quoting=csv.QUOTE_NONE))
    try:
        return list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise TableError(f"{path.name}：CSV 格式错误（{error}），请检查引号是否成对") from error
