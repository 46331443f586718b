"""Which phrases a text can hold at all, by the words that they need: few of thousands are then looked for.

A match holds a word of each of some sets, and of some marks (full stops, say) it holds none. So only those stretches
between two such marks need a search that hold a word of each set.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

from coder.suggest.phrase_data import CompiledPhrase, Wording

Stretch = tuple[int, int]
_Word = int | str
"""A word by its number; a single character stands for itself, so that no automaton need find all those of a text."""


@dataclass(frozen=True, slots=True)
class _Needs:
    """What every match of a phrase holds, and what it does not.

    Attributes:
        first: the words that the phrase is first asked for: a match holds one of them.
        others: so it does of each of these.
        between: the marks of which it holds none.
    """

    first: frozenset[_Word]
    others: tuple[frozenset[_Word], ...]
    between: str


class PhraseIndex:
    """Which phrases a text can hold at all, and in which stretches of it."""

    def __init__(self, phrases: Sequence[Wording]) -> None:
        words: dict[str, int] = {}

        def known(word: str) -> _Word:
            return word if len(word) == 1 else words.setdefault(word, len(words))

        def sets_of(some: Sequence[Sequence[str]]) -> list[frozenset[_Word]]:
            return [frozenset(map(known, one)) for one in some]

        self._always = [number for number, phrase in enumerate(phrases) if not isinstance(phrase, CompiledPhrase)]
        anchored = [(number, phrase) for number, phrase in enumerate(phrases) if isinstance(phrase, CompiledPhrase)]
        inside = {number: sets_of(phrase.anchors) for number, phrase in anchored}
        # A word that many phrases ask for is in most records: a phrase is first asked for its rarest words.
        asked = Counter(word for sets in inside.values() for one in sets for word in one)

        def common(words: frozenset[_Word]) -> int:
            return sum(asked[word] for word in words)

        self._needs: dict[int, _Needs] = {}
        self._needed: dict[int, list[frozenset[_Word]]] = {}
        self._led: dict[_Word, list[int]] = {}
        for number, phrase in anchored:
            first, *others = sorted(inside[number], key=common)
            self._needs[number] = _Needs(first, tuple(others), phrase.between)
            self._needed[number] = sorted((*others, *sets_of(phrase.beside)), key=common)
            for word in first:
                self._led.setdefault(word, []).append(number)
        self._automaton = AhoCorasick(list(words))

    def in_text(self, text: str) -> list[tuple[int, list[Stretch]]]:
        """Numbers of the phrases worth looking for, ascending, and the stretches in which a match can begin."""
        words = _Words(text, self._automaton.find_matches_as_indexes(text, overlapping=True))
        found = [(number, [(0, len(text))]) for number in self._always]
        held = words.held
        for number in {number for word in held & self._led.keys() for number in self._led[word]}:
            for one in self._needed[number]:
                if one.isdisjoint(held):
                    break
            else:
                if stretches := words.stretches(self._needs[number]):
                    found.append((number, stretches))
        return sorted(found)


class _Words:
    """Where the words of the index stand in one text: those of several characters with number, start and end."""

    def __init__(self, text: str, matches: Sequence[tuple[int, int, int]]) -> None:
        self._text = text
        self._words: tuple[int, ...]
        self._ends: tuple[int, ...]
        self._words, starts, self._ends = zip(*matches, strict=True) if matches else ((), (), ())
        self._places: dict[_Word, list[int]] = {word: [] for word in self._words}
        for word, start in zip(self._words, starts, strict=True):
            self._places[word].append(start)
        self.held: frozenset[_Word] = frozenset(self._words).union(text)
        self._bounds: dict[str, list[int]] = {"": [0, len(text)]}
        self._inside: dict[Stretch, frozenset[_Word]] = {}

    def stretches(self, needs: _Needs) -> list[Stretch]:
        """The stretches that begin with one of the marks and hold a word of each set, in order."""
        bounds = self._bounds_of(needs.between)
        holding: set[int] = set()
        for word in needs.first:
            if word in self.held:
                holding.update([bisect_right(bounds, start) for start in self._places_of(word)])
        found = []
        for index in sorted(holding):
            stretch = bounds[index - 1], bounds[index]
            if needs.others:
                inside = self._inside.get(stretch) or self._words_inside(stretch)
                for one in needs.others:
                    if one.isdisjoint(inside):
                        break
                else:
                    found.append(stretch)
            else:
                found.append(stretch)
        return found

    def _words_inside(self, stretch: Stretch) -> frozenset[_Word]:
        """The words of a stretch, kept for the next phrase that asks: one that began before it would hold a mark."""
        start, end = stretch
        first, last = bisect_right(self._ends, start), bisect_right(self._ends, end)
        inside = self._inside[stretch] = frozenset((*self._words[first:last], *self._text[start:end]))
        return inside

    def _places_of(self, word: _Word) -> list[int]:
        return self._places[word] if isinstance(word, int) else self._places_in_text(word)

    def _places_in_text(self, character: str) -> list[int]:
        places = self._places.get(character)
        if places is None:
            places = self._places[character] = []
            place = self._text.find(character)
            while place >= 0:
                places.append(place)
                place = self._text.find(character, place + 1)
        return places

    def _bounds_of(self, between: str) -> list[int]:
        bounds = self._bounds.get(between)
        if bounds is None:
            places = sorted(place for mark in between for place in self._places_in_text(mark))
            bounds = self._bounds[between] = [0, *places, len(self._text)]
        return bounds
