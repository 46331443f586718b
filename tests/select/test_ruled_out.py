"""Suspected items that another place of the record rules out."""

from coder.record import Record
from coder.select.mentions import CodedMention
from coder.select.policy import selection_policy
from coder.select.ruled_out import not_ruled_out
from coder.suggest.suggestion import ScoredConcept
from coder.text import read
from tests.select.test_mentions import mention


def standing(listed: list[CodedMention], coded: list[CodedMention], *, text: str = "") -> list[CodedMention]:
    reading = read(Record(text=text))
    return not_ruled_out(listed, coded, reading, of_history=selection_policy().denials_of_history)


def test_a_suspected_item_that_the_record_rules_out_elsewhere_is_left_out() -> None:
    listed = [mention("肺结节病", assertion="possible"), mention("肺炎", assertion="possible"), mention("结节病")]
    ruled_out = [mention("结节病", assertion="excluded")]
    assert [one.mention.text for one in standing(listed, ruled_out)] == ["肺炎", "结节病"]


def test_what_is_ruled_out_in_other_words_is_left_out() -> None:
    suspected = mention("ami", ScoredConcept("I21.900", "急性心肌梗死", 1.0), assertion="possible")
    combined = mention("2型糖尿病酮症酸中毒", ScoredConcept("E11.101", "酮症酸中毒", 1.0), assertion="possible")
    ruled_out = [
        mention("心梗", ScoredConcept("I21.900", "急性心肌梗死", 1.0), assertion="excluded"),
        mention("高渗状态", ScoredConcept("E11.000", "高渗", 1.0), assertion="excluded"),
    ]
    assert standing([suspected, combined], ruled_out) == [combined]


def test_a_suspected_finding_that_running_text_only_denies_is_left_out() -> None:
    suspected = mention("胆囊结石", assertion="possible")
    assert standing([suspected], [suspected], text="胆囊结石?\n超声胆囊未见结石。") == []
    assert standing([suspected], [suspected], text="胆囊结石?\n超声胆囊内结石0.4cm。") == [suspected]


def test_what_a_pattern_denies_close_by_counts_as_denied() -> None:
    suspected = mention("肺结核", assertion="possible")
    assert standing([suspected], [suspected], text="肺结核?\n痰检未见结核杆菌,肺癌、结核由此落空。") == []
    assert standing([suspected], [suspected], text="肺结核?\n肺癌由此落空,按结核治疗。") == [suspected]
