"""Which column of a file holds which fact: one alias table, matched without regard to case and width.

Two families of files are known: the grouper record (``Index,gender,age,…,zdList,ssList``, lists within a field) and the
front page as HQMS sends it (one column a code), by its column codes or its Chinese names. A vendor's other name for a
column is one more line in ``data/columns.tsv``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from coder.errors import InputError, TableError

REPEATED: Final = frozenset({"other_diagnosis", "other_procedure"})
_NUMBER_MARK: Final = "{n}"


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one file by field.

    Attributes:
        single: the column that holds each fact that occurs once.
        repeated: the columns of each repeated fact, in the order of their numbers.
    """

    single: dict[str, str]
    repeated: dict[str, tuple[str, ...]]

    @property
    def all_columns(self) -> list[str]:
        """Every column that holds a known fact."""
        return [*self.single.values(), *(column for columns in self.repeated.values() for column in columns)]


def match_layout(header: Sequence[str]) -> Layout:
    """Find the known facts among a file's columns; other columns are nobody's business and stay as they are.

    Where two columns name the same fact the first one counts.

    >>> match_layout(["A48", "a12c", "A14", "C03C", "C06x02C", "C06x01C"]).repeated["other_diagnosis"]
    ('C06x01C', 'C06x02C')

    Raises:
        InputError: no column holds a principal diagnosis.
    """
    single: dict[str, str] = {}
    numbered: dict[str, list[tuple[int, str]]] = {}
    for column in header:
        found = _field_of(column)
        if found is None:
            continue
        field, number = found
        if field in REPEATED:
            numbered.setdefault(field, []).append((number, column))
        else:
            single.setdefault(field, column)
    if "diagnoses" not in single and "principal" not in single:
        raise InputError(
            "找不到主要诊断所在的列：请使用分组记录列名（zdList）、HQMS 列名（C03C）或中文列名（主要诊断编码）"
        )
    repeated = {field: tuple(column for _, column in sorted(pairs)) for field, pairs in numbered.items()}
    return Layout(single=single, repeated=repeated)


def _field_of(column: str) -> tuple[str, int] | None:
    key = _fold(column)
    exact, patterns = _aliases()
    if key in exact:
        return exact[key], 0
    for pattern, field in patterns:
        if match := pattern.fullmatch(key):
            return field, int(match[1])
    return None


@cache
def _aliases() -> tuple[dict[str, str], tuple[tuple[re.Pattern[str], str], ...]]:
    """The alias table: exact names, and patterns for numbered columns."""
    exact: dict[str, str] = {}
    patterns = []
    for field, alias in read_pairs("columns.tsv"):
        key = _fold(alias)
        if _NUMBER_MARK in key:
            before, after = key.split(_NUMBER_MARK)
            patterns.append((re.compile(rf"{re.escape(before)}(\d+){re.escape(after)}"), field))
        elif exact.setdefault(key, field) != field:
            raise TableError(f"columns.tsv：别名 {alias} 同时属于 {exact[key]} 与 {field}；请删去其一")
    return exact, tuple(patterns)


@cache
def sex_values() -> dict[str, str | None]:
    """What files write for sex; ``None`` where the value says that it is not known."""
    return {value.casefold(): sex or None for value, sex in read_pairs("sexes.tsv")}


def read_pairs(name: str) -> list[tuple[str, str]]:
    """The rows of a two-column data file of this package.

    Raises:
        TableError: a row has not two columns.
    """
    text = files("coder.group").joinpath(f"data/{name}").read_text(encoding="utf-8")
    pairs = []
    for number, line in enumerate(text.splitlines()[1:], start=2):
        left, tab, right = line.partition("\t")
        if not tab:
            raise TableError(f"{name} 第 {number} 行：应当有两列，以制表符分隔")
        pairs.append((left, right))
    return pairs


def _fold(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()
