"""Compiles one code system: its concepts, flags, aliases and pinyin initials."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from coder.columnar import write_columns
from coder.errors import TableError
from coder.terms.build.clean import clean_code, clean_name, is_code, is_placeholder
from coder.terms.build.initials import pinyin_initials
from coder.terms.build.reader import Row
from coder.terms.build.report import BuildReport
from coder.terms.keys import name_key, split_dagger
from coder.terms.registry import HeadingRule, SystemEntry, registry
from coder.terms.system import ALIAS_KINDS, GRAY, HEADING, UNCONFIRMED_NAME

_TRUE = {"1", "是", "y", "yes", "true", "√"}
_CATEGORY_WITH_POINT = 5
_BARE = 3


@dataclass(slots=True)
class Draft:
    """A code system while it is being compiled."""

    entry: SystemEntry
    codes: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    flags: list[int] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    aliases: dict[tuple[int, str], tuple[str, str]] = field(default_factory=dict)

    def add_alias(self, row: int, text: str, kind: str) -> bool:
        """Add another name of a row unless it is known there already."""
        key = name_key(text)
        if not key or key == name_key(self.names[row]) or (row, key) in self.aliases:
            return False
        self.aliases[(row, key)] = (text, kind)
        return True


def draft_system(entry: SystemEntry, rows: Sequence[Row], report: BuildReport) -> Draft:
    """Read and check the concepts of a system.

    Raises:
        TableError: a row has no code, or the table has no usable row.
    """
    draft = Draft(entry)
    for row in rows:
        _take_row(draft, row, report)
    if not draft.codes:
        raise TableError(f"{entry.file}：没有可用的数据行，请检查文件内容")
    parents = {row["parent"] for row in rows if row["parent"]}
    for index, is_heading in enumerate(_headings(draft, entry.headings, parents)):
        if is_heading:
            draft.flags[index] |= HEADING
            report.note("heading")
    report.note("rows", count=len(draft.codes))
    report.note("dagger_asterisk", count=sum(split_dagger(code)[1] is not None for code in draft.codes))
    report.note("gray", count=sum(bool(flags & GRAY) for flags in draft.flags))
    return draft


def _take_row(draft: Draft, row: Row, report: BuildReport) -> None:
    if not row["code"].strip():
        raise TableError(f"{row.where}、「编码」列为空：请补全或删除该行")
    if is_placeholder(row["code"]) or row["code"] == row["name"]:
        report.note("placeholder_code", row["name"])
        return
    code = clean_code(row["code"], report)
    if not is_code(code):
        raise TableError(f"{row.where}、「编码」列的「{code[:20]}」不是编码：请检查列是否对错位")
    name = clean_name(row["name"], report)
    if not name:
        report.note("empty_name", code)
        return
    known = draft.rows.get(code)
    if known is not None:
        if name_key(draft.names[known]) == name_key(name):
            report.note("duplicate_row", code)
        else:
            draft.add_alias(known, name, "same-code")
            report.note("same_code_other_name", code)
        return
    index = len(draft.codes)
    draft.rows[code] = index
    draft.codes.append(code)
    draft.names.append(name)
    flags = GRAY if row["is_gray"].strip().lower() in _TRUE else 0
    if row["name_confirmed"] == "0":
        flags |= UNCONFIRMED_NAME
        report.note("name_unconfirmed", code)
    draft.flags.append(flags)
    for alias in row["aliases"].split("|"):
        if alias.strip():
            draft.add_alias(index, alias.strip(), "standard")


def _headings(draft: Draft, rule: HeadingRule, parents: set[str]) -> Iterable[bool]:
    if rule == "none":
        return [False] * len(draft.codes)
    if rule == "bare":
        return [len(code) == _BARE for code in draft.codes]
    if rule == "parents":
        suffixes = registry().heading_suffixes
        return [
            (code in parents and name.endswith(suffixes)) or "." not in code
            for code, name in zip(draft.codes, draft.names, strict=True)
        ]
    stems = [code.rstrip("+*").replace("-", "") for code in draft.codes]
    longest = _CATEGORY_WITH_POINT if rule == "icd10" else len("00.0")
    inner = {stem[:length] for stem in stems for length in range(2, min(len(stem), longest + 1))}
    return [len(stem) <= longest and stem in inner for stem in stems]


def write_system(draft: Draft, folder: Path, report: BuildReport) -> Path:
    """Write the compiled form; returns its path."""
    entry = draft.entry
    alias_rows = [row for row, _ in draft.aliases]
    alias_texts = [text for text, _ in draft.aliases.values()]
    alias_kinds = [ALIAS_KINDS.index(kind) for _, kind in draft.aliases.values()]
    report.note("alias", count=len(alias_texts))
    path = folder / f"{entry.name}.zip"
    write_columns(
        path,
        header={
            "name": entry.name,
            "title": entry.title,
            "edition": entry.edition,
            "kind": entry.kind,
            "source": entry.file,
            "report": {kind: count for kind, count in sorted(report.counts.items()) if count},
        },
        columns={
            "code": draft.codes,
            "name": draft.names,
            "alias": alias_texts,
            "initials": [pinyin_initials(text) for text in [*draft.names, *alias_texts]],
        },
        arrays={
            "flags": np.array(draft.flags, np.uint8),
            "alias_row": np.array(alias_rows, np.int32),
            "alias_kind": np.array(alias_kinds, np.uint8),
        },
    )
    return path
