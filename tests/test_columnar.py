"""Column files: compact, the same bytes for the same table, and damage is named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.columnar import read_columns, write_columns
from coder.errors import ArtefactError

LINES = st.lists(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=8), max_size=12)


@given(first=LINES, second=LINES)
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, first: list[str], second: list[str]) -> None:
    path = tmp_path_factory.mktemp("columns") / "t.zip"
    write_columns(path, header={"k": 1}, columns={"a": first, "b": second}, arrays={"n": np.arange(len(first))})
    table = read_columns(path)
    assert (table.strings("a"), table.strings("b"), table.header["k"]) == (first, second, 1)
    assert table.array("n").tolist() == list(range(len(first)))


def test_the_same_table_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        write_columns(tmp_path / name, header={"x": 1}, columns={"c": ["甲", "乙"]})
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "b.zip"]


def test_a_newline_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="newline"):
        write_columns(tmp_path / "t.zip", header={}, columns={"c": ["a\nb"]})


def test_missing_damaged_and_foreign_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match=r"缺少文件 none\.zip"):
        read_columns(tmp_path / "none.zip")
    path = tmp_path / "t.zip"
    write_columns(path, header={}, columns={"c": ["甲" * 500]})
    good = path.read_bytes()
    path.write_bytes(good[:100])
    with pytest.raises(ArtefactError, match=r"t\.zip 已损坏"):
        read_columns(path)
    path.write_bytes(good)
    with pytest.raises(ArtefactError, match="缺少列 d"):
        read_columns(path).strings("d")


def test_one_damaged_byte_of_a_column_is_found(tmp_path: Path) -> None:
    path = tmp_path / "t.zip"
    write_columns(path, header={}, columns={"c": [str(number) for number in range(2_000)]})
    data = bytearray(path.read_bytes())
    place = data.index(b"c.txt") + 600
    data[place] ^= 0xFF
    path.write_bytes(bytes(data))
    with pytest.raises(ArtefactError, match="已损坏"):
        read_columns(path).strings("c")
