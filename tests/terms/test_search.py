"""Term search: what a coder types, and what comes first."""

from __future__ import annotations

import pytest

from coder.errors import InputError
from coder.terms.search import TermSearch


def first(query: str, system: str = "icd10-nhsa-2.0") -> tuple[str, str]:
    hit = TermSearch.load(system).search(query)[0]
    return hit.code, hit.kind


@pytest.mark.parametrize(
    ("query", "code", "kind"),
    [
        ("急性心肌梗死", "I21.900", "name"),
        ("急性心梗", "I21.900", "alias"),
        ("jxxg", "I21.900", "pinyin"),
        ("I10.x05", "I10.x05", "code"),
        ("i10．ｘ05", "I10.x05", "code"),
        ("由于O1群霍乱弧菌", "A00.000", "part"),
        ("急性心肌梗塞死", "I21.900", "similar"),
    ],
)
def test_names_aliases_pinyin_codes_parts_and_slips_are_found(query: str, code: str, kind: str) -> None:
    assert first(query) == (code, kind)


def test_a_category_name_leads_to_its_codes() -> None:
    category = TermSearch.load("icd10-nhsa-2.0").search("病毒性和其他特指的肠道感染", limit=5)
    assert {hit.code[:3] for hit in category} == {"A08"}


def test_a_code_prefix_lists_the_codes_below_it() -> None:
    hits = TermSearch.load("icd10-nhsa-2.0").search("I21.0", limit=50)
    assert hits
    assert all(hit.code.startswith("I21.0") for hit in hits)


def test_gray_codes_come_after_reportable_ones() -> None:
    hits = TermSearch.load("icd10-nhsa-2.0").search("高血压", limit=5)
    assert not hits[0].is_gray


def test_no_hit_appears_twice() -> None:
    codes = [hit.code for hit in TermSearch.load("icd9cm3-nhsa-2.0").search("阑尾切除术", limit=30)]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("query", ["", "  ", "，。", "高" * 201])
def test_empty_and_endless_queries_are_refused(query: str) -> None:
    with pytest.raises(InputError, match="检索词"):
        TermSearch.load("icd10-nhsa-2.0").search(query)
