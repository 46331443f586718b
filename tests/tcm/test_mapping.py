"""The mapping TCM disease → ICD-10 and the crosswalk of the two editions: every row is checked against the tables."""

from __future__ import annotations

from itertools import pairwise

import pytest

from coder.tcm.mapping import edition_pairs, to_insurance, unmapped, usages, western_table
from coder.tcm.systems import KINDS, TermKind, insurance, standard
from coder.terms import load_system


def test_every_disease_has_candidates() -> None:
    missing = [
        entry.code for entry in standard("disease") if not entry.is_heading and entry.code not in western_table()
    ]
    assert missing == []


def test_candidates_exist_under_their_names() -> None:
    icd10, diseases = load_system("icd10-nhsa-2.0"), standard("disease")
    for candidates in western_table().values():
        for item in candidates:
            assert icd10.concept(item.icd10_code).name == item.icd10_name
            assert diseases.concept(item.tcm_code).name == item.tcm_name


def test_first_candidates_can_be_used_alone() -> None:
    icd10 = load_system("icd10-nhsa-2.0")
    for candidates in western_table().values():
        concept = icd10.concept(candidates[0].icd10_code)
        assert not concept.is_gray
        assert concept.dagger, f"{concept.code} is a manifestation"


def test_candidates_are_ranked() -> None:
    for code, candidates in western_table().items():
        assert [item.rank for item in candidates] == list(range(1, len(candidates) + 1)), code
        assert len({item.icd10_code for item in candidates}) == len(candidates), code
        assert all(one.confidence > other.confidence for one, other in pairwise(candidates)), code
        assert len({item.reviewed for item in candidates}) == 1, code


def test_the_commonest_diseases_were_reviewed() -> None:
    reviewed = {code for code, candidates in western_table().items() if candidates[0].reviewed}
    assert len(reviewed) >= 300
    assert {"A04.01.01", "A06.09", "A07.01.01", "A17.07", "A04.03.15", "A07.06.17", "A09.02.02.08"} <= reviewed


def test_the_encoder_adds_to_what_was_not_reviewed_and_contradicts_nothing() -> None:
    table = western_table()
    sure = {rows[0].icd10_code for rows in table.values() if rows[0].reviewed and rows[0].relationship == "equivalent"}
    for code, candidates in table.items():
        for item in candidates:
            if item.basis == "encoder":
                assert not item.reviewed, code
                assert item.relationship != "equivalent" or item.icd10_code not in sure, code


@pytest.mark.parametrize("kind", KINDS)
def test_pairs_exist_in_both_editions(kind: TermKind) -> None:
    ours, theirs = standard(kind), insurance(kind)
    for pair in edition_pairs(kind):
        assert ours.concept(pair.gb_code).name == pair.gb_name
        names = (theirs.concept(pair.nhsa_code).name, *theirs.aliases(pair.nhsa_code))
        assert pair.nhsa_name in names


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_paired_is_listed(kind: TermKind) -> None:
    listed = {(item.system, item.code) for item in unmapped()}
    ours = {pair.gb_code for pair in edition_pairs(kind)}
    theirs = {pair.nhsa_code for pair in edition_pairs(kind)}
    for system, paired in ((standard(kind), ours), (insurance(kind), theirs)):
        for concept in system:
            if not concept.is_heading:
                assert (concept.code in paired) != ((system.name, concept.code) in listed), concept


def test_usages_name_their_concept() -> None:
    for usage in usages():
        assert standard(usage.kind).concept(usage.code).name == usage.name


@pytest.mark.parametrize(
    ("code", "kind", "expected"),
    [
        ("A06.09", "disease", "BNV060"),
        ("A08.03.01.03", "disease", "BWG000"),
        ("A07.01.01.04", "disease", "BNV120"),
        ("B02.09.09.01.02", "syndrome", "ZYTX20"),
    ],
)
def test_codes_translate_to_the_insurance_edition(code: str, kind: TermKind, expected: str) -> None:
    pair = to_insurance(code, kind)
    assert pair is not None
    assert pair.nhsa_code == expected


def test_a_code_without_counterpart_translates_to_none() -> None:
    assert to_insurance("A03.05.06", "disease") is None
