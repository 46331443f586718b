"""The headings above codes: chapter, block, category (three characters), subcategory (four)."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cache

from coder.artefacts import artefact_path
from coder.columnar import ColumnFile, read_columns


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading: its code or code range, its name, its level."""

    code: str
    name: str
    level: str


class Hierarchy:
    """Headings of one family of code systems.

    >>> icd10 = load_hierarchy("icd10")
    >>> [heading.name for heading in icd10.path("I21.000x001")]
    ['循环系统疾病', '缺血性心脏病', '急性心肌梗死', '前壁急性透壁性心肌梗死']
    """

    def __init__(self, table: ColumnFile) -> None:
        self._names: dict[str, dict[str, str]] = {}
        for level, code, name in zip(table.strings("level"), table.strings("code"), table.strings("name"), strict=True):
            self._names.setdefault(level, {})[code] = name
        self._ranges = {level: sorted(self._names.get(level, {})) for level in ("chapter", "block")}
        self.category_length: int = table.header["category_length"]

    def headings(self, level: str) -> list[Heading]:
        """All headings of a level: ``chapter``, ``block``, ``category`` or ``subcategory``."""
        return [Heading(code, name, level) for code, name in self._names.get(level, {}).items()]

    def category(self, code: str) -> Heading | None:
        """The category of a code."""
        return self._heading("category", code[: self.category_length])

    def subcategory(self, code: str) -> Heading | None:
        """The subcategory of a code; a placeholder ``x`` in fourth place is the category's own subcategory."""
        return self._heading("subcategory", code[: self.category_length + (2 if self.category_length == 3 else 1)])

    def path(self, code: str) -> list[Heading]:
        """The headings above a code, widest first; those that the tables do not name are left out."""
        found = [self._range("chapter", code), self._range("block", code), self.category(code), self.subcategory(code)]
        return [heading for heading in found if heading is not None]

    def _heading(self, level: str, code: str) -> Heading | None:
        name = self._names.get(level, {}).get(code)
        return None if name is None else Heading(code, name, level)

    def _range(self, level: str, code: str) -> Heading | None:
        category = code[:3]
        keys = self._ranges[level]
        position = bisect_right(keys, f"{category}-~") - 1
        if position < 0:
            return None
        first, _, last = keys[position].partition("-")
        return self._heading(level, keys[position]) if first <= category <= last else None


@cache
def load_hierarchy(kind: str) -> Hierarchy:
    """Load the headings of ``icd10`` or ``icd9cm3``."""
    return Hierarchy(read_columns(artefact_path(f"terms/hierarchy-{kind}.zip")))
