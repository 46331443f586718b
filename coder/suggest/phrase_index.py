"""Which phrases a text can hold at all, by the words that they need: few of thousands are then looked for."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence

from ahocorasick_rs import AhoCorasick

from coder.suggest.phrase_data import CompiledPhrase, Wording


class PhraseIndex:
    """Which phrases a text can hold at all, and from where on."""

    def __init__(self, phrases: Sequence[Wording]) -> None:
        words: dict[str, int] = {}

        def numbered(sets: Sequence[Sequence[str]]) -> list[frozenset[int]]:
            return [frozenset(words.setdefault(word, len(words)) for word in one) for one in sets]

        self._always = [number for number, phrase in enumerate(phrases) if not isinstance(phrase, CompiledPhrase)]
        anchored = [(number, phrase) for number, phrase in enumerate(phrases) if isinstance(phrase, CompiledPhrase)]
        inside = {number: numbered(phrase.anchors) for number, phrase in anchored}
        self._reach = {number: phrase.reach for number, phrase in anchored}
        # A word that many phrases ask for is in most records: a phrase is first asked for its rarest words.
        asked = Counter(word for sets in inside.values() for one in sets for word in one)
        self._rarest = {
            number: min(sets, key=lambda one: sum(asked[word] for word in one)) for number, sets in inside.items()
        }
        self._others = {
            number: [one for one in sets if one is not self._rarest[number]] for number, sets in inside.items()
        }
        self._needed = {number: [*self._others[number], *numbered(phrase.beside)] for number, phrase in anchored}
        self._automaton = AhoCorasick(list(words))
        self._led: dict[int, list[int]] = {}
        for number, rarest in self._rarest.items():
            for word in rarest:
                self._led.setdefault(word, []).append(number)

    def in_text(self, text: str) -> list[tuple[int, int]]:
        """Numbers of the phrases worth looking for, ascending, and where to begin."""
        places: dict[int, list[int]] = {}
        for word, start, _ in self._automaton.find_matches_as_indexes(text, overlapping=True):
            places.setdefault(word, []).append(start)
        held = frozenset(places)
        found: dict[int, int] = dict.fromkeys(self._always, 0)
        for number in {number for word in held for number in self._led.get(word, ())}:
            for words in self._needed[number]:
                if words.isdisjoint(held):
                    break
            else:
                begin = self._first(number, places)
                if begin is not None:
                    found[number] = begin
        return sorted(found.items())

    def _first(self, number: int, places: Mapping[int, Sequence[int]]) -> int | None:
        """Where the first match can begin, ``None`` where no two words of a match are near enough to one another."""
        reach = self._reach[number]
        if reach is None:
            return 0
        others = self._others[number]
        for start in sorted(start for word in self._rarest[number] for start in places.get(word, ())):
            if all(_has_near(words, places, start, reach) for words in others):
                return max(0, start - reach)
        return None


def _has_near(words: frozenset[int], places: Mapping[int, Sequence[int]], start: int, reach: int) -> bool:
    """Whether one of the words begins less than ``reach`` characters before or behind a place."""
    for word in words:
        starts = places.get(word)
        if starts is not None:
            index = bisect_right(starts, start - reach)
            if index < len(starts) and starts[index] < start + reach:
                return True
    return False
