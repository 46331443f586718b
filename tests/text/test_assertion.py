"""Assertion, mostly by the marked sentences that made its rules: ``eval/data/assertion/rules.txt``."""

from __future__ import annotations

from functools import cache

import pytest

from coder.suggest.anchors import anchor_sets
from coder.text.assertion import (
    SECOND_OPINION,
    AssertionData,
    AssertionRules,
    Scopes,
    cue_texts,
    openers,
    speaking_cues,
)
from coder.text.datafile import load_data
from coder.text.normalise import normalise
from coder.text.second_opinion import SecondOpinion
from coder.text.segment import Segmenter
from eval.sentences import SENTENCES, Sentence, judge
from eval.sentences import sentences as sentences_of


@cache
def sentences() -> tuple[Sentence, ...]:
    return tuple(sentences_of(SENTENCES / "rules.txt"))


def scopes_of(text: str) -> tuple[str, Scopes]:
    normal = normalise(text).text
    return normal, AssertionRules.load().scopes(normal, Segmenter.load().segment(normal))


@pytest.mark.parametrize("sentence", sentences(), ids=lambda sentence: sentence.text[:24])
def test_marked_sentence(sentence: Sentence) -> None:
    for one in judge([sentence]):
        assert (one.words, one.found) == (one.words, one.mark.assertion), f"{sentence.text} ({one.cue})"


@pytest.mark.parametrize(
    ("text", "procedure", "section", "said"),
    [
        ("患者顾虑手术风险,冠脉搭桥一事出院后再作商量。", "冠脉搭桥", "hospital_course", ("planned", SECOND_OPINION)),
        ("入院后完善冠脉造影示前降支重度狭窄。", "冠脉造影", "hospital_course", ("present", None)),
        ("拟行冠脉搭桥。", "冠脉搭桥", "hospital_course", ("planned", "拟行")),
    ],
)
def test_the_second_opinion_takes_back_what_no_cue_speaks_against(
    text: str, procedure: str, section: str, said: tuple[str, str | None]
) -> None:
    scopes = AssertionRules.load().scopes(text, Segmenter.load().segment(text), opinion=SecondOpinion.load())
    start = text.index(procedure)
    found = scopes.assess(start, start + len(procedure), kind="procedure", section=section)
    assert (found.assertion, found.cue) == said


def test_the_second_opinion_says_nothing_of_conditions_or_of_items_of_lists() -> None:
    text = "患者顾虑手术风险,冠脉搭桥一事出院后再作商量。"
    scopes = AssertionRules.load().scopes(text, Segmenter.load().segment(text), opinion=SecondOpinion.load())
    start = text.index("冠脉搭桥")
    assert scopes.assess(start, start + 4, kind="diagnosis", section="hospital_course").assertion == "present"
    framed = scopes.frame(text, start, start + 4, kind="procedure", section="hospital_course")[2]
    assert framed.assertion == "present"
    assert scopes.cued(start, start + 4, kind="procedure", section="hospital_course").assertion == "present"


def test_there_are_enough_sentences_of_every_assertion() -> None:
    counts: dict[str, int] = {}
    for sentence in sentences():
        for span in sentence.marks:
            counts[span.assertion] = counts.get(span.assertion, 0) + 1
    assert len(sentences()) >= 300
    wanted = {"present", "absent", "possible", "excluded", "historical", "family", "planned"}
    assert min(counts[name] for name in wanted) >= 20


def test_a_list_item_is_framed_by_its_own_cues() -> None:
    text, scopes = scopes_of("急性胰腺炎待排")
    start, end, said = scopes.frame(text, 0, len(text), kind="diagnosis", section="discharge_diagnosis")
    assert (text[start:end], said.assertion, said.cue) == ("急性胰腺炎", "possible", "待排")


def test_what_stands_outside_an_item_says_nothing_about_it() -> None:
    text, scopes = scopes_of("无肺癌")
    assert scopes.frame(text, 1, len(text), kind="diagnosis", section="body")[2].assertion == "present"


def test_the_cue_is_reported() -> None:
    _, scopes = scopes_of("否认高血压")
    assert scopes.assess(2, 5).cue == "否认"


def test_a_word_that_only_looks_like_a_cue_says_nothing() -> None:
    assert "无创" in cue_texts()
    assert "无创" not in speaking_cues()
    assert set(openers()) == {"无", "未"}


def test_what_a_pattern_asks_for_early_is_in_every_match() -> None:
    for one in load_data("assertion.yaml", AssertionData).patterns:
        sets = anchor_sets(one.pattern) if one.also else ()
        for words in one.also:
            assert any(each.issubset(words) for each in sets), f"{one.name}: {words}"
