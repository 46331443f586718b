"""Large CSV files in pieces that end at a row's end, with rows of the wrong shape set aside.

A piece is cut only at a line break outside quotes, so that a quoted field may hold line breaks and commas. Rows whose
number of fields is not the header's are taken out before the piece is parsed: each is reported with its line number,
and the rest of the file goes on.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from coder.errors import InputError

DEFAULT_PIECE_BYTES: Final = 4 << 20
_ENDLESS_ROW_PIECES: Final = 4
_BOM: Final = b"\xef\xbb\xbf"
_QUOTE, _COMMA, _NEWLINE = b'",\n'


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that was set aside: where it stood, why, and its text for whoever mends it."""

    line: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole rows of a file as UTF-8, without the header.

    Attributes:
        body: the rows of the right shape.
        lines: the line number in the file at which each row of ``body`` begins.
        rejects: the rows that have the wrong number of fields or are not text.
        size: how many bytes of the file the piece took, for progress.
    """

    body: bytes
    lines: NDArray[np.int64]
    rejects: tuple[Reject, ...]
    size: int


class CsvPieces:
    """A comma-separated file with a header, read piece by piece.

    Raises:
        InputError: the file is missing, empty, or neither UTF-8 nor GB18030 in its header.
    """

    def __init__(self, path: Path, *, encoding: str | None = None, piece_bytes: int = DEFAULT_PIECE_BYTES) -> None:
        self._path = path
        self._piece_bytes = piece_bytes
        try:
            with path.open("rb") as stream:
                start = stream.read(piece_bytes)
                self.size = path.stat().st_size
        except OSError as error:
            raise InputError(f"打不开文件 {path.name}（{type(error).__name__}）：请检查路径与权限") from error
        if start.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise InputError(f"文件 {path.name} 是 UTF-16 编码：请另存为 UTF-8 或 GB18030 的 CSV")
        self.encoding = encoding or _guess_encoding(start, whole=len(start) == self.size)
        body = start[len(_BOM) :] if start.startswith(_BOM) else start
        first_end = _last_break(body[: body.find(b"\n") + 1] or body)
        first_line = body[: first_end + 1] if first_end >= 0 else body.split(b"\n", 1)[0] + b"\n"
        try:
            text = first_line.decode(self.encoding)
        except (UnicodeDecodeError, LookupError) as error:
            raise InputError(
                f"文件 {path.name} 的表头不是 {self.encoding} 编码：请用 --encoding 指明 utf-8 或 gb18030"
            ) from error
        self.header: list[str] = next(csv.reader(io.StringIO(text)), [])
        if not self.header:
            raise InputError(f"文件 {path.name} 是空的：请提供带表头的 CSV")
        if len(set(self.header)) != len(self.header):
            twice = next(name for name in self.header if self.header.count(name) > 1)
            raise InputError(f"文件 {path.name} 的列 {twice} 出现多次：请改成不同的列名")
        self._body_start = len(start) - len(body) + len(first_line)

    def __iter__(self) -> Iterator[Piece]:
        with self._path.open("rb") as stream:
            stream.seek(min(self._body_start, self.size))
            line = 2
            for raw in self._raw_pieces(stream):
                yield self._piece(raw, line)
                line += raw.count(b"\n")

    def _raw_pieces(self, stream: BinaryIO) -> Iterator[bytes]:
        rest = b""
        while block := stream.read(self._piece_bytes):
            rest += block
            end = _last_break(rest)
            while end < 0 and len(rest) > _ENDLESS_ROW_PIECES * self._piece_bytes:
                # A quote that is never closed would swallow the file: give its line up and go on with the next.
                end = rest.find(b"\n")
                if end < 0:
                    break
                yield rest[: end + 1]
                rest = rest[end + 1 :]
                end = _last_break(rest)
            if end >= 0:
                yield rest[: end + 1]
                rest = rest[end + 1 :]
        if rest:
            yield rest if rest.endswith(b"\n") else rest + b"\n"

    def _piece(self, raw: bytes, first_line: int) -> Piece:
        size = len(raw)
        rejects: list[Reject] = []
        utf8, bad_lines = self._to_utf8(raw)
        data = np.frombuffer(utf8, np.uint8)
        breaks, commas = _structure(data)
        starts = np.concatenate(([0], breaks[:-1] + 1)) if len(breaks) else breaks
        fields = np.diff(np.searchsorted(commas, breaks), prepend=0) + 1
        lengths = breaks - starts
        blank = (lengths == 0) | ((lengths == 1) & (data[starts] == ord("\r")) if len(starts) else lengths < 0)
        newlines = np.flatnonzero(data == _NEWLINE)
        lines = first_line + np.searchsorted(newlines, starts)
        wrong = (fields != len(self.header)) & ~blank
        for number in bad_lines:
            wrong |= lines == first_line + number
        end = int(breaks[-1]) + 1 if len(breaks) else 0
        if end < len(utf8):
            tail = utf8[end:].decode("utf-8", "replace").rstrip("\r\n")
            rejects.append(Reject(int(first_line + np.searchsorted(newlines, end)), "引号没有闭合", tail))
            utf8 = utf8[:end]
        if wrong.any() or blank.any():
            for row in np.flatnonzero(wrong):
                text = utf8[starts[row] : breaks[row]].decode("utf-8", "replace").rstrip("\r")
                reason = (
                    f"不是有效的{self.encoding}文本"
                    if lines[row] - first_line in bad_lines
                    else f"列数不符：应有 {len(self.header)} 列，实有 {fields[row]} 列"
                )
                rejects.append(Reject(int(lines[row]), reason, text))
            keep = ~(wrong | blank)
            view = memoryview(utf8)
            spans = zip(starts[keep].tolist(), breaks[keep].tolist(), strict=True)
            utf8 = b"".join([bytes(view[start : stop + 1]) for start, stop in spans])
            lines = lines[keep]
        return Piece(body=utf8, lines=lines, rejects=tuple(rejects), size=size)

    def _to_utf8(self, raw: bytes) -> tuple[bytes, frozenset[int]]:
        """The piece as UTF-8, and which of its lines are not text in the file's encoding."""
        try:
            text = raw.decode(self.encoding)
        except UnicodeDecodeError:
            bad = set()
            decoded = []
            for number, line in enumerate(raw.split(b"\n")):
                try:
                    decoded.append(line.decode(self.encoding))
                except UnicodeDecodeError:
                    bad.add(number)
                    decoded.append(line.decode(self.encoding, "replace"))
            return "\n".join(decoded).encode(), frozenset(bad)
        return (raw if self.encoding == "utf-8" else text.encode()), frozenset()


def _structure(data: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where the row breaks and the field commas are: those outside quotes."""
    breaks = np.flatnonzero(data == _NEWLINE)
    commas = np.flatnonzero(data == _COMMA)
    quotes = np.flatnonzero(data == _QUOTE)
    if len(quotes):
        breaks = breaks[np.searchsorted(quotes, breaks) % 2 == 0]
        commas = commas[np.searchsorted(quotes, commas) % 2 == 0]
    return breaks, commas


def _last_break(data: bytes) -> int:
    """The position of the last line break outside quotes, -1 where there is none."""
    if b'"' not in data:
        return data.rfind(b"\n")
    breaks, _ = _structure(np.frombuffer(data, np.uint8))
    return int(breaks[-1]) if len(breaks) else -1


def _guess_encoding(start: bytes, *, whole: bool) -> str:
    """The encoding in which fewer of the file's first lines are broken; UTF-8 where there is nothing between them."""
    sample = (start if whole else start[: start.rfind(b"\n") + 1]) or start
    lines = sample.split(b"\n")
    return min(("utf-8", "gb18030"), key=lambda encoding: sum(not _decodes(line, encoding) for line in lines))


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
