"""Which items of a list decide, and in which order an item names its concepts."""

from coder.coding import Assertion
from coder.select.gather import gather
from coder.select.mentions import CodedMention, not_ruled_out
from coder.suggest.suggestion import ScoredConcept, Suggestion
from coder.text import Mention


def mention(text: str, *concepts: ScoredConcept, assertion: Assertion = "present") -> CodedMention:
    where = Mention(0, len(text), text, "diagnosis", "discharge_diagnosis", "list", assertion, None, ())
    return CodedMention(where, Suggestion(text=text, concepts=concepts, candidates=concepts))


def test_a_suspected_item_that_the_record_rules_out_elsewhere_is_left_out() -> None:
    listed = [mention("肺结节病", assertion="possible"), mention("肺炎", assertion="possible"), mention("结节病")]
    ruled_out = [mention("结节病", assertion="excluded")]
    assert [one.mention.text for one in not_ruled_out(listed, ruled_out)] == ["肺炎", "结节病"]


def test_the_concepts_of_an_item_come_as_its_words_name_them() -> None:
    obstruction, cancer = ScoredConcept("K31.1", "幽门梗阻", 0.95), ScoredConcept("C16.3", "胃窦恶性肿瘤", 0.9)
    item = mention("胃窦癌伴幽门梗阻", obstruction, cancer)
    assert list(gather([item], threshold=0.5)) == ["C16.3", "K31.1"]


def test_what_is_ruled_out_in_other_words_is_left_out() -> None:
    suspected = mention("ami", ScoredConcept("I21.900", "急性心肌梗死", 1.0), assertion="possible")
    combined = mention("2型糖尿病酮症酸中毒", ScoredConcept("E11.101", "酮症酸中毒", 1.0), assertion="possible")
    ruled_out = [
        mention("心梗", ScoredConcept("I21.900", "急性心肌梗死", 1.0), assertion="excluded"),
        mention("高渗状态", ScoredConcept("E11.000", "高渗", 1.0), assertion="excluded"),
    ]
    assert not_ruled_out([suspected, combined], ruled_out) == [combined]


def test_a_suspected_finding_that_running_text_only_denies_is_left_out() -> None:
    suspected = mention("胆囊结石", assertion="possible")
    assert not_ruled_out([suspected], [suspected], text="胆囊结石?\n超声胆囊未见结石。") == []
    assert not_ruled_out([suspected], [suspected], text="胆囊结石?\n超声胆囊内结石0.4cm。") == [suspected]
