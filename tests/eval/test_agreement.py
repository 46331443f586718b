"""Agreement of a second coder, or of the program, with the gold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coder.terms import load_system
from eval.agreement import Page, agreement, figures, page_of, second_pages
from eval.records import DIAGNOSES, PROCEDURES, GoldRecord, load_records
from tests.fake_coder import FakeCoder


@pytest.fixture(scope="module")
def gold() -> GoldRecord:
    return next(one for one in load_records("dev") if one.gold.procedures and one.gold.denied and one.gold.others)


def own_page(gold: GoldRecord) -> Page:
    truth = gold.gold
    ordered = sorted(truth.procedures, key=lambda item: item.role != "main")
    return Page(truth.principal.code, tuple(item.code for item in truth.others), tuple(item.code for item in ordered))


def test_the_gold_agrees_with_itself(gold: GoldRecord) -> None:
    assert dict(figures([agreement(gold, own_page(gold))])) == {
        "principal": 100,
        "others": 100,
        "categories": 100,
        "procedures": 100,
        "main procedure": 100,
        "denied": 0,
    }


def test_a_denied_code_and_a_missing_page_are_seen(gold: GoldRecord) -> None:
    right = {code for item in (*gold.gold.diagnoses, *gold.gold.procedures) for code in item.codes}
    wrong = next(code for item in gold.gold.denied for code in item.codes if code not in right)
    denied = agreement(gold, replace(own_page(gold), others=(wrong,)))
    assert denied.denied
    assert denied.others.right == 0
    empty = agreement(gold, Page(None, (), ()))
    assert (empty.principal, empty.main, empty.denied) == (False, False, False)


def test_the_page_of_the_program_leads_with_its_main_procedure(gold: GoldRecord) -> None:
    record = gold.model_copy(update={"text": "肺炎，行阑尾切除术"})
    assert page_of(record, FakeCoder()) == Page("J18.900", (), ("47.0901",))


def test_second_coders_coded_held_out_records_from_the_tables() -> None:
    held_out = {one.id for one in load_records("held-out")}
    diagnoses, procedures = load_system(DIAGNOSES), load_system(PROCEDURES)
    for record, page in second_pages().items():
        assert record in held_out
        assert page.principal in diagnoses
        assert all(code in diagnoses for code in page.others)
        assert all(code in procedures for code in page.procedures)
