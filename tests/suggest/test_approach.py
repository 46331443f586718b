"""One approach for several procedures."""

from __future__ import annotations

import pytest

from coder.record import Record
from coder.suggest.approach import Approaches, shared_approaches
from coder.text import read


def shared(operations: str) -> list[str]:
    reading = read(Record(text=f"手术名称：{operations}"))
    return list(shared_approaches(reading.mentions, reading).values())


@pytest.mark.parametrize(
    ("operations", "expected"),
    [
        ("腹腔镜下卵巢囊肿剥除术+盆腔粘连松解术", ["腹腔镜下盆腔粘连松解术"]),
        ("LSC卵巢囊肿剥除术+盆腔粘连松解术", ["腹腔镜下卵巢囊肿剥除术", "腹腔镜下盆腔粘连松解术"]),
        ("腹腔镜中转开腹胆囊切除术", ["胆囊切除术"]),
        ("卵巢囊肿剥除术+盆腔粘连松解术", []),  # no approach to share
        ("腹腔镜下胆囊切除术+宫腔镜检查", []),  # the second has its own
        ("腹腔镜右半结肠切除术(中转开腹)", ["右半结肠切除术"]),
        ("腹腔镜探查中转开腹脾切除术", ["脾切除术"]),
    ],
)
def test_approaches(operations: str, expected: list[str]) -> None:
    assert shared(operations) == expected


@pytest.mark.parametrize(
    ("course", "expected"),
    [
        ("粘连致密,中转开腹,完成手术。", ["阑尾切除术"]),
        ("镜下根部无法处理,遂改取右侧经腹直肌切口长约9cm进腹。", ["阑尾切除术"]),
        ("手术顺利,未中转开腹。", []),
        ("必要时中转开腹。", []),
    ],
)
def test_a_converted_operation_loses_its_approach(course: str, expected: list[str]) -> None:
    reading = read(Record(text=f"手术名称：腹腔镜阑尾切除术\n诊疗经过：{course}"))
    assert list(shared_approaches(reading.mentions, reading).values()) == expected


@pytest.mark.parametrize(
    ("text", "endoscopic"),
    [
        ("既往史：腹腔镜胆囊切除史。\n诊疗经过：上腹正中切口进腹。", False),
        ("诊疗经过：曾考虑腹腔镜,因腹胀未采用,逐层进腹。", False),
        ("诊疗经过：建立气腹,切除阑尾。", True),
    ],
)
def test_an_operation_that_is_not_this_one_says_nothing_of_the_approach(text: str, endoscopic: bool) -> None:
    assert Approaches(read(Record(text=text))).endoscopic("abdomen") is endoscopic


def test_a_short_name_gives_its_approach_to_what_follows() -> None:
    assert shared("TLH+盆腔粘连松解术") == ["腹腔镜下盆腔粘连松解术"]
