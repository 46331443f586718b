"""The hand-checked cases: what each must be grouped to, and why, is in ``eval/data/grouping/cases.tsv``."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest

from coder.group import Case, Scheme, load_scheme
from coder.group.definition import Ambiguous
from eval.group_agreement import plain, rule_file
from eval.group_agreement_reference import PlainGrouper

CASES = Path(__file__).parents[2] / "eval" / "data" / "grouping" / "cases.tsv"


def rows() -> list[dict[str, str]]:
    with CASES.open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


@cache
def scheme(name: str, qy: Ambiguous) -> Scheme:
    return load_scheme(name).with_options(ambiguous=qy)


@cache
def reference(name: str) -> PlainGrouper:
    from coder.group.compiled import definition_of

    return PlainGrouper(rule_file(definition_of(load_scheme(name).compiled)))


def number(text: str) -> int | None:
    return int(text) if text else None


def case_of_row(row: dict[str, str]) -> Case:
    return Case(
        principal=row["principal"] or None,
        others=tuple(row["others"].split("|")) if row["others"] else (),
        procedures=tuple(row["procedures"].split("|")) if row["procedures"] else (),
        sex={"male": "male", "female": "female", "": None}[row["sex"]],
        age_years=number(row["age_years"]),
        age_days=number(row["age_days"]),
        birth_weight_g=number(row["birth_weight_g"]),
    )


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['id']}-{row['drg']}")
def test_case_is_grouped_as_checked_by_hand(row: dict[str, str]) -> None:
    grouping = scheme(row["scheme"], row["qy"]).group(case_of_row(row))
    assert (grouping.status, grouping.drg) == (row["status"], row["drg"]), row["reason"]
    assert grouping.trail


def test_suite_covers_every_mdc_and_the_special_ways_in() -> None:
    cases = rows()
    assert len(cases) >= 200
    grouped = {row["drg"][0] for row in cases if row["status"] == "分组成功"}
    assert grouped == set(load_scheme("chs-drg-1.1").mdcs)
    assert sum(row["status"] == "歧义病案" for row in cases) >= 8
    assert {row["drg"][:3] for row in cases} >= {"PS1", "PS2", "PS3", "PS4", "AA1", "AH1", "ZZ1", "YR1", "YC1"}


def test_plain_reading_of_the_rules_agrees_on_complete_cases() -> None:
    for row in rows():
        case = case_of_row(row)
        if row["status"] == "分组成功" and row["qy"] == "off" and case.sex and case.age_years is not None:
            if row["reason"].startswith(("大小写", "国临版")):
                continue
            assert reference(row["scheme"]).group(plain(case)) == row["drg"], row["id"]
