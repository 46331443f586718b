import pytest

from coder.evidence.support import Span
from coder.rules.cover import Item, is_of_no_site, is_vague, items_of, uncoded
from coder.rules.facts import Facts
from tests.rules.conftest import given


def missing(text: str, *codes: str) -> list[str]:
    facts = Facts(given(text=text, principal=codes[0], others=codes[1:]))
    mentions = [m for m in facts.given.reading.mentions if m.section == "discharge_diagnosis"]
    return [item.text for item in uncoded(items_of(mentions, facts, "diagnosis"), facts, "diagnosis")]


@pytest.mark.parametrize(
    ("text", "codes", "left"),
    [
        ("出院诊断：1.急性阑尾炎\n2.肾结石", ("K35.800x001",), ["肾结石"]),
        ("出院诊断：1.急性阑尾炎\n2.肾结石", ("K35.800x001", "N20.000"), []),
        ("出院诊断：1.左下肢深静脉血栓形成\n2.左肾静脉血栓形成", ("I82.301",), ["左下肢深静脉血栓形成"]),
        ("出院诊断：1.胆囊结石\n2.急性胆囊炎", ("K80.000x002",), []),
        ("出院诊断：左肺下叶腺癌", ("C34.300x003",), []),
        # A code that is another item's own does not stand for what is merely like it.
        ("出院诊断：1.慢性阻塞性肺疾病\n2.肺大疱", ("J43.901", "J98.101"), ["慢性阻塞性肺疾病"]),
        # What is listed apart has a code of its own; what the code of another chapter takes in has not.
        ("出院诊断：1.支原体肺炎\n2.胸腔积液", ("J15.700",), ["胸腔积液"]),
        ("出院诊断：1.输卵管妊娠破裂\n2.失血性休克", ("O00.106", "O08.302"), []),
        # A wider name, a symptom and a finding of what is coded.
        ("出院诊断：1.支气管哮喘，危重\n2.支气管哮喘", ("J46.x02",), []),
        ("出院诊断：1.急性胰腺炎\n2.上腹痛", ("K85.900x001",), []),
        ("出院诊断：1.门静脉高压\n2.脾大", ("K76.600",), []),
        ("出院诊断：1.门静脉高压\n2.腹水", ("K76.600",), ["腹水"]),
    ],
)
def test_each_code_covers_one_item_and_combined_codes_both(text: str, codes: tuple[str, ...], left: list[str]) -> None:
    assert missing(text, *codes) == left


def test_nothing_named_is_nothing_missing() -> None:
    assert uncoded([], Facts(given(principal="K35.800")), "diagnosis") == []


def test_joined_operations_are_items_of_their_own() -> None:
    facts = Facts(given(text="手术名称：胆囊切除术+胆总管探查术", principal="K80.200"))
    mentions = [m for m in facts.given.reading.mentions if m.kind == "procedure"]
    items = items_of(mentions, facts, "procedure")
    assert all(isinstance(item, Item) and "+" not in item.text for item in items)
    text = facts.given.reading.normalised.text
    assert all(text[item.span.start : item.span.end] == item.text for item in items)


def proposed(text: str, meant: dict[str, str], *codes: str) -> list[str]:
    facts = Facts(given(text=text, principal=codes[0], others=codes[1:], meant=meant))
    mentions = [m for m in facts.given.reading.mentions if m.section == "discharge_diagnosis"]
    left = uncoded(items_of(mentions, facts, "diagnosis"), facts, "diagnosis")
    return [code for item in left for code in item.codes]


def test_words_that_name_no_code_go_by_what_they_mean() -> None:
    text, meant = "出院诊断：1.急性阑尾炎\n2.缺铁性贫血（中度）", {"缺铁性贫血（中度）": "D50.900"}
    assert proposed(text, meant, "K35.800x001") == ["D50.900"]
    assert proposed(text, meant, "K35.800x001", "D50.000") == []


def test_an_unspecified_code_is_covered_by_its_block() -> None:
    text, meant = "出院诊断：1.风湿性心脏病（重度）\n2.房颤", {"风湿性心脏病（重度）": "I09.900"}
    assert proposed(text, meant, "I08.100x002", "I48.900x004") == []
    assert is_vague("I09.900")
    assert not is_vague("N86.x02")


def test_a_code_that_stands_for_another_operation_covers_no_neighbour() -> None:
    text = "诊疗经过：行背根神经节脉冲射频，之后肋间神经阻滞。"
    done = {"背根神经节脉冲射频": "04.2x05", "肋间神经阻滞": "04.8101"}
    facts = Facts(given(text=text, principal="B02.202+G53.0*", procedures=["04.8104"], done=done))
    words = facts.evidence.text
    items = [Item(words[p.start : p.end], Span(p.start, p.end), p.codes, exact=False) for p in facts.given.performed]
    assert [item.codes for item in uncoded(items, facts, "procedure")] == [("04.2x05",)]
    assert uncoded(items[:1], facts, "procedure") == []


def test_two_operations_of_one_category_are_told_apart_by_their_names() -> None:
    facts = Facts(given(text="行支气管镜肺泡灌洗，同时行冷冻肺活检。", principal="J18.900", procedures=("33.2403",)))
    lavage = Item("支气管镜肺泡灌洗", Span(1, 9), ("33.2403",))
    biopsy = Item("冷冻肺活检", Span(13, 18), ("33.2700x001",))
    assert uncoded([lavage, biopsy], facts, "procedure") == [biopsy]
    assert uncoded([biopsy], facts, "procedure") == []


def test_an_injury_of_no_named_site_is_covered_by_that_of_the_site() -> None:
    assert is_of_no_site("T14.101")
    facts = Facts(given(text="出院诊断：额部皮肤裂伤", principal="S01.800x086"))
    item = Item("额部皮肤裂伤", Span(5, 11), ("T14.101",), exact=False)
    assert uncoded([item], facts, "diagnosis") == []
