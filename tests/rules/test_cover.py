import pytest

from coder.rules.cover import Item, items_of, uncoded
from coder.rules.facts import Facts
from tests.rules.conftest import given


def missing(text: str, *codes: str) -> list[str]:
    facts = Facts(given(text=text, principal=codes[0], others=codes[1:]))
    mentions = [m for m in facts.given.reading.mentions if m.section == "discharge_diagnosis"]
    return [item.text for item in uncoded(items_of(mentions, facts.diagnoses.name), facts, "diagnosis")]


@pytest.mark.parametrize(
    ("text", "codes", "left"),
    [
        ("出院诊断：1.急性阑尾炎\n2.肾结石", ("K35.800x001",), ["肾结石"]),
        ("出院诊断：1.急性阑尾炎\n2.肾结石", ("K35.800x001", "N20.000"), []),
        ("出院诊断：1.左下肢深静脉血栓形成\n2.左肾静脉血栓形成", ("I82.301",), ["左下肢深静脉血栓形成"]),
        ("出院诊断：1.胆囊结石\n2.急性胆囊炎", ("K80.000x002",), []),
        ("出院诊断：左肺下叶腺癌", ("C34.300x003",), []),
    ],
)
def test_each_code_covers_one_item_and_combined_codes_both(text: str, codes: tuple[str, ...], left: list[str]) -> None:
    assert missing(text, *codes) == left


def test_nothing_named_is_nothing_missing() -> None:
    assert uncoded([], Facts(given(principal="K35.800")), "diagnosis") == []


def test_joined_operations_are_items_of_their_own() -> None:
    facts = Facts(given(text="手术名称：胆囊切除术+胆总管探查术", principal="K80.200"))
    mentions = [m for m in facts.given.reading.mentions if m.kind == "procedure"]
    items = items_of(mentions, facts.procedures.name)
    assert all(isinstance(item, Item) and "+" not in item.text for item in items)
    text = facts.given.reading.normalised.text
    assert all(text[item.span.start : item.span.end] == item.text for item in items)
