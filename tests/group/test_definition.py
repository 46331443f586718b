"""Schemes as files: read, checked, compiled, compared, built from lists."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from coder.errors import ArtefactError, TableError
from coder.group import Case, Scheme, load_scheme, scheme_names
from coder.group.build import build_scheme
from coder.group.compiled import definition_of, read_scheme, write_scheme
from coder.group.definition import SchemeDefinition, parse_definition, read_definition
from coder.group.diff import diff
from coder.group.lists import lists_of
from coder.group.validate import validate


def compiled(definition: SchemeDefinition, folder: Path) -> Scheme:
    path = folder / "scheme.zip"
    write_scheme(path, definition, known_diagnoses=["I10.x05"], known_procedures=["96.0800x005"])
    return Scheme(read_scheme(path))


def write_lists(folder: Path, lists: dict[str, list[list[str]]]) -> Path:
    folder.mkdir(exist_ok=True)
    for stem, rows in lists.items():
        with (folder / f"{stem}.csv").open("w", encoding="gb18030", newline="") as stream:
            csv.writer(stream).writerows(rows)
    return folder


def test_compiled_form_holds_exactly_the_definition(tiny: SchemeDefinition, tmp_path: Path) -> None:
    assert definition_of(compiled(tiny, tmp_path).compiled) == tiny


def test_same_definition_gives_the_same_bytes(tiny: SchemeDefinition, tmp_path: Path) -> None:
    compiled(tiny, tmp_path)
    first = (tmp_path / "scheme.zip").read_bytes()
    compiled(tiny, tmp_path)
    assert (tmp_path / "scheme.zip").read_bytes() == first


@pytest.mark.parametrize(
    ("case", "drg"),
    [
        (Case(principal="K29.700"), "GZ15"),
        (Case(principal="K29.700", others=("E87.600",)), "GZ13"),
        (Case(principal="K29.700", others=("J96.000",)), "GZ15"),
        (Case(principal="K35.800x001", others=("E87.600", "J96.000")), "GZ11"),
        (Case(principal="K35.800x001", procedures=("47.0100",)), "GD29"),
        (Case(principal="K35.800x001", procedures=("51.2200", "47.0100")), "GJ19"),
        (Case(principal="K35.800x001", procedures=("96.0800x005", "47.0100")), "GZ15"),
        (Case(principal="S06.000", others=("S27.301",)), "ZZ19"),
        (Case(principal="S06.000"), "0000"),
        (Case(principal="I10.x05"), "0000"),
    ],
)
def test_a_small_scheme_groups_as_it_reads(tiny: SchemeDefinition, tmp_path: Path, case: Case, drg: str) -> None:
    assert compiled(tiny, tmp_path).run(case).drg == drg


def test_an_adrg_without_a_group_for_the_severity_says_so(tiny_json: dict[str, Any], tmp_path: Path) -> None:
    tiny_json["drgs"] = [drg for drg in tiny_json["drgs"] if drg["drg"] != "GZ15"]
    result = compiled(parse_definition(tiny_json, origin="t"), tmp_path).run(Case(principal="K29.700"))
    assert result.status.value == "无法入组"
    assert "GZ1没有与none相应的DRG" in result.trail[-1]


def test_a_wrong_scheme_file_names_the_place(tiny_json: dict[str, Any], tmp_path: Path) -> None:
    tiny_json["adrg_rules"][0]["when"] = {"main_operation": "appendix"}
    path = tmp_path / "s.json"
    path.write_text(json.dumps(tiny_json), encoding="utf-8")
    with pytest.raises(TableError, match=r"adrg_rules\.0\.when\.main_operation"):
        read_definition(path)


@pytest.mark.parametrize("text", ["", "[]", "{"])
def test_what_is_no_scheme_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "s.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TableError, match=r"s\.json"):
        read_definition(path)


def test_another_column_file_is_no_scheme() -> None:
    from coder.artefacts import artefact_path

    with pytest.raises(ArtefactError, match="不是编译好的"):
        read_scheme(artefact_path("schemes/weights/localities.zip"))


def checks(definition: SchemeDefinition) -> set[str]:
    return {issue.check for issue in validate(definition) if issue.level == "error"}


def test_shipped_schemes_have_no_errors() -> None:
    for name in scheme_names():
        assert not checks(definition_of(load_scheme(name).compiled))


def test_validator_knows_the_unreachable_group_of_the_first_edition() -> None:
    issues = validate(definition_of(load_scheme("chs-drg-1.0").compiled))
    assert [issue.codes for issue in issues if issue.check == "unreachable"] == [("YR2",)]


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ({"drgs": []}, "adrg-without-drg"),
        ({"sets": {"g": [], "appendix": ["47.0100"]}}, "empty-set"),
        ({"sets": {"g": ["K29.700"]}}, "missing-set"),
        ({"cc": {"J96.000": 8}}, "cc-and-mcc"),
    ],
)
def test_validator_finds_what_breaks_grouping(tiny_json: dict[str, Any], change: dict[str, Any], check: str) -> None:
    assert check in checks(parse_definition(tiny_json | change, origin="t"))


def test_validator_finds_shadowed_rules_and_unknown_codes(tiny_json: dict[str, Any]) -> None:
    tiny_json["sets"]["again"] = ["47.0100"]
    tiny_json["adrg_rules"].insert(1, {"adrg": "GD3", "mdc": "G", "name": "重复", "when": {"main_procedure": "again"}})
    tiny_json["sets"]["g"].append("K99.999")
    found = {issue.check: issue.codes for issue in validate(parse_definition(tiny_json, origin="t"))}
    assert found["unreachable"] == ("GD3",)
    assert found["unknown-code"] == ("K99.999",)


def test_diff_counts_only_what_changes(tiny: SchemeDefinition, tiny_json: dict[str, Any]) -> None:
    tiny_json["sets"]["appendix"].append("47.0901")
    tiny_json["cc"]["J96.000"] = tiny_json["mcc"].pop("J96.000")
    tiny_json["drgs"][0]["name"] = "阑尾切除手术"
    tiny_json["sets"]["renamed"] = tiny_json["sets"].pop("g")
    tiny_json["mdcs"][0]["when"] = {"principal_diagnosis": "renamed"}
    tiny_json["adrg_rules"][2]["when"] = {"principal_diagnosis": "renamed"}
    found = {item.kind: item.items for item in diff(tiny, parse_definition(tiny_json, origin="t"))}
    assert found == {
        "改名的DRG": ("GD29 阑尾切除 → 阑尾切除手术",),
        "入组规则改变的ADRG": ("GD2 列表增加1个编码、减少0个编码",),
        "CC与MCC改变的诊断": ("J96.000 MCC → CC",),
    }


def test_lists_of_a_scheme_build_the_same_scheme(tiny: SchemeDefinition, tmp_path: Path) -> None:
    result = build_scheme(write_lists(tmp_path / "lists", lists_of(tiny)), name="tiny", edition="测试方案", base=tiny)
    assert result.kept == ()
    assert diff(tiny, result.definition) == []
    assert result.definition.scheme == "tiny"


@pytest.mark.slow
def test_lists_of_a_national_scheme_build_the_same_scheme(tmp_path: Path) -> None:
    whole = definition_of(load_scheme("chs-drg-1.2draft").compiled)
    result = build_scheme(write_lists(tmp_path / "lists", lists_of(whole)), name="x", edition="y", base=whole)
    assert diff(whole, result.definition) == []


def workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_a_city_s_workbook_adds_groups_weights_and_rates(tiny: SchemeDefinition, tmp_path: Path) -> None:
    source = workbook(
        tmp_path / "city.xlsx",
        {
            "说明": [["某市 2024"]],
            "附件2 ADRG表": [
                ["某市核心组"],
                ["ADRG 编码", "ADRG名称", "类型", "诊断编码"],
                ["GA1", "双手术", "手术1", "47.0100"],
                ["GA1", "双手术", "手术2", "51.2200"],
                ["GD2", "", "", "47.0100"],
                ["GZ1", "", "主要诊断", "K29.700"],
                ["GZ1", "", "主要诊断", "K35.800x001"],
            ],
            "附件3 DRG目录": [
                ["DRG编码", "DRG名称", "权重"],
                ["GA19", "双手术", 2.5],
                ["GD29", "阑尾切除", 1.1],
                ["GJ19", "其他手术", 1.0],
                ["GZ15", "其他", 0.5],
                ["ZZ19", "创伤", 0.9],
            ],
            "费率": [["名称", "费率"], ["三级", 11000]],
        },
    )
    result = build_scheme(source, name="city", edition="某市 2024", base=tiny, ambiguous="main")
    assert result.ignored == ("city.xlsx!说明",)
    assert set(result.kept) == {"mdc", "mcc", "exclusion", "valid_procedures"}
    scheme = compiled(result.definition, tmp_path)
    both = scheme.run(Case(principal="K29.700", procedures=("51.2200", "47.0100")))
    assert (both.drg, both.weight) == ("GA19", 2.5)
    assert scheme.run(Case(principal="K29.700", procedures=("51.2200",))).drg == "GJ19"
    assert scheme.rates == {"三级": 11000}
    assert not checks(result.definition)


@pytest.mark.parametrize(
    ("title", "rows", "place"),
    [
        ("DRG目录", [["DRG编码", "DRG名称"], ["GD2X", "x"]], r"city\.xlsx!DRG目录 第 2 行 列「DRG编码」"),
        ("DRG目录", [["DRG编码", "DRG名称"], ["GD29", ""]], r"第 2 行 列「DRG名称」：不能为空"),
        ("CC列表", [["编码", "排除表号"], ["E87.600", "甲"]], r"CC列表 第 2 行 列「排除表号」"),
        ("CC列表", [["编码", "排除表号"], ["E87.600", 1], ["E87.600", 2]], r"第 3 行 列「编码」：E87\.600 重复"),
        ("权重", [["DRG编码", "权重"], ["GD29", "一"]], r"权重 第 2 行 列「权重」"),
        ("MDC主诊表", [["MDC名称"], ["x"]], "表头缺少列"),
        ("ADRG表", [["ADRG编码", "编码", "类型"], ["GD2", "47.0100", "什么"]], r"列「类型」：不认识 什么"),
    ],
)
def test_a_wrong_list_names_sheet_row_and_column(
    tiny: SchemeDefinition, tmp_path: Path, title: str, rows: list[list[object]], place: str
) -> None:
    source = workbook(tmp_path / "city.xlsx", {title: rows})
    with pytest.raises(TableError, match=place):
        build_scheme(source, name="city", edition="e", base=tiny)


def test_a_folder_without_lists_is_refused(tiny: SchemeDefinition, tmp_path: Path) -> None:
    with pytest.raises(TableError, match="没有找到任何分组方案列表"):
        build_scheme(tmp_path, name="city", edition="e", base=tiny)
