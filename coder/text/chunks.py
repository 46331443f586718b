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


_MEMBER: dict[ChunkKind, int] = {"procedure": 1, "diagnosis": 2}
_HEAD: dict[ChunkKind, int] = {"procedure": 4, "diagnosis": 8}
_FREE = _MEMBER["procedure"] | _MEMBER["diagnosis"]


class ChunkFinder:
    """Finds phrases in segmented text; immutable."""

    def __init__(self, table: ColumnFile, data: ChunkData) -> None:
        breaks = frozenset(data.breaks).union(speaking_cues())
        diagnosis = frozenset(table.strings("diagnosis"))
        # what is operated on may be named by its disease: 直肠癌 | 根治术
        diseases = frozenset(word for word in diagnosis if word.endswith(data.heads.diagnosis))
        words = {"procedure": diseases.union(table.strings("procedure")), "diagnosis": diagnosis}
        heads = {"procedure": data.heads.procedure, "diagnosis": data.heads.diagnosis}
        self._flags: dict[str, int] = {}
        for kind, member in _MEMBER.items():
            for word in words[kind] - breaks:
                flags = member | (_HEAD[kind] if word.endswith(heads[kind]) else 0)
                self._flags[word] = self._flags.get(word, 0) | flags
        self._flags.update((side, self._flags.get(side, 0) | _FREE) for side in data.sides)
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
        flags = [self._flags_of(segment.text) for segment in segments]
        taken = bytearray(len(text))
        found: list[Chunk] = []
        for kind in _MEMBER:
            for chunk in self._runs(segments, flags, kind):
                if not any(taken[chunk.start : chunk.end]):
                    taken[chunk.start : chunk.end] = b"\x01" * (chunk.end - chunk.start)
                    found.append(chunk)
        return sorted(found, key=lambda chunk: chunk.start)

    def _flags_of(self, word: str) -> int:
        flags = self._flags.get(word)
        if flags is None:
            # every free word opens with a Latin letter, a digit or a sign
            return _FREE if word[0] < "\x80" and self._free.fullmatch(word) else 0
        return flags

    def _runs(self, segments: Sequence[Segment], flags: Sequence[int], kind: ChunkKind) -> Iterator[Chunk]:
        member, head = _MEMBER[kind], _HEAD[kind]
        first, last_head = -1, -1
        for index, flag in enumerate([*flags, 0]):
            if flag & member:
                if first < 0:
                    first = index
                if flag & head:
                    last_head = index
            elif first >= 0:
                if last_head > first:
                    yield from self._cut(segments, first, last_head, kind)
                first, last_head = -1, -1

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
