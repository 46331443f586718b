"""Set expressions of doctors and the concepts that coders give them (``data/conventions.yaml``), before any search.

A convention needs no model and leaves no doubt: 急性肾损伤 is coded as 急性肾衰竭, whatever name is nearest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field

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


@cache
def conventions() -> dict[str, tuple[Convention, ...]]:
    """All conventions by kind of concept, read and validated once."""
    text = files("coder.suggest").joinpath("data/conventions.yaml").read_text(encoding="utf-8")
    return {kind: tuple(map(Convention.model_validate, found)) for kind, found in parse_yaml(text).items()}


class ConventionSuggester:
    """Answers expressions that have a convention, and asks another suggester for the rest; immutable.

    >>> from coder.suggest.lexical_suggester import LexicalSuggester
    >>> from coder.terms import load_system
    >>> suggester = ConventionSuggester(LexicalSuggester.load("icd10-nhsa-2.0"), load_system("icd10-nhsa-2.0"))
    >>> [concept.name for concept in suggester.suggest(["急性肾损伤（AKI 2期）"])[0].concepts]
    ['急性肾衰竭']
    """

    def __init__(self, base: Suggester, system: CodeSystem) -> None:
        self._base = base
        self._named_in_chinese = system.kind == "diagnosis"
        self._rules: list[tuple[str, ScoredConcept]] = []
        for convention in conventions().get(system.kind, ()):
            named = [concept for name in convention.names for concept in system.with_name(name)]
            if named:
                best = ScoredConcept(named[0].code, named[0].name, _PROBABILITY)
                self._rules.append((convention.text, best))
        # Few texts have a convention, so one search tells first whether any rule holds.
        self._any = re.compile("|".join(f"(?:{pattern})" for pattern, _ in self._rules) or "(?!)")

    def suggest(self, texts: Sequence[str]) -> list[Suggestion]:
        """One suggestion a text, in the same order."""
        return [self._conventional(found) for found in self._base.suggest(texts)]

    def _conventional(self, found: Suggestion) -> Suggestion:
        plain = normalise_term(found.text)
        wordings = dict.fromkeys((plain, re.sub(r"[()\[\]]", "", plain), _BRACKETED.sub("", plain).strip()))
        for wording in dict.fromkeys([*wordings, *(_SIDE.sub("", one) for one in wordings)]):
            if not self._any.fullmatch(wording):
                continue
            for pattern, concept in self._rules:
                if re.fullmatch(pattern, wording):
                    others = tuple(one for one in found.candidates if one.code != concept.code)
                    return Suggestion(text=found.text, concepts=(concept,), candidates=(concept, *others), settled=True)
        if self._named_in_chinese and not _CHINESE.search(plain):
            # The nearest name to letters that are no name of their own says nothing.
            return replace(found, concepts=tuple(one for one in found.concepts if one.exact))
        return found
