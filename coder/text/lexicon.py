"""Exact search for names: the longest name at the leftmost place, over every official name and alias.

The index is made from one sorted column: a dictionary from the surface to its row, one from its first two characters
to the lengths that can follow, and the set of all first four characters, without which only short names need a look.
Over this data it is ready sooner than an Aho-Corasick automaton can be built or loaded, searches a record in about a
millisecond, and finds exactly the matches of ahocorasick-rs (``python -m eval.bench_lexicon``, docs/reading.md).

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
        lengths: dict[str, set[int]] = {}
        for surface in self._surfaces:
            known = lengths.get(head := surface[:_HEAD])
            if known is None:
                lengths[head] = {len(surface)}
            else:
                known.add(len(surface))
        self._lengths = {head: sorted(known - {1}, reverse=True) for head, known in lengths.items()}
        self._short = {head: [one for one in known if one < _LONG_HEAD] for head, known in self._lengths.items()}
        self._long_heads = {surface[:_LONG_HEAD] for surface in self._surfaces}

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
        rows, lengths_of, long_heads = self._rows.get, self._lengths.get, self._long_heads
        size = len(text)
        start = 0
        while start < size:
            head = text[start : start + _HEAD]
            lengths = lengths_of(head)
            if lengths is not None:
                if text[start : start + _LONG_HEAD] not in long_heads:
                    lengths = self._short[head]
                for length in lengths:
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
