"""What the other entries of a front page say about an entry: combination codes, types, redundant codes.

The rules are data (``data/context.yaml``). ICD-10 volume 2 asks for one combination code where it exists;
糖尿病肾病 beside 2型糖尿病 is that of type 2.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict, Field

from coder.select.codes import first_match, matches
from coder.select.gather import Gathered
from coder.suggest.suggestion import ScoredConcept
from coder.terms import CodeSystem


class _Rule(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rename(_Rule):
    """An entry in ``of`` beside one in ``given`` becomes the concept that ``name`` makes of its name."""

    given: tuple[str, ...]
    of: tuple[str, ...]
    name: str


class Combine(_Rule):
    """Entries that are all there become one concept."""

    all: tuple[str, ...] = Field(min_length=2)
    name: str


class Drop(_Rule):
    """Entries in ``of`` say nothing beside one in ``given``."""

    given: tuple[str, ...]
    of: tuple[str, ...]


class ContextRules(_Rule):
    """All of ``context.yaml``."""

    rename: tuple[Rename, ...]
    combine: tuple[Combine, ...]
    drop: tuple[Drop, ...]


@cache
def context_rules() -> ContextRules:
    """The rules, read and validated once."""
    text = files("coder.select").joinpath("data/context.yaml").read_text(encoding="utf-8")
    return ContextRules.model_validate(yaml.safe_load(text))


def in_context(
    entries: dict[str, Gathered], system: CodeSystem, rules: ContextRules | None = None
) -> dict[str, Gathered]:
    """The entries after the rules, in the same order; what is merged or dropped keeps its places with what remains."""
    rules = rules or context_rules()
    found = dict(entries)
    for rename in rules.rename:
        if first_match(found, rename.given):
            found = _renamed(found, rename, system)
    for combine in rules.combine:
        found = _combined(found, combine, system)
    for drop in rules.drop:
        keeper = first_match(found, drop.given)
        if keeper is not None:
            for code in [code for code in found if matches(code, drop.of) and not matches(code, drop.given)]:
                found[keeper].spans.extend(found.pop(code).spans)
    return found


def _renamed(entries: dict[str, Gathered], rule: Rename, system: CodeSystem) -> dict[str, Gathered]:
    found: dict[str, Gathered] = {}
    for code, entry in entries.items():
        concept = entry.concept
        if matches(code, rule.of):
            named = system.with_name(rule.name.format(name=concept.name))
            if named:
                concept = ScoredConcept(named[0].code, named[0].name, concept.probability)
        known = found.get(concept.code)
        if known is None:
            found[concept.code] = replace(entry, concept=concept)
        else:
            known.spans.extend(entry.spans)
    return found


def _combined(entries: dict[str, Gathered], rule: Combine, system: CodeSystem) -> dict[str, Gathered]:
    parts = [first_match(entries, (prefix,)) for prefix in rule.all]
    codes = [code for code in parts if code is not None]
    named = system.with_name(rule.name)
    if len(set(codes)) < len(rule.all) or not named:
        return entries
    whole = ScoredConcept(named[0].code, named[0].name, min(entries[code].concept.probability for code in codes))
    found: dict[str, Gathered] = {}
    for code, entry in entries.items():
        if code not in codes:
            found.setdefault(code, entry)
        elif whole.code in found:
            found[whole.code].spans.extend(entry.spans)
        else:
            found[whole.code] = replace(entry, concept=whole, spans=list(entry.spans))
    return found
