"""Code systems: closed tables that load fast and answer about codes, names, aliases and headings."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from coder.errors import UnknownCodeError, UnknownCodeSystemError
from coder.terms import load_crosswalk, load_system
from coder.terms.registry import CrosswalkEntry, registry

SYSTEM_SIZES = {
    "icd10-nhsa-2.0": 33_304,
    "icd10-gl-2.0": 35_862,
    "icd10-bj-601": 40_473,
    "icd9cm3-nhsa-2.0": 13_767,
    "icd9cm3-pumch-2017": 9_867,
    "tcm-disease-gbt15657-2021": 1_370,
    "tcm-syndrome-gbt15657-2021": 2_057,
    "tcm-disease-nhsa-1.0": 638,
    "tcm-syndrome-nhsa-1.0": 1_659,
    "icdo-morphology-nhsa-1.0": 1_494,
}


@pytest.mark.parametrize(("name", "size"), SYSTEM_SIZES.items())
def test_every_system_of_the_design_is_shipped_whole(name: str, size: int) -> None:
    system = load_system(name)
    assert len(system) == size
    assert len(set(system.codes)) == size
    assert all(system.names)


def test_a_concept_knows_its_flags() -> None:
    system = load_system("icd10-nhsa-2.0")
    assert system.concept("I10.x00").is_gray
    assert not system.concept("I10.x05").is_gray
    assert load_system("icd10-bj-601").concept("A00").is_heading
    assert not load_system("tcm-syndrome-gbt15657-2021").concept("B02.03").name_confirmed


def test_gray_codes_are_as_many_as_the_official_table_marks() -> None:
    assert sum(concept.is_gray for concept in load_system("icd10-nhsa-2.0")) == 2_828


def test_dagger_and_asterisk_are_parsed() -> None:
    concept = load_system("icd10-nhsa-2.0").concept("E11.401+G63.2*")
    assert (concept.dagger, concept.asterisk) == ("E11.401", "G63.2*")


@pytest.mark.parametrize("written", ["i10.x05", "Ｉ１０.x05", "I10.×05", "I10.X05", " I10.x05 "])
def test_codes_are_found_however_they_are_written(written: str) -> None:
    assert load_system("icd10-nhsa-2.0").concept(written).code == "I10.x05"


def test_codes_with_several_letters_keep_their_x() -> None:
    assert load_system("tcm-disease-nhsa-1.0").concept("BNX010").code == "BNX010"


def test_names_are_found_whatever_the_width_of_their_punctuation() -> None:
    found = load_system("icd10-nhsa-2.0").with_name("霍乱,由于O1群霍乱弧菌,霍乱生物型所致")
    assert [concept.code for concept in found] == ["A00.000"]


def test_unknown_system_and_code_say_what_to_do() -> None:
    with pytest.raises(UnknownCodeSystemError, match=r"可用的有：icd10-nhsa-2\.0"):
        load_system("icd11")
    with pytest.raises(UnknownCodeError, match=r"不在 医保版 ICD-10 2\.0"):
        load_system("icd10-nhsa-2.0").concept("Q99.999x999")


# The official table of blocks ends 肠的其他疾病 at K63, an edition before this category; what is not named is left out.
IN_NO_BLOCK = ("K64",)


@given(st.sampled_from(load_system("icd10-nhsa-2.0").codes))
@example("K64.000")
def test_every_code_has_a_path_of_headings_that_hold_it(code: str) -> None:
    hierarchy = load_system("icd10-nhsa-2.0").hierarchy
    assert hierarchy is not None
    path = hierarchy.path(code)
    levels = ["chapter", "category"] if code.startswith(IN_NO_BLOCK) else ["chapter", "block", "category"]
    assert [heading.level for heading in path][: len(levels)] == levels
    assert path[len(levels) - 1].code == code[:3]


@pytest.mark.parametrize("entry", registry().crosswalks, ids=lambda entry: entry.source)
def test_every_target_of_a_crosswalk_exists(entry: CrosswalkEntry) -> None:
    target = load_system(entry.target)
    walk = load_crosswalk(source=entry.source, target=entry.target)
    assert len(walk) > 13_000
    assert all(code in target for _, targets in walk for code in targets)


def test_a_crosswalk_translates_both_ways() -> None:
    forward = load_crosswalk(source="icd10-gl-2.0", target="icd10-nhsa-2.0")
    assert forward.translate("I10.x00x032") == ("I10.x05",)
    backward = load_crosswalk(source="icd10-nhsa-2.0", target="icd10-gl-2.0")
    assert "I10.x00x032" in backward.translate("I10.x05")
    with pytest.raises(UnknownCodeError, match="没有对应编码"):
        forward.translate_or_fail("no-code")
    with pytest.raises(UnknownCodeSystemError, match="没有从"):
        load_crosswalk(source="icd10-bj-601", target="tcm-disease-nhsa-1.0")


def test_a_hospitals_own_table_takes_the_place_of_the_shipped_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from coder.terms.build import build_own_system

    source = tmp_path / "本院.csv"
    source.write_text("诊断编码,诊断名称\nI10.x05,高血压3级\nZZ1.000,院内诊断\n", encoding="gb18030")
    build_own_system("icd10-nhsa-2.0", source, tmp_path)
    monkeypatch.setenv("CODER_TERMS_DIR", str(tmp_path))
    load_system.cache_clear()
    try:
        assert load_system("icd10-nhsa-2.0").codes == ["I10.x05", "ZZ1.000"]
    finally:
        load_system.cache_clear()
