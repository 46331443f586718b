"""Term search for people: by name, alias, code prefix, pinyin initials or category name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from rapidfuzz import fuzz, process

from coder.errors import InputError
from coder.terms.keys import code_key, name_key
from coder.terms.system import GRAY, HEADING, CodeSystem, load_system

MatchKind = Literal["name", "alias", "code", "pinyin", "category", "part", "similar"]

_CODE_LIKE = re.compile(r"[A-Z]{1,4}[0-9][0-9A-Za-z.+*/]*|[0-9]{2}(\.[0-9A-Za-z.]*)?")
_PINYIN_LIKE = re.compile(r"[a-z0-9]{2,}")
_MAX_QUERY = 200
_SIMILAR_AT_LEAST = 55.0
_SCORES: dict[MatchKind, float] = {
    "code": 1.0,
    "name": 1.0,
    "alias": 0.98,
    "pinyin": 0.9,
    "part": 0.8,
    "category": 0.6,
    "similar": 0.5,
}


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One concept found, with the words that matched and how."""

    code: str
    name: str
    score: float
    matched: str
    kind: MatchKind
    is_gray: bool


@dataclass(frozen=True, slots=True)
class _Query:
    """What was typed, its key, and how many hits are wanted."""

    text: str
    key: str
    limit: int


class TermSearch:
    """Search over the concepts of one code system; made once, used from many threads.

    >>> search = TermSearch.load("icd10-nhsa-2.0")
    >>> search.search("I10.x05")[0].name
    '高血压3级'
    """

    def __init__(self, system: CodeSystem) -> None:
        self._system = system
        aliases, rows, _ = system.alias_table
        self._texts = [*system.names, *aliases]
        self._rows = [*range(len(system)), *rows.tolist()]
        self._keys = [name_key(text) for text in self._texts]
        self._exact: dict[str, list[int]] = {}
        for index, key in enumerate(self._keys):
            self._exact.setdefault(key, []).append(index)

    @classmethod
    def load(cls, system: str) -> TermSearch:
        """The search over a system of this name; a second call returns the same object.

        Raises:
            UnknownCodeSystemError: no such system.
        """
        return _load(system)

    def search(self, query: str, *, limit: int = 10) -> list[SearchHit]:
        """The best ``limit`` concepts, best first, each at most once.

        Raises:
            InputError: the query is empty or longer than 200 characters.
        """
        key = name_key(query)
        if not key:
            raise InputError("检索词为空：请输入名称、编码、别名或拼音首字母")
        if len(query) > _MAX_QUERY:
            raise InputError(f"检索词超过 {_MAX_QUERY} 个字符：请只输入一个诊断或手术的名称")
        found: dict[int, SearchHit] = {}
        # What begins codes is meant as a code: similar words would only bury the codes below it.
        looks_like_code = _CODE_LIKE.fullmatch(code_key(query)) is not None
        steps: tuple[Callable[[_Query], Iterable[SearchHit]], ...] = (
            self._by_code,
            self._by_exact_name,
            self._by_pinyin,
            self._by_part,
            self._by_category,
            self._by_similarity,
        )
        for step in steps:
            if len(found) >= limit or (found and looks_like_code):
                break
            for hit in step(_Query(query.strip(), key, limit)):
                row = self._system.row(hit.code)
                if row is not None:
                    found.setdefault(row, hit)
        return sorted(found.values(), key=lambda hit: -hit.score)[:limit]

    def _hit(self, index: int, kind: MatchKind, *, score: float | None = None) -> SearchHit:
        row = self._rows[index]
        flags = int(self._system.flags[row])
        value = _SCORES[kind] if score is None else score
        # A grey code or a heading can be looked up, but never stands before a code that can be reported.
        value -= 0.05 * bool(flags & GRAY) + 0.05 * bool(flags & HEADING)
        return SearchHit(
            code=self._system.codes[row],
            name=self._system.names[row],
            score=round(max(value, 0.0), 4),
            matched=self._texts[index],
            kind=kind,
            is_gray=bool(flags & GRAY),
        )

    def _by_code(self, query: _Query) -> Iterable[SearchHit]:
        code = code_key(query.text)
        if not _CODE_LIKE.fullmatch(code):
            return
        for position, concept in enumerate(self._system.with_prefix(code)):
            if position >= query.limit:
                break
            row = self._system.row(concept.code)
            if row is not None:
                length = len(code) / len(concept.code)
                yield self._hit(row, "code", score=0.8 + 0.2 * length)

    def _by_exact_name(self, query: _Query) -> Iterable[SearchHit]:
        for index in self._exact.get(query.key, ()):
            yield self._hit(index, "name" if index < len(self._system) else "alias")

    def _by_pinyin(self, query: _Query) -> Iterable[SearchHit]:
        if not _PINYIN_LIKE.fullmatch(query.key):
            return
        initials = self._system.initials
        exact = [index for index, text in enumerate(initials) if text == query.key]
        inside = [index for index, text in enumerate(initials) if query.key in text and text != query.key]
        for index in exact[: query.limit]:
            yield self._hit(index, "pinyin")
        for index in sorted(inside, key=lambda index: len(initials[index]))[: query.limit]:
            yield self._hit(index, "pinyin", score=0.7 * len(query.key) / len(initials[index]))

    def _by_part(self, query: _Query) -> Iterable[SearchHit]:
        inside = [index for index, text in enumerate(self._keys) if query.key in text]
        for index in sorted(inside, key=lambda index: len(self._keys[index]))[: 3 * query.limit]:
            share = len(query.key) / len(self._keys[index])
            yield self._hit(index, "part", score=0.6 + 0.3 * share)

    def _by_category(self, query: _Query) -> Iterable[SearchHit]:
        hierarchy = self._system.hierarchy
        if hierarchy is None:
            return
        for level in ("category", "subcategory"):
            for heading in hierarchy.headings(level):
                if query.key not in name_key(heading.name):
                    continue
                for concept in self._system.with_prefix(heading.code)[: query.limit]:
                    row = self._system.row(concept.code)
                    if row is not None:
                        yield self._hit(row, "category")

    def _by_similarity(self, query: _Query) -> Iterable[SearchHit]:
        near = process.extract(
            query.key, self._keys, scorer=fuzz.ratio, limit=3 * query.limit, score_cutoff=_SIMILAR_AT_LEAST
        )
        for _, score, index in near:
            yield self._hit(index, "similar", score=0.6 * score / 100)


@cache
def _load(system: str) -> TermSearch:
    return TermSearch(load_system(system))
