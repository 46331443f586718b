"""The compact shipped form of a table: a deflated zip of columns.

One member ``header.json``, one newline-joined UTF-8 text per string column, one ``.npy`` per numeric column. The zip
has fixed timestamps, so the same table always gives the same bytes. ``unzip -p FILE name.txt`` shows a column to a
person; splitting one long text is the fastest way to many short strings in CPython.

>>> import tempfile, numpy as np
>>> path = Path(tempfile.mkdtemp()) / "t.zip"
>>> write_columns(path, header={"name": "t"}, columns={"code": ["A", "B"]}, arrays={"flag": np.array([0, 1], np.uint8)})
>>> table = read_columns(path)
>>> table.strings("code"), table.array("flag").tolist(), table.header["name"]
(['A', 'B'], [0, 1], 't')
"""

from __future__ import annotations

import io
import json
import os
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coder.errors import ArtefactError

FORMAT_VERSION = 1
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class ColumnFile:
    """A column file that has been opened: its header, and its columns, which are unpacked when they are asked for."""

    path: Path
    header: Mapping[str, Any]
    archive: zipfile.ZipFile

    def strings(self, name: str) -> list[str]:
        """One string column, in row order.

        Raises:
            ArtefactError: the file has no such column, or its length is not the header's.
        """
        text = self._member(f"{name}.txt").decode("utf-8")
        values = text.split("\n") if text or self.header["rows"][name] else []
        if len(values) != self.header["rows"][name]:
            raise ArtefactError(f"{self.path.name} 的列 {name} 行数不符：文件已损坏，请重新安装")
        return values

    def array(self, name: str) -> NDArray[Any]:
        """One numeric column.

        Raises:
            ArtefactError: the file has no such column.
        """
        array: NDArray[Any] = np.load(io.BytesIO(self._member(f"{name}.npy")), allow_pickle=False)
        return array

    def _member(self, name: str) -> bytes:
        try:
            return self.archive.read(name)
        except KeyError:
            raise ArtefactError(f"{self.path.name} 缺少列 {name}：文件版本不符，请重新安装") from None
        except (zipfile.BadZipFile, zlib.error) as error:
            raise ArtefactError(f"{self.path.name} 的列 {name} 已损坏：请重新安装") from error


def write_columns(
    path: Path,
    *,
    header: Mapping[str, Any],
    columns: Mapping[str, Sequence[str]],
    arrays: Mapping[str, NDArray[Any]] | None = None,
) -> None:
    """Write a column file; string columns may have different lengths, no string may hold a newline.

    Raises:
        ValueError: a string holds a newline.
    """
    for name, values in columns.items():
        for value in values:
            if "\n" in value:
                raise ValueError(f"column {name} holds a newline in {value!r}")
    rows = {name: len(values) for name, values in columns.items()}
    full_header = {"format": FORMAT_VERSION, **header, "rows": rows}
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written beside and moved into place: a program that loads meanwhile sees the old file or the new, never half.
    fresh = path.with_suffix(f".{os.getpid()}.tmp")
    with zipfile.ZipFile(fresh, "w") as archive:
        _put(archive, "header.json", json.dumps(full_header, ensure_ascii=False, sort_keys=True).encode())
        for name, values in columns.items():
            _put(archive, f"{name}.txt", "\n".join(values).encode())
        for name, array in (arrays or {}).items():
            buffer = io.BytesIO()
            np.save(buffer, array, allow_pickle=False)
            _put(archive, f"{name}.npy", buffer.getvalue())
    fresh.replace(path)


def _put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, data, compresslevel=9)


def read_columns(path: Path) -> ColumnFile:
    """Open a column file; its bytes are read at once, the zip's own check sums guard every column.

    Raises:
        ArtefactError: the file is missing, damaged, or of another format version.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
        header = json.loads(archive.read("header.json"))
    except FileNotFoundError:
        raise ArtefactError(f"缺少文件 {path.name}：请重新安装") from None
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, OSError) as error:
        raise ArtefactError(f"文件 {path.name} 已损坏（{type(error).__name__}）：请重新安装") from error
    if header.get("format") != FORMAT_VERSION:
        raise ArtefactError(
            f"文件 {path.name} 的格式版本是 {header.get('format')}，本软件需要 {FORMAT_VERSION}：请重新安装"
        )
    return ColumnFile(path=path, header=header, archive=archive)
