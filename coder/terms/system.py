"""Code systems: closed tables of concepts, loaded from the compiled form in a few milliseconds."""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coder.artefacts import artefact_path
from coder.columnar import ColumnFile, read_columns
from coder.errors import UnknownCodeError
from coder.terms.hierarchy import Hierarchy, load_hierarchy
from coder.terms.keys import code_key, name_key, split_dagger
from coder.terms.registry import Kind, registry

GRAY = 1
HEADING = 2
UNCONFIRMED_NAME = 4

ALIAS_KINDS = ("map", "bracket", "standard", "abbreviation", "same-code", "inherited", "wording")
"""Where an alias comes from, in the order of their number in the compiled file."""

_USER_FOLDER = "CODER_TERMS_DIR"


@dataclass(frozen=True, slots=True)
class Concept:
    """One entry of a code system.

    ``is_heading`` marks entries that group others and are never given as a code of a patient; ``name_confirmed`` is
    false where the source itself says that the name may carry a slip.
    """

    code: str
    name: str
    system: str
    is_gray: bool = False
    is_heading: bool = False
    name_confirmed: bool = True

    @property
    def dagger(self) -> str:
        """The cause half of a dagger/asterisk pair, or the whole code."""
        return split_dagger(self.code)[0] or self.code

    @property
    def asterisk(self) -> str | None:
        """The manifestation half, ``None`` where the code has none."""
        return split_dagger(self.code)[1]


class CodeSystem:
    """An immutable code system.

    Rows are numbered from 0 in the order of the official table; ``codes`` and ``names`` are parallel lists.

    >>> system = load_system("icd10-nhsa-2.0")
    >>> system.concept("I10.x05").name
    '高血压3级'
    >>> "I10.x05" in system, len(system)
    (True, 33304)
    """

    def __init__(self, table: ColumnFile) -> None:
        self._table = table
        self.name: str = table.header["name"]
        self.title: str = table.header["title"]
        self.edition: str = table.header["edition"]
        self.kind: Kind = table.header["kind"]
        self.codes: list[str] = table.strings("code")
        self.names: list[str] = table.strings("name")
        self.flags: NDArray[np.uint8] = table.array("flags")

    def __len__(self) -> int:
        return len(self.codes)

    def __contains__(self, code: object) -> bool:
        return code in self._rows

    def __iter__(self) -> Iterator[Concept]:
        return (self.at(row) for row in range(len(self)))

    def __repr__(self) -> str:
        return f"CodeSystem({self.name!r}, {len(self)} concepts)"

    @cached_property
    def _rows(self) -> dict[str, int]:
        return dict(zip(self.codes, range(len(self.codes)), strict=True))

    @cached_property
    def _sorted_rows(self) -> tuple[list[str], list[int]]:
        rows = sorted(range(len(self.codes)), key=self.codes.__getitem__)
        return [self.codes[row] for row in rows], rows

    @cached_property
    def _rows_by_name(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for row, name in enumerate(self.names):
            found.setdefault(name_key(name), []).append(row)
        return found

    @cached_property
    def alias_table(self) -> tuple[list[str], NDArray[np.int32], NDArray[np.uint8]]:
        """All aliases: their texts, the row each stands for, and the number of its kind in :data:`ALIAS_KINDS`."""
        return self._table.strings("alias"), self._table.array("alias_row"), self._table.array("alias_kind")

    @cached_property
    def _aliases_by_row(self) -> dict[int, list[str]]:
        texts, rows, _ = self.alias_table
        found: dict[int, list[str]] = {}
        for text, row in zip(texts, rows.tolist(), strict=True):
            found.setdefault(row, []).append(text)
        return found

    @cached_property
    def initials(self) -> list[str]:
        """Pinyin initials of every name, then of every alias (``高血压`` → ``gxy``)."""
        return self._table.strings("initials")

    @property
    def provenance(self) -> Mapping[str, Any]:
        """Edition, source file and what the build corrected, with counts."""
        return dict(self._table.header)

    def row(self, code: str) -> int | None:
        """The row of a code, ``None`` where the system does not hold it."""
        return self._rows.get(code)

    def at(self, row: int) -> Concept:
        """The concept in a row."""
        flags = int(self.flags[row])
        return Concept(
            code=self.codes[row],
            name=self.names[row],
            system=self.name,
            is_gray=bool(flags & GRAY),
            is_heading=bool(flags & HEADING),
            name_confirmed=not flags & UNCONFIRMED_NAME,
        )

    def get(self, code: str) -> Concept | None:
        """The concept of a code, ``None`` where the system does not hold it."""
        row = self._rows.get(code)
        return None if row is None else self.at(row)

    def concept(self, code: str) -> Concept:
        """The concept of a code, also when written full width, in small letters or with ``×``.

        Raises:
            UnknownCodeError: the system does not hold the code.
        """
        found = self.get(code) or self.get(code_key(code))
        if found is None:
            raise UnknownCodeError(
                f"编码 {code[:40]} 不在 {self.title}（{self.name}）中：请核对编码或换用它所属的编码体系"
            )
        return found

    def with_prefix(self, prefix: str) -> list[Concept]:
        """All concepts whose code begins with ``prefix``, in code order.

        >>> [concept.code for concept in load_system("icd10-nhsa-2.0").with_prefix("A00.1")]
        ['A00.100', 'A00.100x001']
        """
        codes, rows = self._sorted_rows
        start = bisect_left(codes, prefix)
        end = bisect_left(codes, prefix + "\U0010ffff")
        return [self.at(row) for row in rows[start:end]]

    def with_name(self, name: str) -> list[Concept]:
        """All concepts of exactly this name (width, case and punctuation aside)."""
        return [self.at(row) for row in self._rows_by_name.get(name_key(name), [])]

    def aliases(self, code: str) -> tuple[str, ...]:
        """Other names of a concept, in the order of the sources.

        >>> load_system("tcm-disease-gbt15657-2021").aliases("A01.01.01")[0]
        '上感'
        """
        row = self._rows.get(code)
        return () if row is None else tuple(self._aliases_by_row.get(row, ()))

    @cached_property
    def hierarchy(self) -> Hierarchy | None:
        """Chapters, blocks and categories above the codes, where the system has them."""
        kind = registry().system(self.name).hierarchy
        return None if kind is None else load_hierarchy(kind)


def _system_path(name: str) -> Path:
    folder = os.environ.get(_USER_FOLDER)
    if folder:
        own = Path(folder) / f"{name}.zip"
        if own.is_file():
            return own
    return artefact_path(f"terms/{name}.zip")


@cache
def load_system(name: str) -> CodeSystem:
    """Load a code system by its name; a second call returns the same object.

    A hospital's own compiled table (``coder terms build --from``) in the folder that the environment variable
    ``CODER_TERMS_DIR`` names takes the place of the shipped one.

    Raises:
        UnknownCodeSystemError: no such system.
        ArtefactError: its file is missing or damaged.
    """
    registry().system(name)
    return CodeSystem(read_columns(_system_path(name)))
