"""Phrases in running text that name a condition or a procedure without being an official name.

A phrase is a run of words that occur in the official names of its kind, cut after its last head: 右 | 肺 | 中叶 | 腺癌,
腹腔镜 | 下 | 胆囊 | 切除 | 术. The words come from segmenting the official names when the text artefacts are built; heads
and what breaks a run are data.

>>> from coder.text.segment import Segmenter
>>> text = "全麻下行单孔胸腔镜下左肺下叶切除术,术后病理提示左肺下叶浸润性腺癌。"
>>> chunks = ChunkFinder.load().find(text, Segmenter.load().segment(text))
>>> [(chunk.kind, text[chunk.start : chunk.end]) for chunk in chunks]
[('procedure', '单孔胸腔镜下左肺下叶切除术'), ('diagnosis', '左肺下叶浸润性腺癌')]
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from coder.artefacts import artefact_path
from coder.columnar import ColumnFile, read_columns
from coder.text.assertion import speaking_cues
from coder.text.datafile import load_data
from coder.text.mention_data import ChunkData, MentionData
from coder.text.segment import Segment

CHUNK_FILE = "text/chunks.zip"

ChunkKind = Literal["diagnosis", "procedure"]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A phrase that names a condition or procedure; offsets of the normalised text."""

    start: int
    end: int
    kind: ChunkKind


class ChunkFinder:
    """Finds phrases in segmented text; immutable."""

    def __init__(self, table: ColumnFile, data: ChunkData) -> None:
        breaks = frozenset(data.breaks).union(speaking_cues())
        diagnosis = frozenset(table.strings("diagnosis")) - breaks
        # what is operated on may be named by its disease: 直肠癌 | 根治术
        diseases = frozenset(word for word in diagnosis if word.endswith(data.heads.diagnosis))
        self._rules: list[tuple[ChunkKind, frozenset[str], tuple[str, ...]]] = [
            ("procedure", (frozenset(table.strings("procedure")) | diseases) - breaks, data.heads.procedure),
            ("diagnosis", diagnosis, data.heads.diagnosis),
        ]
        self._free = re.compile(data.free_words)
        self._first_characters = data.first_characters
        self._not_first = frozenset(data.not_first)
        self._longest = data.longest

    @classmethod
    def load(cls) -> ChunkFinder:
        """The finder with the shipped words; a second call in the process returns the same object.

        Raises:
            ArtefactError: the words or the data are missing or damaged.
        """
        return _load()

    def find(self, text: str, segments: Sequence[Segment]) -> list[Chunk]:
        """The phrases of a text in order; those of one kind do not overlap, a procedure wins over a condition inside it."""
        taken: list[Chunk] = []
        for kind, words, heads in self._rules:
            for chunk in self._runs(segments, kind, words, heads):
                if not any(chunk.start < other.end and other.start < chunk.end for other in taken):
                    taken.append(chunk)
        return sorted(taken, key=lambda chunk: chunk.start)

    def _runs(
        self, segments: Sequence[Segment], kind: ChunkKind, words: frozenset[str], heads: tuple[str, ...]
    ) -> Iterator[Chunk]:
        first: int | None = None
        last_head = -1
        for index, segment in enumerate(segments):
            word = segment.text
            if word in words or self._free.fullmatch(word):
                if first is None:
                    first = index
                if word.endswith(heads):
                    last_head = index
                continue
            if first is not None and last_head > first:
                yield from self._cut(segments, first, last_head, kind)
            first, last_head = None, -1
        if first is not None and last_head > first:
            yield from self._cut(segments, first, last_head, kind)

    def _cut(self, segments: Sequence[Segment], first: int, last: int, kind: ChunkKind) -> Iterator[Chunk]:
        while first < last and (
            segments[last].end - segments[first].start > self._longest or not self._opens(segments[first].text)
        ):
            first += 1
        if first < last:
            yield Chunk(segments[first].start, segments[last].end, kind)

    def _opens(self, word: str) -> bool:
        return word in self._first_characters if len(word) == 1 else word not in self._not_first


@cache
def _load() -> ChunkFinder:
    return ChunkFinder(read_columns(artefact_path(CHUNK_FILE)), load_data("mentions.yaml", MentionData).chunks)
