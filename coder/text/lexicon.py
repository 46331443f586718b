"""Exact search for names: the longest name at the leftmost place, over every official name and alias.

The index is made from one sorted column: a dictionary from the surface to its row, and dictionaries from its first two
and its first four characters to the lengths that can follow. Over this data it is ready sooner than an Aho-Corasick automaton can be built or loaded,
needs less memory, and finds the same matches (docs/reading.md has the comparison, ``python -m eval.bench_lexicon``
repeats it).

>>> text = "诊断为急性阑尾炎伴高血压"
>>> [text[match.start : match.end] for match in Lexicon.load().find(text)]
['急性阑尾炎', '高血压']
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from coder.artefacts import artefact_path
from coder.columnar import ColumnFile, read_columns

LEXICON_FILE = "text/lexicon.zip"

DIAGNOSIS = 1
PROCEDURE = 2

_HEAD = 2
_LONG_HEAD = 4


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A name found in a text; ``row`` is its row in the lexicon, ``kinds`` the sum of what it can name."""

    start: int
    end: int
    row: int
    kinds: int


class Lexicon:
    """Names and aliases of diagnoses and procedures; immutable."""

    def __init__(self, table: ColumnFile) -> None:
        self._surfaces = table.strings("surfaces")
        self._keys = table.strings("keys")
        self._kinds = table.array("kinds").tobytes()
        self._rows = dict(zip(self._surfaces, range(len(self._surfaces)), strict=True))
        short: dict[str, set[int]] = {}
        long: dict[str, set[int]] = {}
        for surface in self._surfaces:
            length = len(surface)
            if length >= _LONG_HEAD:
                long.setdefault(surface[:_LONG_HEAD], set()).add(length)
                short.setdefault(surface[:_HEAD], set())
            elif length >= _HEAD:
                short.setdefault(surface[:_HEAD], set()).add(length)
        self._short = {head: sorted(lengths, reverse=True) for head, lengths in short.items()}
        self._long = {head: sorted(lengths, reverse=True) for head, lengths in long.items()}

    @classmethod
    def load(cls) -> Lexicon:
        """The shipped lexicon; a second call in the process returns the same object.

        Raises:
            ArtefactError: its file is missing or damaged.
        """
        return _load()

    def __len__(self) -> int:
        return len(self._surfaces)

    def __contains__(self, surface: object) -> bool:
        return surface in self._rows

    def kinds(self, surface: str) -> int:
        """What a surface can name: the sum of :data:`DIAGNOSIS` and :data:`PROCEDURE`, 0 where it is not known."""
        row = self._rows.get(surface)
        return 0 if row is None else self._kinds[row]

    def concept_keys(self, surface: str) -> tuple[str, ...]:
        """The concepts that a surface names, as ``system:code``; empty where it is not known.

        >>> Lexicon.load().concept_keys("急性阑尾炎")
        ('icd10-nhsa-2.0:K35.800x001',)
        """
        row = self._rows.get(surface)
        keys = "" if row is None else self._keys[row]
        return tuple(keys.split("|")) if keys else ()

    def find(self, text: str) -> list[NameMatch]:
        """All names of two characters or more in a normalised text, leftmost-longest, without overlap."""
        found = []
        rows, long_of, short_of = self._rows.get, self._long.get, self._short.get
        size = len(text)
        start = 0
        while start < size:
            short = short_of(text[start : start + _HEAD])
            if short is not None:
                for length in (*long_of(text[start : start + _LONG_HEAD], ()), *short):
                    end = start + length
                    row = rows(text[start:end]) if end <= size else None
                    if row is not None:
                        found.append(NameMatch(start, end, row, self._kinds[row]))
                        start = end - 1
                        break
            start += 1
        return found


@cache
def _load() -> Lexicon:
    return Lexicon(read_columns(artefact_path(LEXICON_FILE)))
