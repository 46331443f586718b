"""Phrases that name several things: sites that share a tail (肝、肺转移), and what one of its links joins (甲伴乙)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from coder.suggest.conventions import ConventionSuggester
from coder.suggest.suggestion import ScoredConcept, Suggestion
from coder.suggest.wordings import as_in_tables
from coder.text import normalise_term
from coder.text.coordination import Coordination

_PART_AT_LEAST = 0.7
_JOINED_FROM = 0.88
_CONNECTIVE = re.compile("伴|并|和|及|合")
_LINK = re.compile(r"伴有?|合并|并发?(?!症)|继发(?!性)|以及|及|\+")
_SHORTEST_PART = 3


class CoordinatedSuggester:
    """Asks another suggester for each name that a phrase stands for; immutable.

    A phrase keeps its own concept where a convention gives it one, or where a name of the tables joins the sites
    itself (二尖瓣及三尖瓣关闭不全). What links join is only looked up part by part where a part has a convention.

    >>> from coder.suggest.lexical_suggester import LexicalSuggester
    >>> from coder.terms import load_system
    >>> by_name = LexicalSuggester.load("icd10-nhsa-2.0")
    >>> suggester = CoordinatedSuggester(ConventionSuggester(by_name, load_system("icd10-nhsa-2.0")))
    >>> [concept.code for concept in suggester.suggest(["T12、L1骨折（新鲜）"])[0].concepts]
    ['S22.000x061', 'S32.000x011']
    """

    def __init__(self, base: ConventionSuggester) -> None:
        self._base = base
        self._coordination = Coordination.load()

    def suggest(self, texts: Sequence[str]) -> list[Suggestion]:
        """One suggestion a text, in the same order."""
        found = self._base.suggest(texts)
        shared = {index: self._parts(one.text) for index, one in enumerate(found) if not one.settled}
        answers = iter(self._base.suggest([part for parts in shared.values() for part in parts]))
        for index, parts in shared.items():
            if parts:
                found[index] = _joined(found[index], [next(answers) for _ in parts])
        return found

    def _parts(self, text: str) -> tuple[str, ...]:
        """The parts to look up, each as it alone is called in the tables (左手烧伤 of 面部、左手烧伤)."""
        plain = normalise_term(text)
        if shared := self._coordination.parts(plain):
            return tuple(as_in_tables(part, "") for part in shared)
        linked = () if "(" in plain else tuple(filter(None, _LINK.split(plain)))
        if len(linked) < 2 or min(map(len, linked)) < _SHORTEST_PART:
            return ()
        parts = tuple(as_in_tables(part, "") for part in linked)
        return parts if any(map(self._base.has_convention, parts)) else ()


def _joined(whole: Suggestion, parts: Sequence[Suggestion]) -> Suggestion:
    """The concepts of the parts where each has one, unless the whole has a name of its own."""
    named = [next((one for one in part.concepts if one.probability >= _PART_AT_LEAST), None) for part in parts]
    sure = [one for one in named if one is not None]
    if len(sure) < len(parts) or _is_joint(whole, sure):
        return whole
    concepts = {one.code: one for one in sure}
    candidates = {one.code: one for one in (*sure, *(one for part in parts for one in part.candidates))}
    return replace(whole, concepts=tuple(concepts.values()), candidates=tuple(candidates.values()), in_order=True)


def _is_joint(whole: Suggestion, parts: Sequence[ScoredConcept]) -> bool:
    """Whether the whole is a concept of its own: exactly a name that no part has, or nearly one that joins two."""
    if len(whole.concepts) != 1 or whole.concepts[0].code in {one.code for one in parts}:
        return False
    one = whole.concepts[0]
    return one.exact or (one.probability >= _JOINED_FROM and _CONNECTIVE.search(one.name) is not None)
