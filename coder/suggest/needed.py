"""Which of many patterns a text can match at all, by the words that each needs.

>>> needed = NeededWords([("胃镜", "肠镜"), ("支架",), ()])
>>> needed.asked("予胃镜检查"), needed.asked("置入支架"), needed.asked("查血")
([0, 2], [1, 2], [2])
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import chain

from ahocorasick_rs import AhoCorasick


class NeededWords:
    """Numbers of patterns by the words of which each needs one; immutable.

    Args:
        words: for each pattern the words of which a matching text holds one; none where any text may match.
    """

    def __init__(self, words: Iterable[Collection[str]]) -> None:
        self._always: list[int] = []
        needing: dict[str, list[int]] = {}
        for number, some in enumerate(words):
            if not some:
                self._always.append(number)
            for word in some:
                needing.setdefault(word, []).append(number)
        self._automaton = AhoCorasick(list(needing))
        self._needing = list(needing.values())

    def asked(self, text: str) -> list[int]:
        """Numbers of the patterns that are worth trying on a text, ascending."""
        words = {word for word, _, _ in self._automaton.find_matches_as_indexes(text, overlapping=True)}
        return sorted({*self._always, *chain.from_iterable(self._needing[word] for word in words)})
