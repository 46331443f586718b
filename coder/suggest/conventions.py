"""Set expressions of doctors and the concepts that coders give them, before any search.

The conventions are data (``data/conventions.yaml``, compiled into ``models/lexical/conventions.json``). A convention
needs no model and leaves no doubt: 急性肾损伤 is coded as 急性肾衰竭, whatever name is nearest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from itertools import chain
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator

from coder.artefacts import artefact_path
from coder.errors import ArtefactError
from coder.patterns import compiled
from coder.suggest.anchors import anchors, anchors_ahead
from coder.suggest.needed import NeededWords
from coder.suggest.suggestion import ScoredConcept, Suggester, Suggestion
from coder.terms import CodeSystem
from coder.text import normalise_term
from coder.yaml_data import parse_yaml

CONVENTION_FILE = "lexical/conventions.json"

_PROBABILITY = 0.95
_BRACKETED = re.compile(r"[(\[{][^()\[\]{}]*(?:[)\]}]|$)")
_BRACKETS = str.maketrans("", "", "()[]")
_CHINESE = re.compile("[一-鿿]")
_EPONYM = re.compile(r"(?<![a-z])[a-z]{4,}(?=(?:'s)?氏?(?:综合征|病|征|现象))")
_SAME_EPONYM = 0.75
_LETTERS = re.compile("[a-z]{3,}")
_NAMED_OPERATION = re.compile(r"(?:改良)?([a-z]{3,})(?:'s)?氏?(?:手术|术|法)$")
_SIDE = re.compile(r"^(?:左侧|右侧|双侧|左|右|双)")


class Convention(BaseModel):
    """One expression and the names, best first, of which the first that the system has is given."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    names: tuple[str, ...] = Field(min_length=1)

    @field_validator("text")
    @classmethod
    def _has_no_group(cls, text: str) -> str:
        if re.compile(text).groups:
            raise ValueError(f"a convention has no groups of its own; write (?:…): {text}")
        return text


class CompiledConvention(Convention):
    """A convention as it is shipped: what it matches holds one of the ``anchors``, if there are any."""

    anchors: tuple[str, ...] = ()


@cache
def conventions() -> dict[str, tuple[Convention, ...]]:
    """All conventions by kind of concept as they are written, read and validated once."""
    text = files("coder.suggest").joinpath("data/conventions.yaml").read_text(encoding="utf-8")
    return {kind: tuple(map(Convention.model_validate, found)) for kind, found in parse_yaml(text).items()}


