"""Which items of a list decide, and in which order an item names its concepts."""

from coder.coding import Assertion
from coder.select.gather import gather
from coder.select.mentions import CodedMention
from coder.suggest.suggestion import ScoredConcept, Suggestion
from coder.text import Mention


def mention(text: str, *concepts: ScoredConcept, assertion: Assertion = "present") -> CodedMention:
    where = Mention(0, len(text), text, "diagnosis", "discharge_diagnosis", "list", assertion, None, ())
    return CodedMention(where, Suggestion(text=text, concepts=concepts, candidates=concepts))


def test_the_concepts_of_an_item_come_as_its_words_name_them() -> None:
    obstruction, cancer = ScoredConcept("K31.1", "幽门梗阻", 0.95), ScoredConcept("C16.3", "胃窦恶性肿瘤", 0.9)
    item = mention("胃窦癌伴幽门梗阻", obstruction, cancer)
    assert list(gather([item], threshold=0.5)) == ["C16.3", "K31.1"]
