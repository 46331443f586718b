"""The TCM items of a front page: fields first, then the text."""

from __future__ import annotations

import pytest

from coder.record import Record
from coder.tcm.items import (
    is_treated,
    preparation_cost,
    preparation_used,
    stated_edition,
    treatment_category,
)
from coder.text import Reading, read


def reading(text: str) -> Reading:
    return read(Record(text=text))


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("治疗类别：1.1 中医", "tcm"),
        ("治疗类别：中西医结合", "integrated"),
        ("治疗类别（1.中医 2.中西医 3.西医）：3", "western"),
        ("治疗类别：", None),
    ],
)
def test_the_category_is_read_from_the_text(text: str, category: str | None) -> None:
    assert treatment_category(reading(text)) == category


def test_a_field_goes_before_the_text_unless_it_is_empty() -> None:
    assert treatment_category(reading("治疗类别：1"), {"treatment_class": 3}) == "western"
    assert treatment_category(reading("治疗类别：1"), {"treatment_class": " "}) == "tcm"
    assert treatment_category(reading("治疗类别：1"), {"treatment_class": "9"}) is None


def test_the_flag_for_preparations_has_several_spellings() -> None:
    used = [
        preparation_used(reading(""), {"tcm_preparation_used": value}) for value in ("1", "是", "有", "2", "否", "无")
    ]
    assert used == [True, True, True, False, False, False]
    assert preparation_used(reading("")) is None


def test_a_cost_is_a_number_or_nothing() -> None:
    assert preparation_cost(reading("医疗机构中药制剂费：12.50元")) == 12.5
    assert preparation_cost(reading(""), {"tcm_preparation_cost": 0}) == 0.0
    assert preparation_cost(reading(""), {"tcm_preparation_cost": "未知"}) is None


def test_the_edition_is_named_in_the_text() -> None:
    assert stated_edition(reading("编码依据 GB/T 15657-2021")) == "gb/t 15657-2021"
    assert stated_edition(reading("中医诊断：感冒")) is None


def test_treatment_words() -> None:
    assert is_treated(reading("予针刺治疗"))
    assert not is_treated(reading("予阿莫西林口服"))
