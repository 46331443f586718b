"""Terms written with a slip: the same sound with other characters, one character off, or a name that is in no table.

Chinese is typed by sound, so most slips are words of the same sound (``湿热下柱证`` for ``湿热下注证``).

>>> forms, way = Slips.load().match("湿热下柱证", ("syndrome",))
>>> forms[0].text, way
('湿热下注证', 'sound')
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache, cached_property
from itertools import chain

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from coder.tcm.elements import elements_of
from coder.tcm.forms import Form, Forms
from coder.tcm.rules import Way
from coder.tcm.sounds import sound_of
from coder.tcm.systems import TermKind

_SHORTEST_FOR_SOUND = 3
_SHORTEST_FOR_NEAR = 4
_SIMILAR_AT_LEAST = 60.0
_SAME_ORGANS = 25.0
_SAME_CAUSES = 10.0
_SAME_START = 10.0
_KEPT = 4


class Slips:
    """Finds the term that a misspelt text stands for."""

    def __init__(self, forms: Forms) -> None:
        self._forms = forms
        self._by_sound: dict[int, Mapping[tuple[str, ...], tuple[Form, ...]]] = {}

    @classmethod
    def load(cls) -> Slips:
        """A finder over the shipped tables."""
        return _load()

    def compile(self) -> None:
        """Read the sounds of all names, which are otherwise read when a text of their length is first looked up."""
        for length in self._forms.by_length:
            self._of_length(length)

    def match(self, text: str, kinds: Collection[TermKind]) -> tuple[tuple[Form, ...], Way] | None:
        """The forms that a folded text most likely stands for, best first, and how they met; ``None`` for no term.

        Only a single reading counts as a slip; of several names one character off, none is taken.
        """
        if len(text) >= _SHORTEST_FOR_SOUND:
            same = self._wanted(self._of_length(len(text)).get(sound_of(text), ()), kinds)
            if same:
                return tuple(sorted(same, key=lambda form: -_shared(text, form.text))), "sound"
        if len(text) >= _SHORTEST_FOR_NEAR:
            near = self._near(text, kinds)
            if len({form.code for form in near}) == 1:
                return near, "near"
        return None

    def similar(self, text: str) -> tuple[Form, ...]:
        """The syndromes most similar to a name that is in no table, best first.

        Characters in common count, the same organs and causes count more, and the same beginning: it names what leads.

        >>> [form.text for form in Slips.load().similar("肝火乱心证")][:1]
        ['肝火扰心证']
        """
        wanted = elements_of(text)
        scored: dict[str, tuple[float, Form]] = {}
        for name, score, _ in process.extract(
            text, self._syndromes, scorer=fuzz.ratio, score_cutoff=_SIMILAR_AT_LEAST, limit=40
        ):
            elements = elements_of(name)
            score += _SAME_ORGANS * _overlap(wanted.organs, elements.organs)
            score += _SAME_CAUSES * _overlap(wanted.causes, elements.causes)
            score += _SAME_START * (text[0] == name[0])
            form = next(form for form in self._forms.of(name) if form.kind == "syndrome")
            if form.code not in scored or score > scored[form.code][0]:
                scored[form.code] = (score, form)
        ordered = sorted(scored.values(), key=lambda item: (-item[0], item[1].code))
        return tuple(form for _, form in ordered[:_KEPT])

    def _near(self, text: str, kinds: Collection[TermKind]) -> tuple[Form, ...]:
        lengths = (len(text) - 1, len(text), len(text) + 1)
        names = chain.from_iterable(self._forms.by_length.get(length, ()) for length in lengths)
        found = (
            form
            for name in names
            if Levenshtein.distance(text, name, score_cutoff=1) <= 1
            for form in self._forms.of(name)
        )
        return self._wanted(tuple(found), kinds)

    @staticmethod
    def _wanted(forms: tuple[Form, ...], kinds: Collection[TermKind]) -> tuple[Form, ...]:
        return tuple(form for form in forms if form.kind in kinds)

    def _of_length(self, length: int) -> Mapping[tuple[str, ...], tuple[Form, ...]]:
        """The forms of so many characters by their sound; read when a text of that length is first looked up."""
        known = self._by_sound.get(length)
        if known is None:
            found: dict[tuple[str, ...], list[Form]] = {}
            for text in self._forms.by_length.get(length, ()):
                found.setdefault(sound_of(text), []).extend(self._forms.of(text))
            known = self._by_sound[length] = {sound: tuple(forms) for sound, forms in found.items()}
        return known

    @cached_property
    def _syndromes(self) -> tuple[str, ...]:
        return tuple({form.text: None for form in self._forms if form.kind == "syndrome"})


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Shared elements among all elements of both; nothing named on either side is full agreement."""
    return len(one & other) / len(one | other) if one or other else 1.0


def _shared(text: str, name: str) -> int:
    """How many characters two texts of the same sound have in common, place by place."""
    return sum(one == other for one, other in zip(text, name, strict=True))


@cache
def _load() -> Slips:
    return Slips(Forms.load())
