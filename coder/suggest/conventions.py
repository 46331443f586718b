"""Set expressions of doctors and the concepts that coders give them (``data/conventions.yaml``), before any search.

A convention needs no model and leaves no doubt: 急性肾损伤 is coded as 急性肾衰竭, whatever name is nearest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field, field_validator

from coder.suggest.suggestion import ScoredConcept, Suggester, Suggestion
from coder.terms import CodeSystem
from coder.text import normalise_term
from coder.yaml_data import parse_yaml

_PROBABILITY = 0.95
_BRACKETED = re.compile(r"[(\[{][^()\[\]{}]*(?:[)\]}]|$)")
_CHINESE = re.compile("[一-鿿]")
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


@cache
def conventions() -> dict[str, tuple[Convention, ...]]:
    """All conventions by kind of concept, read and validated once."""
    text = files("coder.suggest").joinpath("data/conventions.yaml").read_text(encoding="utf-8")
    return {kind: tuple(map(Convention.model_validate, found)) for kind, found in parse_yaml(text).items()}


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
        rules: list[tuple[str, ScoredConcept]] = []
        for convention in conventions().get(system.kind, ()):
            named = [concept for name in convention.names for concept in system.with_name(name)]
            if named:
                best = ScoredConcept(named[0].code, named[0].name, _PROBABILITY)
                rules.append((convention.text, best))
        # One pattern with a group for each, so that one match tells whether there is a convention, and which.
        self._patterns = re.compile("|".join(f"({pattern})" for pattern, _ in rules) or "(?!)")
        self._concepts = [concept for _, concept in rules]

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

    def _concept(self, plain: str) -> ScoredConcept | None:
        """The concept that a convention gives the words, in one of the forms in which they can be read."""
        wordings = dict.fromkeys((plain, re.sub(r"[()\[\]]", "", plain), _BRACKETED.sub("", plain).strip()))
        for wording in dict.fromkeys([*wordings, *(_SIDE.sub("", one) for one in wordings)]):
            match = self._patterns.fullmatch(wording)
            if match is not None and match.lastindex is not None:
                return self._concepts[match.lastindex - 1]
        return None

    def _checked(self, found: Suggestion) -> Suggestion:
        if self._named_in_chinese and not _CHINESE.search(normalise_term(found.text)):
            # The nearest name to letters that are no name of their own says nothing.
            return replace(found, concepts=tuple(one for one in found.concepts if one.exact))
        return found


def _settled(concept: ScoredConcept, found: Suggestion) -> Suggestion:
    others = tuple(one for one in found.candidates if one.code != concept.code)
    return Suggestion(text=found.text, concepts=(concept,), candidates=(concept, *others), settled=True)
