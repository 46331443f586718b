"""Weight tables: what each DRG of a locality counts. A weight belongs to one locality and one edition of a scheme.

The national schemes carry no weights. The tables shipped with the software are examples of localities for trying things
out; a payer's own table is given as a file. A shipped table is used by default only where it fits the scheme, that is
where every DRG of the table is one of the scheme.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from coder.artefacts import artefact_path
from coder.columnar import read_columns, write_columns
from coder.errors import InputError, TableError
from coder.group.tabular import TableRows, read_table

_SHIPPED: Final = "schemes/weights/localities.zip"


@dataclass(frozen=True, slots=True)
class WeightTable:
    """The weights of one locality and year.

    >>> table = WeightTable(name="某市-2024", weights={"GD25": 0.8, "XX99": 1.0})
    >>> table.coverage({"GD25", "GD29"}), table.fits({"GD25", "GD29"})
    (0.5, False)
    """

    name: str
    weights: Mapping[str, float]

    def coverage(self, drgs: Collection[str]) -> float:
        """The share of a scheme's DRGs that have a weight here."""
        return sum(drg in self.weights for drg in drgs) / len(drgs) if drgs else 0.0

    def fits(self, drgs: Collection[str]) -> bool:
        """Whether the table was made for these DRGs: it names no other."""
        return all(drg in drgs for drg in self.weights)


def read_weights(path: Path, *, locality: str | None = None) -> WeightTable:
    """Read a weight table from a TSV, CSV or xlsx file with columns for DRG and weight.

    Args:
        path: the file; columns are found by their usual names (``drg``/``DRG编码``, ``weight``/``权重``/``RW``).
        locality: which locality to take where the file has several (a column ``locality``/``地区``, followed by the
            year where there is a column ``year``: 乐山-2023).

    Raises:
        InputError: the file cannot be read, or holds several localities and none is named.
        TableError: a row is wrong; the message names the row and column.
    """
    rows = read_table(path, kind="weights")
    tables = _by_locality(rows, default=path.stem)
    if locality is None:
        if len(tables) > 1:
            raise InputError(f"{path.name} 含多个地区（{'、'.join(tables)}）：请用 --locality 指明其一")
        name = next(iter(tables))
    elif locality in tables:
        name = locality
    else:
        raise InputError(f"{path.name} 没有地区 {locality}，可用的有：{'、'.join(tables)}")
    return WeightTable(name=name, weights=tables[name])


def _by_locality(rows: TableRows, *, default: str) -> dict[str, dict[str, float]]:
    tables: dict[str, dict[str, float]] = {}
    for row in rows:
        name = "-".join(part for part in (row.get("locality"), row.get("year")) if part) or default
        table = tables.setdefault(name, {})
        drg = row.required("drg")
        if drg in table:
            raise TableError(f"{row.place('drg')}：{drg} 重复出现；请删去其一")
        table[drg] = row.number("weight")
    if not tables:
        raise TableError(f"{rows.name}：没有数据行；请检查文件")
    return tables


@cache
def shipped_weights() -> Mapping[str, WeightTable]:
    """The example tables that the software carries, by name.

    >>> "乐山-2023" in shipped_weights()
    True
    """
    file = read_columns(artefact_path(_SHIPPED))
    names = file.strings("locality")
    tables: dict[str, dict[str, float]] = {}
    rows = zip(names, file.strings("drg"), file.array("weight").tolist(), strict=True)
    for name, drg, weight in rows:
        tables.setdefault(name, {})[drg] = weight
    return {name: WeightTable(name=name, weights=weights) for name, weights in tables.items()}


def fitting_weights(drgs: Collection[str]) -> WeightTable | None:
    """The shipped table that fits a scheme's DRGs best, ``None`` where none fits."""
    fitting = [table for table in shipped_weights().values() if table.fits(drgs)]
    return max(fitting, key=lambda table: table.coverage(drgs), default=None)


def write_shipped_weights(path: Path, source: Path) -> tuple[str, ...]:
    """Compile a file of localities into the shipped form; returns the names of the tables."""
    tables = _by_locality(read_table(source, kind="weights"), default=source.stem)
    cells: Iterable[tuple[str, str, float]] = [
        (name, drg, weight) for name, table in tables.items() for drg, weight in table.items()
    ]
    names, drgs, weights = zip(*cells, strict=True)
    write_columns(
        path,
        header={"kind": "drg-weights"},
        columns={"locality": list(names), "drg": list(drgs)},
        arrays={"weight": np.array(weights, np.float64)},
    )
    return tuple(tables)
