import pytest

from coder.evidence.names import core, likeness, same_thing


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("左肺下叶腺癌(pt1bn0m0 1a2期)", "左肺下叶恶性肿瘤"),
        ("外伤性脾破裂(4级)", "创伤性脾破裂"),
        ("左股骨颈骨折(头下型,gardeniv型)", "股骨颈头下骨折"),
        ("外阴阴道假丝酵母菌病", "念珠菌性外阴阴道炎"),
    ],
)
def test_a_doctors_words_and_the_official_name_meet(one: str, other: str) -> None:
    assert same_thing(one, other)


@pytest.mark.parametrize(
    ("one", "other"), [("急性阑尾炎", "肾结石"), ("脑出血", "老年性白内障"), ("肺炎", "股骨颈骨折")]
)
def test_different_things_do_not(one: str, other: str) -> None:
    assert not same_thing(one, other)


def test_likeness_is_symmetric_and_between_nothing_and_all() -> None:
    assert likeness("肾结石", "肾结石") == 1.0
    assert likeness("肾结石", "脑出血") == 0.0
    assert likeness("左肾结石", "肾结石伴积水") == likeness("肾结石伴积水", "左肾结石")


def test_a_name_that_is_all_qualifier_keeps_itself() -> None:
    assert core("急性") == "急性"
