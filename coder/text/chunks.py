"""Phrases in running text that name a condition or a procedure without being an official name.

A phrase is a run of words that occur in the official names, cut after its last head, which decides what it names:
右 | 肺 | 中叶 | 腺癌, 腹腔镜 | 下 | 胆囊 | 切除 | 术. The words come from segmenting the official names when the text
artefacts are built; heads and what breaks a run are data.

>>> from coder.text.segment import Segmenter
>>> text = "全麻下行单孔胸腔镜下左肺下叶切除术,术后病理提示左肺下叶浸润性腺癌。"
>>> chunks = ChunkFinder.load().find(Segmenter.load().segment(text))
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


_MEMBER = 1
_HEAD: dict[ChunkKind, int] = {"diagnosis": 2, "procedure": 4}


class ChunkFinder:
    """Finds phrases in segmented text; immutable."""

    def __init__(self, table: ColumnFile, data: ChunkData) -> None:
        breaks = frozenset(data.breaks).union(speaking_cues())
        self._flags = dict.fromkeys(data.inner, _MEMBER)
        for word in {*table.strings("words"), *data.sides} - breaks:
            # 肾移植 is a procedure, 肾移植排斥 a condition: the more particular heads are asked first
            kind = next((kind for kind, heads in self._heads(data) if word.endswith(heads)), None)
            self._flags[word] = _MEMBER | (_HEAD[kind] if kind else 0)
        self._free = re.compile(data.free_words)
        self._first_characters = data.first_characters
        self._not_first = frozenset((*data.not_first, *data.inner))
        self._longest = data.longest
        self._shortest_word = data.shortest_word

    @staticmethod
    def _heads(data: ChunkData) -> tuple[tuple[ChunkKind, tuple[str, ...]], ...]:
        return ("procedure", data.heads.procedure), ("diagnosis", data.heads.diagnosis)

    @classmethod
    def load(cls) -> ChunkFinder:
        """The finder with the shipped words; a second call in the process returns the same object.

        Raises:
            ArtefactError: the words or the data are missing or damaged.
        """
        return _load()

    def find(self, segments: Sequence[Segment]) -> list[Chunk]:
        """The phrases of a text in order, without overlap; the last head decides what a phrase names."""
        found: list[Chunk] = []
        first, last, kind = -1, -1, 0
        for index, segment in enumerate(segments):
            flags = self._flags_of(segment.text)
            if flags:
                if first < 0:
                    first = index
                if flags > _MEMBER:
                    last, kind = index, flags
            elif first >= 0:
                found.extend(self._cut(segments, first, last, kind))
                first, last = -1, -1
        if first >= 0:
            found.extend(self._cut(segments, first, last, kind))
        return found

    def _flags_of(self, word: str) -> int:
        flags = self._flags.get(word)
        if flags is None:
            # every free word opens with a Latin letter, a digit or a sign
            return _MEMBER if word[0] < "\x80" and self._free.fullmatch(word) else 0
        return flags

    def _cut(self, segments: Sequence[Segment], first: int, last: int, flags: int) -> Iterator[Chunk]:
        if last < 0:
            return
        while first < last and (
            segments[last].end - segments[first].start > self._longest or not self._opens(segments[first].text)
        ):
            first += 1
        start, end = segments[first].start, segments[last].end
        if first < last or end - start >= self._shortest_word:
            yield Chunk(start, end, "procedure" if flags & _HEAD["procedure"] else "diagnosis")

    def _opens(self, word: str) -> bool:
        return word in self._first_characters if len(word) == 1 else word not in self._not_first


@cache
def _load() -> ChunkFinder:
    return ChunkFinder(read_columns(artefact_path(CHUNK_FILE)), load_data("mentions.yaml", MentionData).chunks)
