from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from coder.errors import ArtefactError
from coder.text.datafile import DataModel, load_data, parse_data
from coder.text.normalise import normalise, normalise_term, simplify

CLINICAL = st.text(
    alphabet=st.sampled_from(
        "高血压病Ⅲ三III3级期度型ⅡⅣ ①②，：；（）【】％℃×10⁹/L^mol克㎎癌繁體臺灣綜合徵\u200b\r\n\t.。"
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("高血压病Ⅲ级", "高血压病3级"),
        ("高血压病III级", "高血压病3级"),
        ("高血压病三级", "高血压病3级"),
        ("高血压病 3 级", "高血压病 3级"),
        ("Ⅱ型糖尿病", "2型糖尿病"),
        ("二型糖尿病", "2型糖尿病"),
        ("Ⅱ~Ⅲ度烧伤", "2~3度烧伤"),
        ("二至三度烧伤", "2至3度烧伤"),
        ("肺癌ⅢA期", "肺癌3a期"),
        ("心功能Ⅳ级", "心功能4级"),
        ("NYHA III", "nyha 3"),
        ("Ⅲ°房室传导阻滞", "3度房室传导阻滞"),
        ("凝血因子Ⅷ缺乏", "凝血因子8缺乏"),
        ("双膝屈曲4°~90°", "双膝屈曲4度~90°"),
    ],
)
def test_numerals_of_grades_are_one(written: str, folded: str) -> None:
    assert normalise_term(written) == folded


@pytest.mark.parametrize("text", ["iv滴注", "单一型", "同一期", "x型腿", "vitamin"])
def test_what_only_looks_like_a_grade_stays(text: str) -> None:
    assert normalise_term(text) == text


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("WBC 12.3×10⁹/L", "wbc 12.3x10^9/l"),
        ("WBC 12.3*10^9/L", "wbc 12.3x10^9/l"),
        ("WBC 12.3 x109/L", "wbc 12.3x10^9/l"),
        ("RBC 4.1×10^12/L", "rbc 4.1x10^12/l"),
        ("血钾 2.8 mmol／L", "血钾 2.8 mmol/l"),
        ("血糖 6.1毫摩尔/升", "血糖 6.1mmol/l"),
        ("肌酐 96μmol / L", "肌酐 96umol/l"),
        ("体温38.5℃", "体温38.5°c"),
        ("体温38.5摄氏度", "体温38.5°c"),
        ("体重3200克", "体重3200g"),
        ("体重60公斤", "体重60kg"),
        ("心率80次/min", "心率80次/分"),
        ("180毫米汞柱", "180mmhg"),
        ("4cm²", "4cm2"),
    ],
)
def test_unit_forms_are_one(written: str, folded: str) -> None:
    assert normalise_term(written) == folded


def test_a_unit_character_inside_a_name_stays() -> None:
    assert normalise_term("1克罗恩病") == "1克罗恩病"


def test_traditional_characters_become_simplified() -> None:
    assert normalise_term("慢性腎臟病，乾燥綜合徵") == "慢性肾脏病,干燥综合征"


def test_simplified_text_is_left_alone() -> None:
    assert simplify("显著增厚") == "显著增厚"


def test_circled_numbers_keep_the_mark_of_a_list() -> None:
    assert normalise_term("①冠心病②高血压") == "1.冠心病 2.高血压"


def test_a_point_used_as_a_full_stop_becomes_one() -> None:
    assert normalise_term("伴发热.既往体健.") == "伴发热。既往体健。"
    assert normalise_term("1.冠心病") == "1.冠心病"


def test_zero_width_characters_vanish_and_offsets_stay_true() -> None:
    normal = normalise("高\u200b血压Ⅲ級")
    assert normal.text == "高血压3级"
    assert normal.original_span(0, 5) == (0, 6)
    assert normal.original_span(3, 5) == (4, 6)


def test_an_expanded_character_stands_for_the_one_it_came_from() -> None:
    normal = normalise("体温℃")
    assert normal.text == "体温°c"
    assert normal.original_span(2, 3) == (2, 3)
    assert normal.original_span(3, 4) == (2, 3)


def test_empty_spans_stay_empty() -> None:
    normal = normalise("Ⅲ级")
    assert normal.original_span(1, 1) == (1, 1)
    assert normal.original_span(2, 2) == (2, 2)


def test_a_span_outside_the_text_is_refused() -> None:
    with pytest.raises(IndexError, match="outside"):
        normalise("腹痛").original_span(1, 5)


@given(CLINICAL)
def test_every_span_leads_back_into_the_original(text: str) -> None:
    normal = normalise(text)
    assert len(normal.starts) == len(normal.ends) == len(normal.text)
    assert all(0 <= start < end <= len(text) for start, end in zip(normal.starts, normal.ends, strict=True))
    assert list(normal.starts) == sorted(normal.starts)
    assert list(normal.ends) == sorted(normal.ends)


@given(CLINICAL)
def test_a_characters_original_words_fold_to_what_holds_it(text: str) -> None:
    """Folding the original span of any one character gives text that this character is part of, grades aside."""
    normal = normalise(text)
    for index, char in enumerate(normal.text):
        first, last = normal.original_span(index, index + 1)
        again = normalise(text[first:last]).text
        assert char in again or char.isdigit() or char in "度。gx^/lbpm次分c°"


@given(CLINICAL)
@example("I I型")
def test_folding_twice_changes_nothing(text: str) -> None:
    once = normalise(text).text
    assert normalise(once).text == once


@given(st.text(max_size=80))
def test_any_text_can_be_normalised(text: str) -> None:
    normal = normalise(text)
    assert normal.original == text
    assert normal.original_span(0, len(normal.text))[1] <= len(text)


class _Numbers(DataModel):
    numbers: tuple[int, ...]


def test_a_data_file_against_its_schema_is_refused_with_the_place() -> None:
    with pytest.raises(ArtefactError, match=r"numbers\.1"):
        parse_data("numbers: [1, x]", _Numbers, label="t.yaml")


def test_a_data_file_that_is_no_yaml_is_refused_with_the_line() -> None:
    with pytest.raises(ArtefactError, match="第 2 行"):
        parse_data("a: 1\n b: [", _Numbers, label="t.yaml")


def test_a_missing_data_file_is_named() -> None:
    with pytest.raises(ArtefactError, match=r"data/none\.yaml"):
        load_data("none.yaml", _Numbers)
