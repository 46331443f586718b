"""The build: official tables as they come, mended and reported; wrong files refused by file, sheet, row and column."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from coder.columnar import read_columns
from coder.errors import TableError
from coder.terms.build import build_own_system
from coder.terms.build.reader import read_rows
from coder.terms.system import CodeSystem


def csv_file(folder: Path, text: str, *, encoding: str = "utf-8", name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def xlsx_file(folder: Path, sheets: dict[str, list[list[object]]]) -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    path = folder / "table.xlsx"
    book.save(path)
    return path


def built(source: Path, folder: Path) -> tuple[CodeSystem, dict[str, int]]:
    report = build_own_system("icd10-nhsa-2.0", source, folder)
    return CodeSystem(read_columns(folder / "icd10-nhsa-2.0.zip")), dict(report.counts)


def test_slips_in_codes_are_mended_and_counted(tmp_path: Path) -> None:
    source = csv_file(
        tmp_path,
        "诊断代码,诊断名称\nI1O.x05,高血压3级\nI10.×04,高血压2级\nＩ１０.x03,高血压1级\nA0l.000,伤寒\n",
    )
    system, counts = built(source, tmp_path)
    assert system.codes == ["I10.x05", "I10.x04", "I10.x03", "A01.000"]
    assert counts["code_letter_for_digit"] == 2
    assert counts["code_times_sign"] == 1
    assert counts["code_width"] == 2  # full width, and the small letter that was a digit


def test_duplicates_are_merged_and_other_names_become_aliases(tmp_path: Path) -> None:
    source = csv_file(tmp_path, "编码,名称\nA01.000,伤寒\nA01.000,伤寒\nA01.000,伤寒（肠热病）\nA01.100,\n")
    system, counts = built(source, tmp_path)
    assert system.codes == ["A01.000"]
    assert system.aliases("A01.000") == ("伤寒（肠热病）",)
    assert (counts["duplicate_row"], counts["same_code_other_name"], counts["empty_name"]) == (1, 1, 1)


def test_an_xlsx_with_a_title_row_and_another_sheet_is_read(tmp_path: Path) -> None:
    source = xlsx_file(
        tmp_path,
        {
            "说明": [["某医院编码库"]],
            "诊断": [["某医院诊断编码库"], ["医保编码", "医保名称", "灰码"], ["A01.000", "伤寒", "是"]],
        },
    )
    system, counts = built(source, tmp_path)
    assert system.concept("A01.000").is_gray
    assert counts["gray"] == 1


def test_gb18030_and_tabs_are_read(tmp_path: Path) -> None:
    source = csv_file(tmp_path, "编码\t名称\nA01.000\t伤寒\n", encoding="gb18030", name="t.txt")
    assert built(source, tmp_path)[0].names == ["伤寒"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("序号,备注\n1,x\n", "找不到所需的列.*第 1 行的列名是「序号、备注」"),
        ("编码,名称\n,伤寒\n", "第 2 行、「编码」列为空"),
        ("编码,名称\n伤寒,A01.000\n", "第 2 行、「编码」列的「伤寒」不是编码"),
        ("编码,名称\n", "没有可用的数据行"),
        ("", "没有工作表|找不到所需的列"),
        ('编码,名称\n"A01.000,伤寒\n', "CSV 格式错误|不是编码|没有可用的数据行"),
    ],
)
def test_wrong_tables_are_refused_by_row_and_column(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(TableError, match=message):
        build_own_system("icd10-nhsa-2.0", csv_file(tmp_path, text), tmp_path)


def test_the_sheet_is_named(tmp_path: Path) -> None:
    source = xlsx_file(tmp_path, {"手术": [["编码", "名称"], [None, "缝合"]]})
    with pytest.raises(TableError, match="工作表「手术」 第 2 行、「编码」列为空"):
        build_own_system("icd10-nhsa-2.0", source, tmp_path)


@pytest.mark.parametrize(("name", "data"), [("t.xlsx", b"no zip"), ("t.csv", b"\x00\x01\x02"), ("t.pdf", b"%PDF")])
def test_files_that_are_no_tables_are_refused(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(TableError, match=name):
        read_rows(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"找不到文件 none\.csv"):
        read_rows(tmp_path / "none.csv")
