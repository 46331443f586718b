"""A second coder is scored as the program is."""

from __future__ import annotations

from typing import Any

import pytest

from coder.terms import load_system
from eval.agreement import FIGURES, SecondCoder
from eval.metrics import summarise
from eval.records import DIAGNOSES, PROCEDURES, GoldRecord, load_records
from eval.run import score_records


@pytest.fixture(scope="module")
def gold() -> GoldRecord:
    return next(one for one in load_records("dev") if one.gold.procedures and one.gold.denied and one.gold.others)


def own_page(gold: GoldRecord) -> dict[str, Any]:
    truth = gold.gold
    ordered = sorted(truth.procedures, key=lambda item: item.role != "main")
    return {
        "principal": truth.principal.code,
        "others": [item.code for item in truth.others],
        "procedures": [item.code for item in ordered],
    }


def figures(gold: GoldRecord, page: dict[str, Any]) -> dict[str, float | None]:
    found = summarise(list(score_records([gold], SecondCoder({gold.id: page}))))
    return {name: found[name] for name in FIGURES}


def test_the_gold_agrees_with_itself(gold: GoldRecord) -> None:
    assert figures(gold, own_page(gold)) == {
        "principal_accuracy": 1,
        "other_f1": 1,
        "other_category_f1": 1,
        "procedure_f1": 1,
        "main_procedure_accuracy": 1,
        "denied_records": 0,
    }


def test_a_denied_code_and_an_empty_page_are_seen(gold: GoldRecord) -> None:
    right = {code for item in (*gold.gold.diagnoses, *gold.gold.procedures) for code in item.codes}
    wrong = next(code for item in gold.gold.denied for code in item.codes if code not in right)
    denied = figures(gold, own_page(gold) | {"others": [wrong]})
    assert denied["denied_records"] == 1
    assert denied["other_f1"] == 0
    empty = figures(gold, {"principal": wrong, "others": [], "procedures": []})
    assert (empty["principal_accuracy"], empty["main_procedure_accuracy"]) == (0, 0)


def test_second_coders_coded_held_out_records_from_the_tables() -> None:
    held_out = {one.id for one in load_records("held-out")}
    diagnoses, procedures = load_system(DIAGNOSES), load_system(PROCEDURES)
    for record, page in SecondCoder.load().pages.items():
        assert record in held_out
        assert page["principal"] in diagnoses
        assert all(code in diagnoses for code in page["others"])
        assert all(code in procedures for code in page["procedures"])
