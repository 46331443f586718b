"""A DIP catalogue: which combinations of diagnosis category and procedures are groups, and their scores."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from coder.errors import InputError, TableError
from coder.group.tabular import TableRow, read_table, vocabulary

EntryKind = Literal["核心", "综合"]
Factors = Mapping[str, Mapping[str, float]]

AUXILIARY_LISTS: Final = ("severity", "age", "los")
_COLUMNS: Final = (
    "病种编码",
    "病种名称",
    "病种类型",
    "主要诊断类目",
    "手术操作",
    "分值",
    "例数",
    "次均费用",
    "辅助目录",
    "分层",
    "系数",
)


@dataclass(frozen=True, slots=True)
class DipEntry:
    """One group of a catalogue.

    Attributes:
        category: the diagnosis category, a prefix of the principal's code.
        procedures: every element must be met, an element by any of its codes; empty for conservative treatment. For
            a 综合 entry only whether there is any matters.
        score: points of an ordinary case.
        mean_cost: the group's mean cost, ``None`` where the catalogue does not say.
        factors: auxiliary list → stratum → factor on the score.
    """

    code: str
    name: str
    kind: EntryKind
    category: str
    procedures: tuple[frozenset[str], ...]
    score: float
    cases: int | None = None
    mean_cost: float | None = None
    factors: Factors = field(default_factory=dict)

    @property
    def operative(self) -> bool:
        """Whether procedures belong to the group."""
        return bool(self.procedures)


@dataclass(frozen=True, slots=True)
class DipCatalogue:
    """A catalogue of one city and year; the mean cost of all cases turns points into money where it is known."""

    name: str
    entries: tuple[DipEntry, ...]
    mean_cost: float | None = None


def parse_procedures(text: str) -> tuple[frozenset[str], ...]:
    """Read a catalogue's procedure cell: ``+`` joins what must all be done, ``/`` what is as good as each other.

    >>> [sorted(element) for element in parse_procedures("36.0601/36.0700x004+88.5500")]
    [['36.0601', '36.0700x004'], ['88.5500']]
    """
    elements = (element.split("/") for element in text.replace("＋", "+").split("+"))
    sets = (frozenset(code.strip() for code in codes if code.strip()) for codes in elements)
    return tuple(codes for codes in sets if codes)


def format_procedures(procedures: Iterable[frozenset[str]]) -> str:
    """Write procedures as :func:`parse_procedures` reads them."""
    return "+".join("/".join(sorted(codes)) for codes in procedures)


def read_catalogue(path: Path, *, name: str | None = None) -> DipCatalogue:
    """Read a published catalogue (xlsx, CSV or TSV), or one that :func:`write_catalogue` wrote.

    Needed are the group's code, the diagnosis category and the score; procedures, name, kind, mean cost and rows of
    auxiliary factors are read where there are columns for them.

    Raises:
        TableError: a row is wrong; the message names the row and column.
    """
    entries: dict[str, DipEntry] = {}
    factors: dict[str, dict[str, dict[str, float]]] = {}
    for row in read_table(path, kind="dip"):
        code = row.required("dip")
        auxiliary = row.word("auxiliary", vocabulary().auxiliary_lists)
        if auxiliary:
            if code not in entries:
                raise TableError(f"{row.place('dip')}：辅助目录行之前没有病种{code}的主目录行；请调整顺序")
            factors.setdefault(code, {}).setdefault(auxiliary, {})[row.required("stratum")] = row.number("factor")
        elif code in entries:
            raise TableError(f"{row.place('dip')}：病种{code}重复出现；请删去其一")
        else:
            entries[code] = _entry(row, code, factors.setdefault(code, {}))
    if not entries:
        raise TableError(f"{path.name}：没有病种；请检查文件")
    costed = [entry for entry in entries.values() if entry.mean_cost is not None and entry.cases]
    cases = sum(entry.cases or 0 for entry in costed)
    total = sum((entry.mean_cost or 0.0) * (entry.cases or 0) for entry in costed)
    return DipCatalogue(
        name=name or path.stem, entries=tuple(entries.values()), mean_cost=total / cases if cases else None
    )


def write_catalogue(path: Path, catalogue: DipCatalogue) -> None:
    """Write a catalogue as CSV, main list and auxiliary factors in one table.

    Raises:
        InputError: the file cannot be written.
    """
    rows: list[Sequence[object]] = []
    for entry in catalogue.entries:
        cost = "" if entry.mean_cost is None else f"{entry.mean_cost:.2f}"
        cases = "" if entry.cases is None else entry.cases
        main = (entry.code, entry.name, entry.kind, entry.category, format_procedures(entry.procedures))
        rows.append((*main, f"{entry.score:.4f}", cases, cost, "", "", ""))
        for auxiliary, strata in entry.factors.items():
            word = vocabulary().auxiliary_lists[auxiliary][0]
            rows += [(entry.code, *[""] * 7, word, stratum, f"{factor:.4f}") for stratum, factor in strata.items()]
    try:
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([_COLUMNS, *rows])
    except OSError as error:
        raise InputError(f"写不了 {path.name}（{type(error).__name__}）：请检查路径与权限") from error


def _entry(row: TableRow, code: str, factors: Factors) -> DipEntry:
    procedures = parse_procedures(row.get("dip_procedures"))
    kind = row.word("dip_kind", vocabulary().dip_kinds) or "核心"
    category = row.required("category")
    return DipEntry(
        code=code,
        name=row.get("dip_name") or code,
        kind="综合" if kind == "综合" else "核心",
        category=category,
        procedures=procedures,
        score=row.number("score"),
        cases=int(row.number("cases")) if row.get("cases") else None,
        mean_cost=row.number("mean_cost") if row.get("mean_cost") else None,
        factors=factors,
    )
