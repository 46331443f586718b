"""Lists as cities publish them: xlsx, CSV or TSV, one sheet or file a list, whatever the columns are called.

Every row knows where it stands, so that an error can name file, sheet, row and column.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final, TypeVar

from pydantic import BaseModel, ConfigDict

from coder.errors import TableError
from coder.group.definition import DrgSeverity
from coder.yaml_data import parse_yaml

Word = TypeVar("Word", bound=str)

_HEADER_SEARCH_ROWS: Final = 10
_TEXT_SUFFIXES: Final = {".csv": ",", ".tsv": "\t", ".txt": "\t"}
_EXCEL_SUFFIXES: Final = {".xlsx", ".xlsm"}


class TableVocabulary(BaseModel):
    """The words of ``data/tables.yaml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sheets: dict[str, tuple[str, ...]]
    columns: dict[str, tuple[str, ...]]
    required: dict[str, tuple[str, ...]]
    roles: dict[str, tuple[str, ...]]
    levels: dict[str, tuple[str, ...]]
    severity_of_last_character: dict[str, DrgSeverity]
    severities: dict[DrgSeverity, tuple[str, ...]]
    dip_kinds: dict[str, tuple[str, ...]]
    auxiliary_lists: dict[str, tuple[str, ...]]


@cache
def vocabulary() -> TableVocabulary:
    """The words that lists are read by, validated once."""
    text = files("coder.group").joinpath("data/tables.yaml").read_text(encoding="utf-8")
    return TableVocabulary.model_validate(parse_yaml(text))


@dataclass(frozen=True, slots=True)
class TableRow:
    """One data row: its known fields, and the place of each."""

    values: Mapping[str, str]
    sheet: str
    line: int
    titles: Mapping[str, str]

    def get(self, field: str) -> str:
        """A field's text, ``""`` where the list has no such column."""
        return self.values.get(field, "")

    def place(self, field: str) -> str:
        """Where a field of this row stands, for an error message."""
        return f"{self.sheet} 第 {self.line} 行 列「{self.titles.get(field, field)}」"

    def required(self, field: str) -> str:
        """A field's text.

        Raises:
            TableError: the cell is empty.
        """
        value = self.get(field)
        if not value:
            raise TableError(f"{self.place(field)}：不能为空；请补填")
        return value

    def number(self, field: str) -> float:
        """A field as a number not below zero.

        Raises:
            TableError: the cell holds no such number.
        """
        text = self.required(field)
        try:
            value = float(text)
        except ValueError:
            value = -1.0
        if not 0 <= value < float("inf"):
            raise TableError(f"{self.place(field)}：{text[:20]} 不是不小于 0 的数；请更正")
        return value

    def word(self, field: str, words: Mapping[Word, Sequence[str]]) -> Word | None:
        """What a field says in the vocabulary, ``None`` where the cell is empty.

        Raises:
            TableError: the cell says something else.
        """
        text = self.get(field)
        if not text:
            return None
        for meaning, spellings in words.items():
            if fold(text) in map(fold, spellings):
                return meaning
        known = "、".join(spellings[0] for spellings in words.values())
        raise TableError(f"{self.place(field)}：不认识 {text[:20]}；可写 {known}")


@dataclass(frozen=True, slots=True)
class TableRows:
    """The rows of one list, with the name of its sheet or file."""

    name: str
    kind: str
    rows: tuple[TableRow, ...]

    def __iter__(self) -> Iterator[TableRow]:
        return iter(self.rows)


def read_table(path: Path, *, kind: str) -> TableRows:
    """Read a file that holds one list of a known kind; of a workbook the first sheet that has its columns.

    Raises:
        TableError: the file cannot be read, or has not the columns that the list needs.
    """
    errors = []
    for name, cells in _sheets(path):
        try:
            return _rows(name, kind, cells)
        except TableError as error:
            errors.append(error)
    raise errors[0] if errors else TableError(f"{path.name}：没有工作表；请检查文件")


def read_lists(source: Path) -> tuple[list[TableRows], list[str]]:
    """Read all lists of a scheme: a workbook with a sheet a list, or a folder with a file a list.

    Returns:
        The lists, and the names of sheets and files that are none.

    Raises:
        TableError: something that is a list by its name has not the columns of one.
    """
    if source.is_dir():
        suffixes = _EXCEL_SUFFIXES | _TEXT_SUFFIXES.keys()
        paths = sorted(path for path in source.iterdir() if path.suffix.lower() in suffixes)
    else:
        paths = [source]
    lists, ignored = [], []
    for path in paths:
        for name, cells in _sheets(path):
            kind = kind_of_sheet(name.rpartition("!")[2])
            if kind is None:
                ignored.append(name)
            else:
                lists.append(_rows(name, kind, cells))
    return lists, ignored


