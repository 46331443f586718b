"""Data files are validated when they load; a fault is named with its line."""

from __future__ import annotations

import pytest

from coder.errors import ArtefactError
from coder.tcm.datafile import load_tsv, load_yaml, parse_tsv
from coder.text.datafile import DataModel


class Row(DataModel):
    code: str
    rank: int


def test_rows_become_values() -> None:
    assert parse_tsv("code\trank\nA\t1\nB\t2\n", Row, label="x") == (Row(code="A", rank=1), Row(code="B", rank=2))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("code\nA\n", "数据文件 x 的表头应为 code、rank"),
        ("code\trank\nA\n", "数据文件 x 第 2 行有 1 列，应为 2 列"),
        ("code\trank\nA\t1\nB\tzwei\n", "数据文件 x 第 3 行 rank：应为整数"),
    ],
)
def test_a_fault_is_named_with_its_place(text: str, message: str) -> None:
    with pytest.raises(ArtefactError) as caught:
        parse_tsv(text, Row, label="x")
    assert str(caught.value) == message


def test_a_missing_file_is_named() -> None:
    with pytest.raises(ArtefactError, match=r"缺少数据文件 coder/tcm/data/no\.tsv"):
        load_tsv("no.tsv", Row)


def test_a_yaml_against_its_schema_is_refused() -> None:
    with pytest.raises(ArtefactError, match=r"items\.yaml 不合规"):
        load_yaml("items.yaml", Row)
