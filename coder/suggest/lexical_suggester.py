"""Suggestions from lexical recall alone: no model, no training; the yardstick for all that claims to be better.

A text is looked up whole, without what stands in brackets, in other wordings, and in its parts; the variant that
meets a name best decides. A text of several parts gives a concept a part when the parts meet names better than the
whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from coder.suggest.brackets import specified
from coder.suggest.lexical import LexicalRecall
from coder.suggest.parts import clean, split_parts
from coder.suggest.recall import Candidate, Recall
from coder.suggest.rewrites import wordings
from coder.suggest.suggestion import ScoredConcept, Suggestion
from coder.text import normalise_term

_CANDIDATES = 20
_ABSTAIN_BELOW = 0.5
_PART_AT_LEAST = 0.8
_BRACKETED = re.compile(r"[(\[{][^()\[\]{}]*(?:[)\]}]|$)")
_SQUARE = re.compile(r"\[[^\[\]]*\]")
_CONNECTIVE = re.compile("伴|并|和|及|合")
_JOINED_FROM = 0.88
_EXACT = 1.0
_HARDLY_OTHER = 0.97
_NAMED = "reworded name"
_CACHE = 20_000
_ROUNDING = 1e-9


class LexicalSuggester:
    """Suggests concepts of one code system by their names.

    >>> suggester = LexicalSuggester.load("icd10-nhsa-2.0")
    >>> [concept.code for concept in suggester.suggest(["急性心肌梗死（下壁）"])[0].concepts]
    ['I21.103']
    """

    def __init__(self, recall: Recall, *, rewording: bool = True) -> None:
        self._recall = recall
        self._rewording = rewording
        self._suggest = lru_cache(maxsize=_CACHE)(self._suggest_one)

    @classmethod
    def load(cls, system: str, *, rewording: bool = True) -> LexicalSuggester:
        """The suggester of a code system; without ``rewording`` it looks up a text as it is, in a quarter of the time.

        What it then knows by its name has no other candidates.

        Raises:
            UnknownCodeSystemError: no such system.
            ArtefactError: the lexical index of the system is missing or damaged.
        """
        return cls(LexicalRecall.load(system), rewording=rewording)

    def suggest(self, texts: Sequence[str]) -> list[Suggestion]:
        """One suggestion a text; an empty text has none."""
        return [self._suggest(text) for text in texts]

    def _suggest_one(self, text: str) -> Suggestion:
        cleaned = clean(text)
        exact = None if self._rewording else self._recall.exact(cleaned)
        if exact is not None:
            return Suggestion(text=text, concepts=(_scored(exact),), candidates=(_scored(exact),))
        whole = self._best(cleaned)
        parts = [self._best(part) for part in split_parts(cleaned)] if self._rewording else []
        meant = [found[0] for found in parts if found and found[0].score >= _PART_AT_LEAST]
        if whole and (not meant or _says_all(whole[0], meant)):
            meant = whole[:1]
        meant = [candidate for candidate in meant if candidate.score >= _ABSTAIN_BELOW]
        ranked: dict[str, Candidate] = {}
        for candidate in sorted([*whole, *(one for found in parts for one in found)], key=lambda one: -one.score):
            ranked.setdefault(candidate.code, candidate)
        return Suggestion(
            text=text,
            concepts=tuple(_scored(candidate) for candidate in {one.code: one for one in meant}.values()),
            candidates=tuple(_scored(candidate) for candidate in list(ranked.values())[:_CANDIDATES]),
        )

    def _best(self, text: str) -> list[Candidate]:
        found = self._recall.recall(text, limit=_CANDIDATES)
        if not self._rewording or (found and found[0].score == _EXACT):
            return found
        normal = normalise_term(text)
        plain = _BRACKETED.sub("", normal)
        named = [exact for wording in specified(normal) if (exact := self._recall.exact(wording)) is not None]
        if named:
            # A word of the bracket that makes another concept of the name says more than one that only repeats it.
            head = self._recall.exact(plain)
            more = (exact for exact in named if head is None or exact.code != head.code)
            return [next(more, named[0]), *found]
        if plain != normal:
            reworded = self._with_bracket(normal, plain)
            if reworded is not None:
                return [reworded, *found]
        tried = [(plain, 1.0)] if plain and plain != normal else []
        for wording, factor in [*tried, *wordings(normal), *(wordings(plain) if plain != normal else ())]:
            least = found[0].score / factor - _ROUNDING if found else 0.0
            other = self._recall.recall(wording, limit=_CANDIDATES, above=least)
            if other and (not found or other[0].score * factor > found[0].score):
                found = [_reworded(candidate, factor) for candidate in other]
        return found

    def _with_bracket(self, text: str, plain: str) -> Candidate | None:
        """What a text with a bracket names when reworded with it, or under the name that the table gives its head.

        骶尾部压疮(3期) is 骶尾区Ⅲ期压疮, 新生儿败血症(B族链球菌) is that of 新生儿脓毒症.
        """
        without = {wording for wording, _ in wordings(plain)} | {plain}
        for wording, factor in wordings(text):
            exact = self._recall.exact(wording) if wording not in without else None
            if exact is not None:
                return _reworded(exact, factor)
        head = self._recall.exact(plain)
        official = (
            () if head is None else specified(_SQUARE.sub("", normalise_term(head.name)) + text.removeprefix(plain))
        )
        return next(filter(None, map(self._recall.exact, official)), None)


def _says_all(whole: Candidate, parts: Sequence[Candidate]) -> bool:
    """Whether the whole's name is at least as like as any part's, or is almost right and itself joins two things."""
    best = max(part.score for part in parts)
    return whole.score >= best or (whole.score >= _JOINED_FROM and _CONNECTIVE.search(whole.name) is not None)


def _reworded(candidate: Candidate, factor: float) -> Candidate:
    """A candidate for another wording, which is as good as its name where that wording is one and hardly another."""
    named = candidate.score == _EXACT and factor >= _HARDLY_OTHER
    return candidate._replace(score=candidate.score * factor, source=_NAMED if named else candidate.source)


def _scored(candidate: Candidate) -> ScoredConcept:
    exact = candidate.score == _EXACT or candidate.source == _NAMED
    return ScoredConcept(candidate.code, candidate.name, round(candidate.score, 4), exact=exact)