def kind_of_sheet(name: str) -> str | None:
    """Which list a sheet's or file's name speaks of: the longest known word in it decides.

    >>> kind_of_sheet("附件3 MCC列表"), kind_of_sheet("ADRG"), kind_of_sheet("说明")
    ('mcc', 'adrg', None)
    """
    key = fold(name)
    found = [
        (len(fold(word)), kind) for kind, words in vocabulary().sheets.items() for word in words if fold(word) in key
    ]
    return max(found)[1] if found else None


def fold(text: str) -> str:
    """Text as titles and words are compared: half width, no blanks, no case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def numbered_word(text: str, spellings: Sequence[str]) -> int | None:
    """The number in a word such as 手术2 that one of the spellings (``手术{n}``) allows, ``None`` where none does."""
    for spelling in spellings:
        before, after = (re.escape(part) for part in fold(spelling).split("{n}"))
        if match := re.fullmatch(rf"{before}(\d+){after}", fold(text)):
            return int(match[1])
    return None


def _rows(name: str, kind: str, cells: list[list[str]]) -> TableRows:
    """Find the header among the first rows, then take the rows below it."""
    from openpyxl.utils import get_column_letter

    required = vocabulary().required[kind]
    best: tuple[int, list[str]] | None = None
    for position, titles in enumerate(cells[:_HEADER_SEARCH_ROWS]):
        fields = _fields(titles, required)
        missing = [field for field in required if field not in fields]
        if not missing:
            named = {field: titles[column] or get_column_letter(column + 1) for field, column in fields.items()}
            rows = []
            for line, row in enumerate(cells[position + 1 :], start=position + 2):
                if any(row):
                    values = {field: row[column] if column < len(row) else "" for field, column in fields.items()}
                    rows.append(TableRow(values=values, sheet=name, line=line, titles=named))
            return TableRows(name=name, kind=kind, rows=tuple(rows))
        if best is None or len(missing) < len(best[1]):
            best = (position, missing)
    line, missing = best or (0, list(required))
    wanted = "、".join(vocabulary().columns[field][1] for field in missing)
    raise TableError(f"{name} 第 {line + 1} 行：表头缺少列「{wanted}」；请核对列名，或在文件中补上该列")


def _fields(titles: Sequence[str], required: Sequence[str]) -> dict[str, int]:
    """The column of each field; a title that several fields share goes to the one that the list needs."""
    columns = vocabulary().columns
    field_of: dict[str, str] = {}
    for field in (*required, *columns):
        for alias in columns[field]:
            field_of.setdefault(fold(alias), field)
    found: dict[str, int] = {}
    for column, title in enumerate(titles):
        known = field_of.get(fold(title))
        if known:
            found.setdefault(known, column)
    return found


def _sheets(path: Path) -> Iterator[tuple[str, list[list[str]]]]:
    """The sheets of a file as cells of text; a sheet of a workbook is named ``file!sheet``."""
    suffix = path.suffix.lower()
    if suffix in _EXCEL_SUFFIXES:
        # Imported here because every grouping loads this module and hardly any reads a workbook.
        from openpyxl import load_workbook
        from openpyxl.utils.exceptions import InvalidFileException

        try:
            book = load_workbook(path, read_only=True, data_only=True)
        except (OSError, InvalidFileException, zipfile.BadZipFile, KeyError, ValueError) as error:
            raise TableError(f"{path.name}：读不出工作簿（{type(error).__name__}）；请另存为 xlsx 后重试") from error
        try:
            for sheet in book.worksheets:
                cells = [[_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
                yield f"{path.name}!{sheet.title}", cells
        finally:
            book.close()
    elif suffix in _TEXT_SUFFIXES:
        yield path.name, _text_cells(path, _TEXT_SUFFIXES[suffix])
    else:
        raise TableError(f"{path.name}：不支持的文件类型；请提供 xlsx、csv 或 tsv")


def _text_cells(path: Path, separator: str) -> list[list[str]]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TableError(f"{path.name}：打不开（{type(error).__name__}）；请检查路径") from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=separator)]
    raise TableError(f"{path.name}：既不是 UTF-8 也不是 GB18030 文本；请另存后重试")


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
