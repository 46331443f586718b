"""Lexical recall: BM25 over jieba words and character bigrams, reranked by rapidfuzz; exact names and aliases win."""

from __future__ import annotations

from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from coder.artefacts import artefact_path
from coder.suggest.lexical_index import LexicalIndex, Words, documents, surface, tokens
from coder.suggest.recall import Candidate
from coder.terms.system import GRAY, CodeSystem, load_system
from coder.text.segment import Segmenter

_POOL = 120
_GRAY_PENALTY = 0.02
_EXACT = 1.0
_ALIAS_PENALTY = 0.001
_NOT_EXACT_AT_MOST = 0.98
_ALIKE = 100.0

Documents = NDArray[np.intp]
Float64 = NDArray[np.float64]


class LexicalRecall:
    """Lexical recall over one code system; one object serves all threads.

    >>> best = LexicalRecall.load("icd10-nhsa-2.0").recall("急性心肌梗死", limit=3)[0]
    >>> best.code, best.score
    ('I21.900', 1.0)
    """

    def __init__(self, system: CodeSystem, index: LexicalIndex, words: Words) -> None:
        self._codes, self._names = system.codes, system.names
        self._index = index
        self._words = words
        self._texts, _ = documents(system)
        self._in_order: dict[int, str] = {}
        # Asked of every candidate, and a list answers sooner than an array.
        self._gray: list[bool] = (system.flags & GRAY).astype(bool).tolist()

    @classmethod
    def load(cls, system: str) -> LexicalRecall:
        """The recall over a system of this name; a second call returns the same object.

        Raises:
            UnknownCodeSystemError: no such system.
            ArtefactError: the index is missing or damaged.
        """
        return _load(system)

    def recall(self, query: str, *, limit: int, above: float = 0.0) -> list[Candidate]:
        """The best candidates for a text; an exact name or alias scores 1.0. None where no score is ``above`` that."""
        key = surface(query)
        if not key:
            return []
        found = self._search(key)
        similarities = self._similarities(key, found, above=above)
        if above and not (len(similarities) and similarities.max() > above):
            return []
        order = np.argsort(-similarities, kind="stable")
        best: dict[int, tuple[float, int]] = {}
        floor = -1.0
        for score, document in zip(similarities[order].tolist(), found[order].tolist(), strict=True):
            if score < floor:
                break
            best.setdefault(self._index.row[document], (score, document))
            if len(best) == limit and floor < 0:
                # No penalty is larger than this, so a name further below the last place than that cannot rise to it.
                floor = score - _GRAY_PENALTY - _ALIAS_PENALTY
        ordered = sorted((self._order(row, score, document), row) for row, (score, document) in best.items())
        return [self._candidate(row, *best[row]) for _, row in ordered[:limit]]

    def exact(self, query: str) -> Candidate | None:
        """The concept that has exactly this name or alias; of several the one that recall would put first."""
        key = surface(query)
        found = self._documents.get(key, ())
        best = min(found, key=lambda document: self._order(self._index.row[document], _EXACT, document), default=None)
        return None if best is None else self._candidate(self._index.row[best], _EXACT, best)

    @cached_property
    def _documents(self) -> dict[str, list[int]]:
        named: dict[str, list[int]] = {}
        for document, key in enumerate(self._index.surface):
            named.setdefault(key, []).append(document)
        return named

    def _candidate(self, row: int, score: float, document: int) -> Candidate:
        return Candidate(row, self._codes[row], self._names[row], score, self._texts[document], "lexical")

    def _order(self, row: int, score: float, document: int) -> tuple[float, int, str]:
        # Of equally good names the plain code comes before its extensions, before grey codes and before mere aliases.
        penalty = _GRAY_PENALTY if self._gray[row] else 0.0
        if self._texts[document] != self._names[row]:
            penalty += _ALIAS_PENALTY
        code = self._codes[row]
        return (penalty - score, len(code), code)

    def _search(self, key: str) -> Documents:
        index = self._index
        numbers = (index.vocabulary.get(token) for token in dict.fromkeys(tokens(key, self._words)))
        spans = [(index.start[number], index.start[number + 1]) for number in numbers if number is not None]
        if not spans:
            return np.empty(0, np.intp)
        found = np.concatenate([index.document[first:last] for first, last in spans])
        weights = np.concatenate([index.weight[first:last] for first, last in spans])
        scores = np.bincount(found, weights=weights, minlength=len(index.row))
        hit = np.flatnonzero(scores > 0)
        return hit if len(hit) <= _POOL else hit[np.argpartition(scores[hit], -_POOL)[-_POOL:]]

    def _similarities(self, key: str, found: Documents, *, above: float) -> Float64:
        """Plain ratio punishes what is left over; the ratio of sorted characters forgives another order.

        Empty where it is clear from the plain ratios that none is ``above`` that.
        """
        if not len(found):
            return np.empty(0)
        documents_found = found.tolist()
        known = [self._index.surface[document] for document in documents_found]
        whole = process.cdist([key], known, scorer=fuzz.ratio, dtype=np.float64)[0]
        best = whole.max()
        if best < _ALIKE and min(_NOT_EXACT_AT_MOST, (0.7 * best + 0.3 * _ALIKE) / 100) <= above:
            return np.empty(0)
        in_order = [self._in_order.get(document) or self._sorted(document) for document in documents_found]
        reordered = process.cdist([" ".join(sorted(key))], in_order, scorer=fuzz.ratio, dtype=np.float64)[0]
        scores: Float64 = np.minimum(_NOT_EXACT_AT_MOST, (0.7 * whole + 0.3 * reordered) / 100)
        # Only the same text is wholly alike.
        scores[whole == _ALIKE] = _EXACT
        return scores

    def _sorted(self, document: int) -> str:
        self._in_order[document] = " ".join(sorted(self._index.surface[document]))
        return self._in_order[document]


@cache
def _load(name: str) -> LexicalRecall:
    system = load_system(name)
    words = Segmenter.load().words
    index = LexicalIndex.read(artefact_path(f"lexical/{name}.zip"), system) or LexicalIndex.build(system, words)
    return LexicalRecall(system, index, words)
