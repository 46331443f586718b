"""Context: combination codes, the type of diabetes, codes that say nothing beside a better one."""

from __future__ import annotations

import pytest

from coder.record import Patient
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
        (("E11.900", "E14.500x050"), ["E11.503"]),  # the names of type 2 are built otherwise
        (("E10.900", "E14.500x011+I79.2*"), ["E10.501+I79.2*"]),
        (("E10.900", "E14.500x050"), ["E10.503"]),
        (("E11.900", "E14.100"), ["E11.101"]),
        (("E11.900", "E88.802"), ["E11.103"]),
        (("E11.300x031+H36.0*", "E11.301+H36.0*"), ["E11.300x031+H36.0*"]),
        (("O72.100", "R57.101"), ["O72.100", "O75.101"]),
        (("O00.115", "R57.101", "R58.x01"), ["O00.115", "O08.302", "O08.105"]),
        (("O72.100", "O43.200x001", "D65.x00x001"), ["O72.003", "O72.301"]),
        (("G70.000", "G70.007"), ["G70.000x002"]),
        (("G30.900", "F03.x00"), ["G30.901+F00.9*"]),
        (("N18.300", "N18.900x012+D63.8*"), ["N18.300", "N18.300x001+D63.8*"]),
        (("K35.800x001", "K65.901"), ["K35.300"]),
        # one thing under two names
        (("C25.900", "C25.801"), ["C25.801"]),
        (("N39.000", "T83.500x003"), ["T83.500x003"]),
        (("A86.x00", "B00.400x001+G05.1*"), ["B00.400x001+G05.1*"]),
        (("J96.900x003", "J96.900x001"), ["J96.900x003"]),
        (("N20.100", "N13.600"), ["N13.602"]),
        (("C78.604", "R18.x00"), ["C78.604"]),
        (("T42.400", "T50.900x001"), ["T42.400"]),
        (("H91.200x001", "R42.x00x001"), ["H91.200x001"]),  # a symptom of what is listed
        (("C77.002", "C77.900x001"), ["C77.002"]),
        (("J46.x02", "J45.900"), ["J46.x02"]),  # the wider name
        (("K57.200", "K65.001"), ["K57.200"]),  # what the combined code says already
        (("I15.102", "I10.x00x002"), ["I15.102"]),  # a hypertension that has a cause
        (("K76.600", "R16.100x001"), ["K76.600"]),  # the organ that grew by it
        (("S36.002", "R58.x01"), ["S36.002"]),
        (("T20.200", "T23.200x003", "T29.200x001"), ["T20.200", "T23.200x003"]),  # places that are named
        (("S06.202", "I60.900x006"), ["S06.202", "S06.600"]),  # blood of a hurt brain
        (("S37.002", "K66.102"), ["S37.002", "S36.803"]),
        (("K74.600x003", "R18.x00"), ["K74.600x003", "R18.x00"]),  # what is treated for itself stays
        (("B24.x01", "A16.200x002", "B37.001"), ["B20.003", "B20.400x001"]),  # what AIDS brings
        (("R75.x00x001", "B37.001"), ["R75.x00x001", "B37.001"]),  # a virus alone is no AIDS
        (("R75.x00x001", "C46.900"), ["B21.000x001"]),
        (("N39.000", "A49.815"), ["N39.000", "B96.100"]),  # the organism of a place
        (("J18.900", "A49.812"), ["J15.600x005"]),
        (("J18.900", "N39.000", "A49.801"), ["J18.900", "N39.000", "B96.200"]),
        (("J21.900x002", "B34.800x003"), ["J21.000"]),
        (("I11.901", "I12.900x003", "I50.900"), ["I13.000x001"]),
        (("I12.900x003", "N18.500"), ["I12.000x001", "N18.500"]),
        (("I05.000", "I35.100", "I07.100"), ["I08.302"]),
        (("I34.000", "I35.100"), ["I34.000", "I35.100"]),  # nothing says that they are rheumatic
        (("I45.102", "I44.400"), ["I45.200"]),
        (("B26.900x001", "K85.900"), ["B26.300+K87.1*"]),
        (("A23.900", "M46.100"), ["A23.902+M01.3*"]),
        (("J62.800x003", "A16.200x002"), ["J65.x00"]),
        (("B18.107", "K74.100"), ["B18.107", "K74.600x003"]),  # the virus of a cirrhosis
        (("I31.300", "I31.901"), ["I31.300", "I31.901"]),  # a tamponade is more than its effusion
        (("C34.301", "C79.800x863", "I31.300"), ["C34.301", "C79.800x863"]),  # an effusion of the cancer
        (("C16.301", "K31.819", "K91.830"), ["C16.301", "K91.830"]),
        (("F11.204", "G20.x00", "G20.x04"), ["F11.204", "G20.x04"]),
    ],
)
def test_rules(before: tuple[str, ...], expected: list[str]) -> None:
    assert after(*before) == expected


def in_words(words: str, code: str, *, record: str = "") -> list[str]:
    """What becomes of a code that rests on these words, in a record that goes on like this."""
    found = entries(code)
    found[code].spans[:] = [Span(0, len(words))]
    return list(in_context(found, SYSTEM, text=words + "\n" + record))


@pytest.mark.parametrize(
    ("words", "code", "record", "expected"),
    [
        ("右侧乳腺癌术后", "C50.900", "2015年行改良根治术。", "Z85.300x001"),
        ("右侧乳腺癌术后", "C50.900", "2015年行改良根治术，现化疗。", "C50.900"),  # still treated
        ("右侧乳腺癌术后", "C50.900", "入院后行改良根治术。", "C50.900"),  # operated on this stay
        ("右侧乳腺癌", "C50.900", "2015年发现肿块。", "C50.900"),
        ("颈部烧伤后瘢痕挛缩", "T20.000x003", "", "T95.000x006"),
        ("颈部烧伤", "T20.000x003", "", "T20.000x003"),
        ("右上肺继发性肺结核(菌阴)", "A16.200x002", "", "A16.000"),
        ("右面部皮肤感染", "B99.x00x001", "", "L08.901"),
        ("hiv感染 无症状", "R75.x00x001", "", "Z21.x00x001"),
        ("hiv感染", "R75.x00x001", "", "R75.x00x001"),
        ("糖尿病足", "E14.500x050", "既往:2型糖尿病10年。", "E11.503"),  # the type stands in the history
        ("糖尿病足", "E14.500x050", "既往:1型糖尿病10年,其父2型糖尿病。", "E14.500x050"),
    ],
)
def test_rules_that_ask_for_the_words(words: str, code: str, record: str, expected: str) -> None:
    assert in_words(words, code, record=record) == [expected]


def test_a_newborn_of_unknown_age_keeps_its_codes() -> None:
    assert in_words("新生儿肺炎", "P23.900", record="新生儿科出院记录") == ["P23.900"]


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


@pytest.mark.parametrize(
    ("codes", "patient", "kept"),
    [
        (["P07.300x001"], Patient(), True),
        (["P07.300x001"], Patient(age_days=3, age_years=0), True),
        (["P07.300x001"], Patient(age_years=30), False),
        (["P07.300x001", "O42.900"], Patient(), False),
    ],
)
def test_where_no_age_is_known_the_entries_tell_the_newborn(codes: list[str], patient: Patient, kept: bool) -> None:
    """A list that holds nothing but 早产儿 must not end as an empty page."""
    found = in_context(entries(*codes), SYSTEM, patient=patient)
    assert ("P07.300x001" in found) is kept
