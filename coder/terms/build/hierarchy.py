"""Compiles the headings above codes: chapters, blocks, categories, subcategories."""

from __future__ import annotations

import csv
from pathlib import Path

from coder.columnar import write_columns
from coder.errors import TableError
from coder.terms.registry import HierarchyEntry

_LEVELS = {"1": "chapter", "2": "block"}


def compile_hierarchy(kind: str, entry: HierarchyEntry, tables: Path, folder: Path) -> int:
    """Write ``hierarchy-KIND.zip``; returns the number of headings."""
    found: dict[tuple[str, str], str] = {}
    if entry.chapters_and_blocks:
        for row in _rows(tables / entry.chapters_and_blocks, ("from", "to", "level", "name")):
            if row["level"] in _LEVELS:
                found[(_LEVELS[row["level"]], f"{row['from']}-{row['to']}")] = row["name"]
    if entry.categories:
        for row in _rows(tables / entry.categories, ("code", "name")):
            found[("category", row["code"])] = row["name"]
    for row in _rows(tables / entry.subcategories_from, ("cat3", "cat3_name", "cat4", "cat4_name")):
        for level, column in (("category", "cat3"), ("subcategory", "cat4")):
            code, name = row[column], row[f"{column}_name"]
            if code and name:
                found.setdefault((level, code), name)
    write_columns(
        folder / f"hierarchy-{kind}.zip",
        header={"kind": kind, "category_length": 3 if kind == "icd10" else 4},
        columns={
            "level": [level for level, _ in found],
            "code": [code for _, code in found],
            "name": list(found.values()),
        },
    )
    return len(found)


def _rows(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    if not path.is_file():
        raise TableError(f"找不到文件 {path.name}：--tables 应指向官方表所在的文件夹")
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
        missing = [name for name in columns if name not in (reader.fieldnames or ())]
        if missing:
            raise TableError(f"{path.name} 第 1 行缺少列 {'、'.join(missing)}")
        return list(reader)
