"""The segmentation dictionary: words with frequencies, and every prefix that jieba walks through.

Sources: jieba's own dictionary (MIT) without its rarest entries; words discovered in the official names; short
official names and their aliases; our own words (data/words.yaml, cues of assertion, what breaks a phrase). A list of
medical words may be given as a *selector* only: a word counts when it also occurs inside an official name, and its
frequency there is what is stored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from math import exp, log
from pathlib import Path

import numpy as np

from coder.columnar import write_columns
from coder.text.build.discover import discover_words

COMMON_MIN_FREQUENCY = 20
"""jieba's entries below this are mostly names of people and places; leaving them out halves the loading time."""

_SHORT_NAME = 3
_OWN_FREQUENCY = 1000
_SELECTED_LENGTHS = (2, 4)
_NOT_FIRST = frozenset("性部区口的为用后型度器管骨及和或伴致处等在从以")
_NOT_LAST = frozenset("的和或及为伴致与由在以性急慢经")


@dataclass(frozen=True, slots=True)
class DictionaryReport:
    """How many words came from where, and the total of words and prefixes."""

    common: int
    discovered: int
    selected: int
    short_names: int
    own: int
    entries: int


def build_dictionary(
    path: Path,
    *,
    names: Sequence[str],
    words: Iterable[str],
    openers: tuple[str, ...],
    medical_words: Iterable[str] = (),
) -> DictionaryReport:
    """Compile the dictionary from normalised ``names`` and write it to ``path``."""
    common = _common_words()
    text = "\n".join(names)
    discovered = {word for word in _discover(names) if word[0] not in _NOT_FIRST and word[-1] not in _NOT_LAST}
    selected = {
        word for word in medical_words if _SELECTED_LENGTHS[0] <= len(word) <= _SELECTED_LENGTHS[1] and word in text
    }
    short = {name for name in names if 2 <= len(name) <= _SHORT_NAME and name.isalnum()}
    counts = _count(discovered | selected | short, text)
    own = {word for word in words if len(word) > 1}
    merged = _prefer(_prefer(common, counts), dict.fromkeys(own, _OWN_FREQUENCY))
    entries = {word: frequency for word, frequency in merged.items() if _allowed(word, own, openers)}
    for word in list(entries):
        for end in range(1, len(word)):
            entries.setdefault(word[:end], 0)
    ordered = sorted(entries)
    write_columns(
        path,
        header={"name": "words", "sentinel": _sentinel(counts, common)},
        columns={"words": ordered},
        arrays={"frequencies": np.array([entries[word] for word in ordered], dtype=np.int32)},
    )
    return DictionaryReport(
        common=len(common),
        discovered=len(discovered - common.keys()),
        selected=len(selected - common.keys() - discovered),
        short_names=len(short - common.keys() - discovered - selected),
        own=len(own),
        entries=len(entries),
    )


def _discover(names: Sequence[str]) -> set[str]:
    """Words that stand free, and words so firm that they need not (胸腔镜 is nearly always 胸腔镜下)."""
    free = (word for word in discover_words(names) if len(word) <= 3)
    firm = (word for word in discover_words(names, min_cohesion=4.0, min_entropy=0.7) if len(word) <= 4)
    return {*free, *firm}


def _allowed(word: str, cues: set[str], openers: tuple[str, ...]) -> bool:
    return len(word) == 1 or word in cues or not word.startswith(openers)


def _common_words() -> dict[str, int]:
    words = {}
    for line in files("jieba").joinpath("dict.txt").read_text(encoding="utf-8").splitlines():
        word, frequency, _ = line.split(" ")
        if int(frequency) >= COMMON_MIN_FREQUENCY or len(word) == 1:
            words[word.lower()] = max(int(frequency), 1)
    return words


def _count(words: Iterable[str], text: str) -> dict[str, int]:
    wanted = frozenset(words)
    longest = max(map(len, wanted), default=0)
    counts: Counter[str] = Counter()
    for name in text.split("\n"):
        for start in range(len(name)):
            for end in range(start + 2, min(start + longest, len(name)) + 1):
                if name[start:end] in wanted:
                    counts[name[start:end]] += 1
    return dict(counts)


def _prefer(words: dict[str, int], preferred: dict[str, int]) -> dict[str, int]:
    """Add words with at least the frequency at which each wins over its best split (shorter words first)."""
    merged = dict(words)
    total = log(sum(words.values()))
    for word in sorted(preferred, key=lambda item: (len(item), item)):
        best = _best_split(word, merged, total)
        merged[word] = max(merged.get(word, 0), preferred[word], int(exp(best + total)) + 1)
    return merged


def _best_split(word: str, words: dict[str, int], total: float) -> float:
    scores = [0.0] + [-1e300] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(end):
            part = word[start:end]
            if part != word and (end - start == 1 or words.get(part)):
                scores[end] = max(scores[end], scores[start] + log(words.get(part) or 1) - total)
    return scores[-1]


def _sentinel(counts: dict[str, int], common: dict[str, int]) -> str:
    own = (word for word in counts if word not in common and len(word) >= 3)
    return max(own, key=lambda word: (counts[word], word))
