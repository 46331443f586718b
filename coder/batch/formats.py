"""Batch input: JSON Lines and CSV, read row by row, every row accounted for.

A row that cannot be made a record is still a row: it carries the reason instead. Memory holds one row at a time,
whatever the size of the file. Blank lines are not rows.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO

from coder.batch.columns import map_header, record_fields
from coder.errors import InputError
from coder.record import Record
from coder.record_io import MAX_RECORD_BYTES, build_record, decode, parse_json_object

_CHUNK = 1 << 20
# A JSON string may spend six bytes on one character of text (\uXXXX).
_MAX_LINE_BYTES = 6 * MAX_RECORD_BYTES
_UNDECODABLE = "surrogateescape"
# Stands for a line that is too long: an error for the CSV reader inside and outside of a quoted cell alike.
_MALFORMED_CSV = '"x"x\n'


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One input row: its number from 1, its record, or the reason why it is none."""

    number: int
    record_id: str | None = None
    record: Record | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class RowSource:
    """The rows of an open file, and how many of its bytes have been read so far."""

    rows: Iterator[BatchRow]
    bytes_total: int
    bytes_read: Callable[[], int]


@contextmanager
def open_rows(path: Path) -> Iterator[RowSource]:
    """Open a batch input file, ``.jsonl`` / ``.ndjson`` or ``.csv`` by its name.

    Raises:
        InputError: the file is missing, of another kind, or a CSV without a usable header.
    """
    readers = {".jsonl": _read_jsonl, ".ndjson": _read_jsonl, ".csv": _read_csv}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise InputError(f"不认识的批量输入格式 {path.suffix or path.name}：请提供 .jsonl 或 .csv 文件")
    try:
        stream = path.open("rb")
    except FileNotFoundError:
        raise InputError(f"找不到文件 {path}：请检查路径") from None
    except OSError as error:
        raise InputError(f"无法读取 {path}（{type(error).__name__}）：请检查权限和路径") from None
    with stream:
        counted = _CountedLines(stream)
        yield RowSource(reader(counted, path), path.stat().st_size, lambda: counted.bytes_read)


class _CountedLines:
    """Lines of a binary stream with the number of bytes that they took, each line bounded in length."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.bytes_read = 0

    def __iter__(self) -> Iterator[bytes]:
        """Each line, or its first ``_MAX_LINE_BYTES + 1`` bytes where it is longer."""
        while line := self._stream.readline(_MAX_LINE_BYTES + 1):
            self.bytes_read += len(line)
            yield line
            while len(line) > _MAX_LINE_BYTES and not line.endswith(b"\n"):
                line = self._stream.readline(_MAX_LINE_BYTES + 1)
                self.bytes_read += len(line)


def _read_jsonl(lines: _CountedLines, path: Path) -> Iterator[BatchRow]:
    number = 0
    for line in lines:
        if not line.strip():
            continue
        number += 1
        yield _jsonl_row(line.removeprefix(codecs.BOM_UTF8), number, where=f"{path.name} 第 {number} 行")


def _jsonl_row(line: bytes, number: int, *, where: str) -> BatchRow:
    record_id: str | None = None
    try:
        if len(line) > _MAX_LINE_BYTES:
            raise InputError(f"{where}过长：一份病历不得超过 {MAX_RECORD_BYTES // 1_000_000} MB")
        fields = parse_json_object(decode(line, where=where).text, where=where)
        record_id = _as_id(fields.get("id"))
        return _record_row(fields | {"id": record_id}, number, where=where)
    except InputError as error:
        return BatchRow(number, record_id=record_id, reason=str(error))


def _read_csv(lines: _CountedLines, path: Path) -> Iterator[BatchRow]:
    csv.field_size_limit(MAX_RECORD_BYTES)
    encoding = _csv_encoding(path)
    reader = csv.reader(_csv_lines(lines, encoding), strict=True)
    try:
        header = next(reader, None)
    except csv.Error as error:
        raise InputError(f"文件 {path.name} 的表头无法解析（{error}）：请另存为标准 CSV") from None
    if header is None:
        raise InputError(f"文件 {path.name} 是空的：请提供带表头的 CSV")
    fields = map_header(header, where=f"文件 {path.name} ")
    number = 0
    while True:
        where = f"{path.name} 第 {number + 1} 行"
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            number += 1
            yield BatchRow(number, reason=f"{where}不是合法的 CSV（引号不配对或单元格过长）：请检查导出程序")
            continue
        if cells:
            number += 1
            yield _csv_row(cells, number, fields=fields, where=where)


def _csv_lines(lines: _CountedLines, encoding: str) -> Iterator[str]:
    first = True
    for line in lines:
        if len(line) > _MAX_LINE_BYTES:
            yield _MALFORMED_CSV
        else:
            yield (line.removeprefix(codecs.BOM_UTF8) if first else line).decode(encoding, _UNDECODABLE)
        first = False


def _csv_row(cells: list[str], number: int, *, fields: tuple[str | None, ...], where: str) -> BatchRow:
    record_id: str | None = None
    try:
        if len(cells) != len(fields):
            raise InputError(f"{where}有 {len(cells)} 列，表头有 {len(fields)} 列：请检查分隔符和引号")
        values = record_fields(fields, cells)
        record_id = _as_id(values.get("id"))
        return _record_row(values, number, where=where)
    except InputError as error:
        return BatchRow(number, record_id=record_id, reason=str(error))


def _record_row(fields: dict[str, Any], number: int, *, where: str) -> BatchRow:
    known = {name: value for name, value in fields.items() if name in Record.model_fields}
    record = build_record(known, where=where)
    return BatchRow(number, record_id=record.id, record=record)


def _as_id(value: object) -> str | None:
    """An identifier as text: exports write numbers where we want names; a surrogate cannot be written back."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    return str(value).encode("utf-8", "replace").decode("utf-8")


def _csv_encoding(path: Path) -> str:
    """UTF-8 when the whole file is, else GB18030 when the whole file is, else UTF-8 with its faults kept visible."""
    for encoding in ("utf-8-sig", "gb18030"):
        with path.open("rb") as stream:
            if _decodes(stream, encoding):
                return "utf-8" if encoding == "utf-8-sig" else encoding
    return "utf-8"


def _decodes(stream: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := stream.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
