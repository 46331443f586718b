"""Weight tables: shipped examples and a payer's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from coder.errors import InputError, TableError
from coder.group import Case, load_scheme
from coder.group.weights import read_weights, shipped_weights

HEADER = "年份\t地区\tDRG编码\t权重\n"


def write(folder: Path, text: str) -> Path:
    path = folder / "w.tsv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_of_one_locality_needs_no_name(tmp_path: Path) -> None:
    table = read_weights(write(tmp_path, "drg\tRW\nFV25\t0.61\n"))
    grouping = load_scheme("chs-drg-1.1").with_options(weights=table).group(Case(principal="I10.x05"))
    assert grouping.weight == 0.61


def test_several_localities_must_be_chosen_from(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER + "2023\t甲市\tFV25\t0.6\n2024\t甲市\tFV25\t0.7\n")
    assert read_weights(path, locality="甲市-2024").weights == {"FV25": 0.7}
    with pytest.raises(InputError, match="甲市-2023、甲市-2024"):
        read_weights(path)
    with pytest.raises(InputError, match="没有地区 乙市"):
        read_weights(path, locality="乙市")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("2024\t甲\tFV25\tx\n", "第 2 行 列「权重」"),
        ("2024\t甲\tFV25\t1\n2024\t甲\tFV25\t2\n", "重复"),
        ("", "没有数据行"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, rows: str, message: str) -> None:
    with pytest.raises(TableError, match=message):
        read_weights(write(tmp_path, HEADER + rows))


def test_shipped_tables_are_named_by_locality_and_year() -> None:
    assert {"哈尔滨-2024", "乐山-2023"} <= shipped_weights().keys()
    assert not shipped_weights()["哈尔滨-2024"].fits(load_scheme("chs-drg-1.1").drgs)
