"""Normalisation from end to end with the shipped model."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.errors import UnknownCodeSystemError
from coder.suggest.names import load_names
from coder.suggest.normalize import CANDIDATES, Normalisation, Normalizer
from coder.suggest.retriever import load_runtime
from coder.terms import load_system

DIAGNOSES = "icd10-nhsa-2.0"
PROCEDURES = "icd9cm3-nhsa-2.0"
SMALL = "tcm-disease-nhsa-1.0"


def _first(system: str, text: str) -> str:
    return Normalizer.load(system).normalize([text])[0].concepts[0].name


@pytest.mark.parametrize(
    ("system", "text", "name"),
    [
        (DIAGNOSES, "急性心肌梗死", "急性心肌梗死"),
        (DIAGNOSES, "冠心病", "冠状动脉粥样硬化性心脏病"),
        (DIAGNOSES, "急性闌尾炎", "急性阑尾炎"),
        (DIAGNOSES, "胃溃疡", "胃溃疡"),
        ("icd10-bj-601", "骨质疏松", "骨质疏松"),
        (PROCEDURES, "腹腔镜下胆囊切除术", "腹腔镜下胆囊切除术"),
        ("icd9cm3-pumch-2017", "腹腔镜胆囊切除术", "腹腔镜下胆囊切除术"),
    ],
)
def test_common_terms(system: str, text: str, name: str) -> None:
    assert _first(system, text) == name


def test_a_phrase_of_several_conditions_gives_several_concepts() -> None:
    names = {concept.name for concept in Normalizer.load(DIAGNOSES).normalize(["2型糖尿病；高血压3级"])[0].concepts}
    assert {"2型糖尿病", "高血压3级"} <= names


@pytest.mark.parametrize(
    "system",
    [
        "icd10-nhsa-2.0",
        "icd10-gl-2.0",
        "icd10-bj-601",
        "icd9cm3-nhsa-2.0",
        "icd9cm3-pumch-2017",
        "tcm-disease-gbt15657-2021",
        "tcm-syndrome-gbt15657-2021",
        "tcm-disease-nhsa-1.0",
        "tcm-syndrome-nhsa-1.0",
        "icdo-morphology-nhsa-1.0",
    ],
)
def test_every_code_is_of_the_system(system: str) -> None:
    codes = load_system(system)
    for answer in Normalizer.load(system).normalize(["咳嗽气促三天", "右肺腺癌伴骨转移", "不知道是什么"]):
        assert all(concept.code in codes for concept in answer.candidates)
        assert set(answer.concepts) <= set(answer.candidates)


@pytest.mark.parametrize("text", ["", "   ", "\x00\x01\x02", "\u200b\ufeff", "😀😀"])
def test_a_text_without_a_word_has_no_concept(text: str) -> None:
    assert Normalizer.load(SMALL).normalize([text])[0] == Normalisation("", (), (), abstained=True)


def test_control_characters_and_emoji_around_a_term_do_no_harm() -> None:
    assert _first(DIAGNOSES, "\x07急性阑尾炎😀\u200b") == "急性阑尾炎"


def test_a_text_longer_than_the_model_takes_is_answered() -> None:
    answer = Normalizer.load(SMALL).normalize(["反复咳嗽咳痰伴气促" * 400])[0]
    assert len(answer.candidates) == CANDIDATES


def test_a_batch_gives_what_single_calls_give() -> None:
    texts = ["咳嗽", "胃脘痛伴泛酸", "", "头晕；心悸", "眩晕待查"]
    runtime, table = load_runtime(None, 1), load_names(SMALL)
    # Two fresh objects: a shared one would answer the second time from memory.
    together = Normalizer(runtime, table).normalize(texts)
    single = Normalizer(runtime, table)
    for text, answer in zip(texts, together, strict=True):
        alone = single.normalize([text])[0]
        assert [one.code for one in alone.concepts] == [one.code for one in answer.concepts]


def test_probabilities_fall_and_lie_between_nothing_and_one() -> None:
    for answer in Normalizer.load(SMALL).normalize(["咳嗽", "胃脘痛", "头晕目眩"]):
        scores = [concept.probability for concept in answer.candidates]
        assert scores == sorted(scores, reverse=True)
        assert all(0.0 <= score <= 1.0 for score in scores)


def test_suggestions_abstain_where_the_normaliser_does() -> None:
    normalizer = Normalizer.load(DIAGNOSES)
    texts = ["急性阑尾炎", "", "患者自诉上述情况同前"]
    for answer, suggestion in zip(normalizer.normalize(texts), normalizer.suggest(texts), strict=True):
        assert suggestion.concepts == (() if answer.abstained else answer.concepts)


def test_a_stream_is_answered_in_order() -> None:
    texts = (f"{grade}级高血压" for grade in ("1", "2", "3") * 50)
    answers = list(Normalizer.load(SMALL).stream(texts, batch=16))
    assert [answer.text[0] for answer in answers] == ["1", "2", "3"] * 50


def test_threads_share_one_normaliser() -> None:
    normalizer = Normalizer.load(SMALL)
    texts = [f"咳嗽{count}天" for count in range(40)]
    expected = normalizer.normalize(texts)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda text: normalizer.normalize([text])[0], texts)) == expected


def test_an_unknown_system_is_refused() -> None:
    with pytest.raises(UnknownCodeSystemError):
        Normalizer.load("icd-99")


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_answered(text: str) -> None:
    answer = Normalizer.load(SMALL).normalize([text])[0]
    assert len(answer.candidates) <= CANDIDATES
    assert bool(answer.concepts) == bool(answer.candidates)
