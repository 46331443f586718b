"""Context: combination codes, the type of diabetes, codes that say nothing beside a better one."""

from __future__ import annotations

import pytest

from coder.select.context import context_rules, in_context
from coder.select.front_page import Span
from coder.select.gather import Gathered
from coder.suggest.suggestion import ScoredConcept
from coder.terms import load_system

SYSTEM = load_system("icd10-nhsa-2.0")


def entries(*codes: str) -> dict[str, Gathered]:
    found = {}
    for place, code in enumerate(codes):
        concept = SYSTEM.concept(code)
        scored = ScoredConcept(concept.code, concept.name, 0.9)
        found[code] = Gathered(scored, "present", [Span(10 * place, 10 * place + 5)])
    return found


def after(*codes: str) -> list[str]:
    return list(in_context(entries(*codes), SYSTEM))


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (("E11.900", "E14.400x023+G63.2*"), ["E11.401+G63.2*"]),  # the neuropathy is that of type 2
        (("E14.400x023+G63.2*",), ["E14.400x023+G63.2*"]),  # no type known: nothing is guessed
        (("J44.900", "J22.x00"), ["J44.000"]),
        (("J44.900", "E87.600"), ["J44.900", "E87.600"]),
        (("I10.x05", "I10.x00x002"), ["I10.x05"]),
        (("I21.900", "I20.000"), ["I21.900"]),
        (("B02.900x001", "M79.207"), ["B02.202+G53.0*"]),
        (("K26.401", "K26.900x002"), ["K26.401"]),  # unspecified beside specified
        (("S22.300", "S22.900"), ["S22.300", "S22.900"]),  # several injuries stand side by side
        (("I11.901", "I50.900"), ["I11.002"]),
    ],
)
def test_rules(before: tuple[str, ...], expected: list[str]) -> None:
    assert after(*before) == expected


def test_no_place_of_evidence_is_lost() -> None:
    start = entries("J44.900", "J22.x00", "E11.900", "E14.400x023+G63.2*")
    spans = {span for entry in start.values() for span in entry.spans}
    kept = {span for entry in in_context(start, SYSTEM).values() for span in entry.spans}
    assert kept == spans


def test_every_rule_speaks_of_codes_and_names_that_exist() -> None:
    rules = context_rules()
    prefixes = {prefix for rule in rules.rename for prefix in (*rule.given, *rule.of)}
    prefixes |= {prefix for rule in rules.rename for prefix in rule.stays}
    prefixes |= {prefix for rule in rules.combine for prefix in rule.all}
    prefixes |= {prefix for rule in rules.drop for prefix in (*rule.given, *rule.of)}
    assert [prefix for prefix in prefixes if not SYSTEM.with_prefix(prefix)] == []
    assert [rule.name for rule in rules.combine if not SYSTEM.with_name(rule.name)] == []
    for rule in rules.rename:
        named = [concept for prefix in rule.of for concept in SYSTEM.with_prefix(prefix)]
        made = {name: [name.format(name=concept.name) for concept in named] for name in rule.names}
        assert [name for name, names in made.items() if not any(map(SYSTEM.with_name, names))] == []
