"""Which items of a list decide, and in which order an item names its concepts."""

import pytest

from coder.coding import Assertion
from coder.record import Record
from coder.select.gather import gather
from coder.select.mentions import CodedMention, listed_diagnoses
from coder.select.policy import selection_policy
from coder.suggest.suggestion import ScoredConcept, Suggestion
from coder.text import Mention, read


def mention(text: str, *concepts: ScoredConcept, assertion: Assertion = "present") -> CodedMention:
    where = Mention(0, len(text), text, "diagnosis", "discharge_diagnosis", "list", assertion, None, ())
    return CodedMention(where, Suggestion(text=text, concepts=concepts, candidates=concepts))


def test_the_concepts_of_an_item_come_as_its_words_name_them() -> None:
    obstruction, cancer = ScoredConcept("K31.1", "幽门梗阻", 0.95), ScoredConcept("C16.3", "胃窦恶性肿瘤", 0.9)
    item = mention("胃窦癌伴幽门梗阻", obstruction, cancer)
    assert list(gather([item], threshold=0.5)) == ["C16.3", "K31.1"]


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("初步诊断：1.肺癌？ 2.高血压\n诊疗经过：穿刺。\n修正诊断：1.机化性肺炎", ["高血压", "机化性肺炎"]),
        ("门诊诊断：阑尾炎？\n入院诊断：右侧输尿管结石", ["右侧输尿管结石"]),
        ("门诊诊断：阑尾炎？", ["阑尾炎"]),
        ("入院诊断：1.肺癌？ 2.高血压", ["肺癌", "高血压"]),
    ],
)
def test_what_a_list_suspects_a_later_one_of_its_kind_has_settled(text: str, items: list[str]) -> None:
    reading = read(Record(text=text))
    coded = [
        CodedMention(one, Suggestion(text=one.text, concepts=(), candidates=()))
        for one in reading.mentions
        if one.origin == "list"
    ]
    assert [one.mention.text for one in listed_diagnoses(coded, selection_policy(), reading)] == items
