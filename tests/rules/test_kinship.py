from __future__ import annotations

import pytest

from coder.rules.kinship import (
    combinations,
    family,
    halves,
    is_without,
    lies_within,
    plain_name,
    says_less,
    spell_together,
)
from coder.terms import CodeSystem, load_system


@pytest.fixture(scope="module")
def icd10() -> CodeSystem:
    return load_system("icd10-nhsa-2.0")


@pytest.fixture(scope="module")
def icd9() -> CodeSystem:
    return load_system("icd9cm3-nhsa-2.0")


@pytest.mark.parametrize(
    ("general", "specific"),
    [
        ("I10.x00x002", "I10.x04"),
        ("S72.000", "S72.000x031"),
        ("S22.300", "S22.400x041"),
        ("C11.900", "C11.202"),
        ("N18.902", "N18.500"),
        ("K72.900x001", "K72.003"),
        ("K37.x00", "K35.800x001"),
        ("N17.900", "N17.901"),
        ("F10.900", "F10.200"),
    ],
)
def test_an_unspecified_code_says_less_than_a_specific_one(icd10: CodeSystem, general: str, specific: str) -> None:
    assert says_less(icd10, general, specific)
    assert not says_less(icd10, specific, general)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("N18.500", "N18.500x001+D63.8*"),
        ("C79.500x001", "C77.007"),
        ("I48.900x003", "I48.100"),
        ("N83.201", "N83.502"),
        ("N13.600", "N13.602"),
        ("I50.900", "I50.900x008"),
        ("K76.900x002", "K76.000"),
        ("J18.900", "I10.x04"),
        ("I10.x04", "Q99.999"),
        ("Q99.999", "I10.x04"),
    ],
)
def test_codes_that_say_different_things_stand_side_by_side(icd10: CodeSystem, one: str, other: str) -> None:
    assert not says_less(icd10, one, other)


def test_procedures_are_compared_within_their_category(icd9: CodeSystem) -> None:
    assert says_less(icd9, "47.0901", "47.0100") is ("阑尾切除术" in plain_name(icd9, "47.0901"))
    assert not says_less(icd9, "51.2200", "47.0100")
    assert family(icd9, "47.0100", "category") == "47.0"
    assert family(icd9, "47.0100", "block") == "47"


def test_the_block_of_a_category_is_that_of_the_tables(icd10: CodeSystem) -> None:
    assert family(icd10, "I21.103", "block") == family(icd10, "I25.103", "block") == "I20-I25"
    assert family(icd10, "I21.103", "category") == "I21"


@pytest.mark.parametrize(
    ("name", "longer", "within"),
    [
        ("心绞痛", "不稳定型心绞痛", True),
        ("急性心肌梗死", "急性下壁心肌梗死", True),
        ("创伤性脑血肿", "急性创伤性硬脑膜下血肿", False),
        ("骨继发恶性肿瘤", "锁骨上淋巴结继发恶性肿瘤", False),
        ("骨折", "", False),
    ],
)
def test_a_name_is_cut_once_at_most(name: str, longer: str, within: bool) -> None:
    assert lies_within(name, longer) is within


def test_without_excludes_with(icd10: CodeSystem) -> None:
    assert is_without(icd10, "I11.901", "I11.002")
    assert not is_without(icd10, "I11.002", "I11.901")
    assert not is_without(icd10, "I11.901", "I12.000x001")
    assert not is_without(icd10, "B02.900x001", "B02.202+G53.0*")


def test_joined_names_are_taken_apart(icd10: CodeSystem) -> None:
    assert halves(icd10, "S82.200x011", ("伴",)) == ("胫骨干骨折", "腓骨骨折")
    assert halves(icd10, "S82.200x081", ("伴",)) == ()
    assert halves(icd10, "K80.200", ("伴有", "伴")) == ()
    assert "K80.000x002" in {
        joined.code
        for joined in combinations(icd10, "K80", ("伴有", "伴"))
        if (joined.first, joined.second) == ("胆囊结石", "急性胆囊炎")
    }


def test_two_names_spell_a_third(icd10: CodeSystem) -> None:
    assert spell_together(icd10, "E11.401+G63.2*", "E11.900", "G62.901")
    assert not spell_together(icd10, "E11.401+G63.2*", "E11.900", "I10.x04")
    assert not spell_together(icd10, "E11.401+G63.2*", "E11.900", "Q99.999")
