"""What TCM codes of both editions are, and where a record names them."""

from __future__ import annotations

import pytest

from coder.record import Record
from coder.tcm.names import bears_name, is_class, is_standard, kind_of, name_of, places, same_meaning, standard_code
from coder.text import read


@pytest.mark.parametrize(
    ("code", "kind", "name", "standard"),
    [
        ("A06.09", "disease", "消渴病", "A06.09"),
        ("a06．09", "disease", "消渴病", "A06.09"),
        ("BNV060", "disease", "消渴病", "A06.09"),
        ("BNV170", "disease", "闭病", None),
        ("B03.01.03.06.02", "syndrome", "气虚血瘀证", "B03.01.03.06.02"),
        ("E11.900", None, None, None),
    ],
)
def test_a_code_is_known_by_its_tables(code: str, kind: str | None, name: str | None, standard: str | None) -> None:
    assert (kind_of(code), name_of(code), standard_code(code)) == (kind, name, standard)
    assert is_standard(code) is (standard is not None and code[:2] != "BN")


def test_classes_are_told_from_diseases() -> None:
    assert is_class("A07.06")
    assert not is_class("A07.06.03")
    assert not is_class("E11.900")


def test_an_insurance_code_may_stand_for_several_names() -> None:
    assert bears_name("BWG000", "内痔")
    assert bears_name("BWG000", "混合痔")
    assert bears_name("A08.03.01.03", "内痔") is False
    assert not same_meaning("A08.03.01.01", "A08.03.01.03")


def test_a_name_may_say_the_same_in_other_words() -> None:
    assert bears_name("ZYVY30", "气阴亏虚证")
    assert bears_name("ZYVY30", "气血两虚证") is False


def test_a_heading_bears_the_names_below_it() -> None:
    assert bears_name("A08.03.01", "混合痔")
    assert bears_name("A08.03.01", "消渴") is False


def test_a_name_of_the_other_kind_says_nothing() -> None:
    assert bears_name("A06.09", "气虚血瘀证") is None


def test_places_are_those_of_any_name() -> None:
    text = "中医诊断：消渴 气虚血瘀型\n续方治疗消渴病"
    reading = read(Record(text=text))
    quotes = [reading.evidence(*place).text for place in places(reading, "BNV060")]
    assert quotes == ["消渴", "消渴病"]
    assert [reading.evidence(*place).text for place in places(reading, "B03.01.03.06.02")] == ["气虚血瘀型"]
    assert places(reading, "A01.01.01") == ()
