"""Files in, files out: layouts, encodings, bad rows, and columns that agree with single cases."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest

from coder.errors import InputError
from coder.group import load_scheme
from coder.group.batch import DrgFileGrouper, group_file
from coder.group.chunks import CsvPieces
from coder.group.external import GROUPER_FIELDS, to_grouper_line
from coder.group.layout import match_layout
from coder.group.vector import ColumnGrouper, case_of
from eval.group_agreement import maker

SCHEME = load_scheme("chs-drg-1.1")
FAST = DrgFileGrouper(SCHEME, trail=False)
GROUPER_HEADER = ",".join(GROUPER_FIELDS)
GOOD = "1,1,30,,,0303,5,1,K35.800x001,47.0100"


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write(folder: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = folder / "in.csv"
    path.write_bytes("\n".join(lines).encode(encoding) + b"\n")
    return path


def test_grouper_records_get_their_groups(tmp_path: Path) -> None:
    source = write(tmp_path, GROUPER_HEADER, GOOD, "2,2,0,3,1400,,,,P07.300x001,")
    report = group_file(DrgFileGrouper(SCHEME, trail=True), source, tmp_path / "out.csv")
    rows = read(tmp_path / "out.csv")
    assert [row["drg"] for row in rows] == ["GD25", "PS15"]
    assert rows[0]["zdList"] == "K35.800x001"
    assert rows[0]["trail"].startswith("符合MDCG")
    assert report.rows == 2
    assert report.reject_file is None
    assert report.statuses == {"分组成功": 2}


def test_a_name_that_the_file_uses_is_not_taken(tmp_path: Path) -> None:
    group_file(FAST, write(tmp_path, GROUPER_HEADER, GOOD), tmp_path / "out.csv")
    row = read(tmp_path / "out.csv")[0]
    assert row["weight"] == ""
    assert row["group_weight"] == ""


def test_front_page_columns_in_gb18030_with_unknown_columns_kept(tmp_path: Path) -> None:
    source = write(
        tmp_path,
        "病案号,性别,a14,主要诊断编码,C06x02C,C06x01C,C14x01C,主管医师",
        "7,男,65,J18.900,E87.600,J15.900,,张某",
        encoding="gb18030",
    )
    group_file(FAST, source, tmp_path / "out.csv")
    row = read(tmp_path / "out.csv")[0]
    assert row["drg"] == "ES33"
    assert row["主管医师"] == "张某"


def test_an_empty_principal_is_a_status_not_a_shift_of_columns(tmp_path: Path) -> None:
    source = write(tmp_path, "A12C,A14,C03C,C06x01C", "1,50,,J18.900")
    group_file(FAST, source, tmp_path / "out.csv")
    assert read(tmp_path / "out.csv")[0]["status"] == "信息校验不通过"


def test_bad_rows_go_to_the_reject_file_and_the_rest_goes_on(tmp_path: Path) -> None:
    source = write(
        tmp_path,
        GROUPER_HEADER,
        GOOD,
        "2,1,abc,,,,,,I10.x05,",
        "3,5,40,,,,,,I10.x05,",
        "4,1,40",
        "5,1,-1,,,,,,I10.x05,",
        "",
        '6,2,40,,,"内科,一区",,,I10.x05,',
    )
    report = group_file(FAST, source, tmp_path / "out.csv")
    assert [row["Index"] for row in read(tmp_path / "out.csv")] == ["1", "6"]
    assert report.reject_file is not None
    rejects = read(report.reject_file)
    assert [(row["行号"], row["原因"]) for row in rejects] == [
        ("3", "列 age 应为不小于 0 的数"),
        ("4", "列 gender 应为 1（男）或 2（女）"),
        ("5", "列数不符：应有 10 列，实有 3 列"),
        ("6", "列 age 应为不小于 0 的数"),
    ]
    assert report.rows + report.rejected == 6


def test_a_line_in_another_encoding_is_rejected_alone(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    lines = [GROUPER_HEADER, GOOD.replace("0303", "内科"), GOOD.replace("0303", "外科")]
    path.write_bytes(b"\n".join([*(line.encode() for line in lines), b"9,1,30,,,\xff\xfe,,,I10.x05,"]) + b"\n")
    report = group_file(FAST, path, tmp_path / "out.csv")
    assert (report.rows, report.rejected) == (2, 1)


def test_a_quote_that_is_never_closed_is_rejected(tmp_path: Path) -> None:
    report = group_file(FAST, write(tmp_path, GROUPER_HEADER, GOOD, '2,1,30,,,"x,,,I10.x05,'), tmp_path / "out.csv")
    assert (report.rows, report.rejected) == (1, 1)


def test_rows_are_the_same_however_small_the_pieces(tmp_path: Path) -> None:
    cases = list(maker(SCHEME, seed=5).cases(400))
    source = write(tmp_path, GROUPER_HEADER, *(to_grouper_line(case) for case in cases))
    group_file(FAST, source, tmp_path / "one.csv")
    group_file(FAST, source, tmp_path / "many.csv", piece_bytes=700)
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "many.csv").read_bytes()
    assert [row["drg"] for row in read(tmp_path / "one.csv")] == [SCHEME.run(case).drg for case in cases]


def test_columns_agree_with_single_cases_whatever_is_missing() -> None:
    people = [("male", 40, None, None), (None, 0, 3, None), ("female", None, 5, 1400), ("female", 0, None, 2000)]
    codes = [["J18.900", "J15.900", "", "X"], [""], ["P07.300x001", "J96.000"], ["I10.x00x032"], ["N40.x00"], ["Zz"]]
    procedures = [[""], ["51.2200"], ["", "51.2200"], ["99.zz"], ["96.7201", "31.1x00"]]
    rows = [(dx, px, person) for dx in codes for px in procedures for person in people]
    frame = ColumnGrouper(SCHEME).group(
        diagnoses=pl.Series([dx for dx, _, _ in rows]),
        procedures=pl.Series([px for _, px, _ in rows]),
        patients=pl.DataFrame(
            [person for _, _, person in rows],
            schema=["sex", "age_years", "age_days", "birth_weight_g"],
            orient="row",
        ),
    )
    for (dx, px, person), answer in zip(rows, frame.iter_rows(), strict=True):
        result = SCHEME.run(case_of(dx, px, person))
        assert answer == (result.status.value, result.mdc, result.adrg, result.drg, result.weight)


def test_a_file_without_a_principal_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="主要诊断"):
        group_file(FAST, write(tmp_path, "a,b", "1,2"), tmp_path / "out.csv")


def test_a_file_is_never_written_over_itself(tmp_path: Path) -> None:
    source = write(tmp_path, GROUPER_HEADER, GOOD)
    with pytest.raises(InputError, match="输出文件与输入文件相同"):
        group_file(FAST, source, source)


@pytest.mark.parametrize("content", [b"", b"\n"])
def test_an_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "in.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match="空的"):
        CsvPieces(path)


def test_doubled_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="多次"):
        CsvPieces(write(tmp_path, "a,a", "1,2"))


def test_a_header_alone_gives_an_empty_output(tmp_path: Path) -> None:
    report = group_file(FAST, write(tmp_path, GROUPER_HEADER), tmp_path / "out.csv")
    assert report.rows == 0
    assert (tmp_path / "out.csv").read_text(encoding="utf-8").startswith("Index,gender")


def test_first_of_two_columns_for_one_fact_counts() -> None:
    assert match_layout(["性别", "A12C", "C03C"]).single["sex"] == "性别"
