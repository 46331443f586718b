"""Word segmentation with jieba over a dictionary compiled from the official names.

The tokenizer is our own instance: its prefix dictionary comes from a shipped column file, so nothing is parsed, cached or
logged at run time and jieba's global state stays untouched. Words are of middle length (急性 | 阑尾炎), which serves recall
better than whole names.

>>> [segment.text for segment in Segmenter.load().segment("急性阑尾炎")]
['急性', '阑尾炎']
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cache
from math import log

from coder.artefacts import artefact_path
from coder.columnar import ColumnFile, read_columns
from coder.errors import ArtefactError

with warnings.catch_warnings():
    # jieba's own source still has string escapes, and an optional import, that newer Pythons warn about.
    warnings.simplefilter("ignore")
    import jieba

DICTIONARY_FILE = "text/words.zip"


@dataclass(frozen=True, slots=True)
class Segment:
    """A word and its place in the normalised text."""

    start: int
    end: int
    text: str


class _Tokenizer(jieba.Tokenizer):  # type: ignore[misc]
    """jieba's algorithm over a ready dictionary; the logarithm of a word is worked out once, not at every position."""

    def __init__(self, words: list[str], frequencies: list[int]) -> None:
        super().__init__()
        self.FREQ = dict(zip(words, frequencies, strict=True))
        self.total = sum(frequencies)
        self.initialized = True
        self._floor = -log(self.total)
        self._scores: dict[str, float] = {}

    def calc(self, sentence: str, DAG: dict[int, list[int]], route: dict[int, tuple[float, int]]) -> None:  # noqa: N803
        scores, frequencies, floor = self._scores, self.FREQ, self._floor
        after = len(sentence)
        route[after] = (0.0, 0)
        for start in range(after - 1, -1, -1):
            best, best_end = -1e300, start
            for end in DAG[start]:
                word = sentence[start : end + 1]
                score = scores.get(word)
                if score is None:
                    score = scores[word] = log(frequencies.get(word) or 1) + floor
                score += route[end + 1][0]
                if score >= best:
                    best, best_end = score, end
            route[start] = (best, best_end)


class Segmenter:
    """Cuts normalised text into words; safe to share between threads and to inherit through a fork."""

    def __init__(self, table: ColumnFile) -> None:
        self._tokenizer = _Tokenizer(table.strings("words"), table.array("frequencies").tolist())
        self._sentinel: str = table.header["sentinel"]
        self.check()

    @classmethod
    def load(cls) -> Segmenter:
        """The segmenter with the shipped dictionary; a second call in the process returns the same object.

        Raises:
            ArtefactError: the dictionary is missing, damaged, or not in force.
        """
        return _load()

    def check(self) -> None:
        """Make sure that the dictionary is in force: a word that only it holds must come out whole.

        Raises:
            ArtefactError: it does not.
        """
        if self.words(self._sentinel) != [self._sentinel]:
            raise ArtefactError("分词词典未生效：请重新安装，或用 coder text build 重新生成 models/text/words.zip")

    def words(self, text: str) -> list[str]:
        """The words of a normalised text, in order; their concatenation is the text."""
        words: list[str] = self._tokenizer.lcut(text, HMM=False)
        return words

    def segment(self, text: str) -> tuple[Segment, ...]:
        """The words of a normalised text with their offsets; they cover it without a gap."""
        segments = []
        start = 0
        for word in self.words(text):
            end = start + len(word)
            segments.append(Segment(start, end, word))
            start = end
        return tuple(segments)


@cache
def _load() -> Segmenter:
    return Segmenter(read_columns(artefact_path(DICTIONARY_FILE)))
