"""Written forms: names, endings, aliases and the names of the other edition lead to one concept."""

from __future__ import annotations

import pytest

from coder.tcm.forms import Forms, system_of
from coder.tcm.rules import fold, fold_term


def first(text: str) -> tuple[str, str]:
    form = Forms.load().of(fold_term(text))[0]
    return form.code, form.way


@pytest.mark.parametrize(
    ("text", "code", "way"),
    [
        ("胸痹心痛", "A04.01.01", "name"),
        ("胸痹心痛病", "A04.01.01", "ending"),
        ("消渴", "A06.09", "ending"),
        ("糖尿病", "A06.09", "alias"),
        ("痹证", "A07.06", "ending"),
        ("缺乳", "A09.02.05.22", "usage"),
        ("颜面疔疮病", "A08.02.02.01", "other_edition"),
        ("气虚血瘀", "B03.01.03.06.02", "ending"),
        ("气虚血瘀型", "B03.01.03.06.02", "ending"),
        ("热证型", "B01.06", "ending"),
        ("肺阴亏虚证", "B04.04.01.03.02", "alias"),
        ("气滞瘀血证", "B03.01.02.02.01", "other_edition"),
    ],
)
def test_forms_lead_to_their_concept(text: str, code: str, way: str) -> None:
    assert first(text) == (code, way)


def test_names_that_the_source_ran_together_are_told_apart() -> None:
    assert first("痰瘀互结证") == ("B02.09.09.01.02", "name")
    assert first("脾胃虚寒证") == ("B04.06.03.01.03.04", "name")


def test_an_alias_of_a_class_and_of_a_disease_in_it_is_the_disease() -> None:
    assert first("寒湿腰痛")[0] == "A07.06.17.01"


def test_a_bracket_of_the_insurance_edition_is_the_name() -> None:
    assert first("混合痔病")[0] == "A08.03.01.03"


def test_a_name_of_the_insurance_edition_alone_keeps_its_own_code() -> None:
    form = Forms.load().of(fold_term("阴阳离决证"))[0]
    assert form.system == "tcm-syndrome-nhsa-1.0"
    assert system_of(form).concept(form.code).name == "阴阳离决证"


def test_bare_headings_have_no_form() -> None:
    assert Forms.load().of(fold_term("脏腑病")) == ()


def test_every_form_is_folded() -> None:
    assert all(form.text == fold(form.text) for form in Forms.load())


def test_the_longest_form_wins() -> None:
    text = "消渴病气阴两虚证"
    found = Forms.load().longest_at(text, 0, len(text))
    assert found[0].text == "消渴病"
    assert Forms.load().longest_at(text, 3, len(text))[0].text == "气阴两虚证"
    assert Forms.load().longest_at("甲乙丙", 0, 3) == ()


def test_the_shipped_forms_are_those_of_the_tables() -> None:
    assert list(Forms.load()) == list(Forms.build())
