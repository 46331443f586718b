from __future__ import annotations

import pytest

from coder.errors import InputError
from coder.record import Patient
from coder.text.normalise import normalise
from coder.text.patient import complete_patient


def patient(text: str, given: Patient | None = None) -> Patient:
    return complete_patient(normalise(text).text, given or Patient())


@pytest.mark.parametrize(
    ("text", "sex"),
    [
        ("姓名：某某 性别：女 年龄：41岁", "female"),
        ("【姓名】某某【性别】男【年龄】46岁", "male"),
        ("患者，男，45岁，因腹痛入院。", "male"),
        ("患者某某，女性，70岁。", "female"),
        ("患者男性61岁，农民。", "male"),
        ("患儿，女，生后3天。", "female"),
        ("3岁男孩，因发热住院。", "male"),
        ("某某 女 51岁\n入院日期", "female"),
        ("现病史：女，44岁，会计。", "female"),
        ("患者信息：女，38岁", "female"),
        ("产妇某某，29岁，G1P0，孕39周。", "female"),
        ("患者32岁，因停经39周入院。", "female"),
        ("患者因腹痛入院。", None),
        ("患儿，母孕38周剖宫产娩出。", None),
    ],
)
def test_sex(text: str, sex: str | None) -> None:
    assert patient(text).sex == sex


@pytest.mark.parametrize(
    ("text", "years", "days"),
    [
        ("年龄：41岁", 41, None),
        ("患者，男，45岁", 45, None),
        ("患儿，女，3月", 0, 91),
        ("患儿，男，生后3天", 0, 3),
        ("患儿，男，出生后30分钟入院", 0, 0),
        ("年龄：2周岁", 2, None),
        ("日龄5天", 0, 5),
        ("患儿，女，11月龄", 0, 335),
        ("患儿，男，18个月", 1, None),
        ("66岁女性，胸痛2小时", 66, None),
        ("咳嗽3天", None, None),
    ],
)
def test_age(text: str, years: int | None, days: int | None) -> None:
    found = patient(text)
    assert (found.age_years, found.age_days) == (years, days)


@pytest.mark.parametrize(
    ("text", "grams"),
    [
        ("患儿，女，生后3天，出生体重2150g。", 2150),
        ("患儿，男，日龄1天，出生体重：3200克。", 3200),
        ("患儿，男，生后2小时，出生时体重2.45kg。", 2450),
        ("患者，男，45岁，体重60kg。", None),
        ("患儿，男，3岁，出生体重3300g。", None),
        ("患儿，男，日龄1天，出院时体重2140g。出生体重1260g。", 1260),
        ("患儿，男，日龄1天，体重2140g。", 2140),
        ("患儿，男，日龄1天，目前体重2140g。", None),
        ("患儿，女，生后20分钟，BW 1480g，今晨体重1450g。", 1480),
    ],
)
def test_birth_weight_of_the_newborn_only(text: str, grams: int | None) -> None:
    assert patient(text).birth_weight_g == grams


def test_what_is_given_is_kept() -> None:
    given = Patient(sex="male", age_years=30)
    assert patient("患者，男，31岁。", given) == given


def test_an_age_in_days_means_less_than_a_year() -> None:
    assert patient("患儿反应差。", Patient(age_days=4)).age_years == 0


def test_a_sex_against_the_given_one_is_refused_naming_both() -> None:
    with pytest.raises(InputError, match=r"“女”.*“男”"):
        patient("患者，男，45岁。", Patient(sex="female"))


def test_two_sexes_in_the_text_are_refused() -> None:
    with pytest.raises(InputError, match="“男”和“女”"):
        patient("性别：男 年龄：40岁\n性别：女")