def compile_conventions(path: Path) -> int:
    """Write the shipped form of all conventions; returns how many."""
    shipped = {
        kind: [
            {**one.model_dump(), "anchors": sorted(anchors(one.text) or anchors_ahead(one.text) or ())} for one in found
        ]
        for kind, found in conventions().items()
    }
    path.write_text(json.dumps(shipped, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return sum(map(len, shipped.values()))


@cache
def _shipped() -> dict[str, tuple[CompiledConvention, ...]]:
    path = artefact_path(CONVENTION_FILE)
    try:
        return TypeAdapter(dict[str, tuple[CompiledConvention, ...]]).validate_json(path.read_bytes())
    except ValidationError:
        raise ArtefactError(f"{CONVENTION_FILE} 已损坏或与本软件的版本不符：请重新安装") from None


def compile_expressions() -> None:
    """Compile what would otherwise be compiled when a text first holds one of its words."""
    for convention in chain.from_iterable(_shipped().values()):
        compiled(convention.text)


class ConventionSuggester:
    """Answers expressions that have a convention, and asks another suggester for the rest; immutable.

    Args:
        base: who answers what has no convention.
        system: the code system in which names are looked up.
        beside: who gives the other candidates of what has one (``base`` if not given).

    >>> from coder.suggest.lexical_suggester import LexicalSuggester
    >>> from coder.terms import load_system
    >>> suggester = ConventionSuggester(LexicalSuggester.load("icd10-nhsa-2.0"), load_system("icd10-nhsa-2.0"))
    >>> [concept.name for concept in suggester.suggest(["急性肾损伤（AKI 2期）"])[0].concepts]
    ['急性肾衰竭']
    """

    def __init__(self, base: Suggester, system: CodeSystem, *, beside: Suggester | None = None) -> None:
        self._base = base
        self._beside = beside or base
        self._named_in_chinese = system.kind == "diagnosis"
        self._rules: list[tuple[str, ScoredConcept]] = []
        anchored: list[tuple[str, ...]] = []
        for convention in _shipped().get(system.kind, ()):
            named = [concept for name in convention.names for concept in system.with_name(name)]
            if named:
                anchored.append(convention.anchors)
                self._rules.append((convention.text, ScoredConcept(named[0].code, named[0].name, _PROBABILITY)))
        self._needed = NeededWords(anchored)

    def suggest(self, texts: Sequence[str]) -> list[Suggestion]:
        """One suggestion a text, in the same order."""
        conventional = [self._concept(normalise_term(text)) for text in texts]
        settled = [text for text, concept in zip(texts, conventional, strict=True) if concept is not None]
        left = [text for text, concept in zip(texts, conventional, strict=True) if concept is None]
        beside, found = iter(self._beside.suggest(settled)), iter(self._base.suggest(left))
        return [
            self._checked(next(found)) if concept is None else _settled(concept, next(beside))
            for concept in conventional
        ]

    def has_convention(self, text: str) -> bool:
        """Whether a convention answers a text."""
        return self._concept(normalise_term(text)) is not None

    def _concept(self, plain: str) -> ScoredConcept | None:
        """The concept that a convention gives the words, in one of the forms in which they can be read."""
        wordings = dict.fromkeys((plain, plain.translate(_BRACKETS), _BRACKETED.sub("", plain).strip()))
        for wording in dict.fromkeys([*wordings, *(_SIDE.sub("", one) for one in wordings)]):
            for number in self._needed.asked(wording):
                text, concept = self._rules[number]
                if compiled(text).fullmatch(wording):
                    return concept
        return None

    def _checked(self, found: Suggestion) -> Suggestion:
        plain = normalise_term(found.text)
        if self._named_in_chinese and not _CHINESE.search(plain):
            # The nearest name to letters that are no name of their own says nothing.
            return replace(found, concepts=tuple(one for one in found.concepts if one.exact))
        words, eponyms = _LETTERS.findall(plain), _EPONYM.findall(plain)

        def fits(concept: ScoredConcept) -> bool:
            if self._named_in_chinese:
                same_letters = not words or _has_no_other_letters(concept, words)
            else:
                same_letters = bool(eponyms) or _is_said(concept, words)
            return same_letters and (not eponyms or _may_be(concept, eponyms))

        return replace(found, concepts=tuple(one for one in found.concepts if one.exact or fits(one)))


def _has_no_other_letters(concept: ScoredConcept, words: Sequence[str]) -> bool:
    """Whether the letters of the name, if any, are among those of the words: PEG术后 is no PGD术后."""
    others = _LETTERS.findall(normalise_term(concept.name))
    return not others or not set(others).isdisjoint(words)


def _may_be(concept: ScoredConcept, eponyms: Sequence[str]) -> bool:
    """Whether the name says nobody's name, or one that the words say: Fanconi is not Conn, nor Alport Apert."""
    others = _EPONYM.findall(normalise_term(concept.name))
    return not others or any(get_close_matches(one, others, n=1, cutoff=_SAME_EPONYM) for one in eponyms)


def _is_said(concept: ScoredConcept, words: Sequence[str]) -> bool:
    """Whether an operation that has nothing but somebody's name is one that the words name: LCX is no McBride."""
    named = _NAMED_OPERATION.match(normalise_term(concept.name))
    return named is None or bool(get_close_matches(named[1], words, n=1, cutoff=_SAME_EPONYM))


def _settled(concept: ScoredConcept, found: Suggestion) -> Suggestion:
    others = tuple(one for one in found.candidates if one.code != concept.code)
    return Suggestion(text=found.text, concepts=(concept,), candidates=(concept, *others), settled=True)
