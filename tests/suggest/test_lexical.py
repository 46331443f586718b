"""Lexical recall: exact names win, near names follow, nothing invented."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.suggest.lexical import LexicalRecall
from coder.suggest.lexical_index import LexicalIndex, surface, tokens
from coder.suggest.lexical_suggester import LexicalSuggester
from coder.terms import load_system


def codes(text: str, system: str = "icd10-nhsa-2.0", limit: int = 5) -> list[str]:
    return [candidate.code for candidate in LexicalRecall.load(system).recall(text, limit=limit)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("急性心肌梗死", "I21.900"),
        ("高血压病Ⅲ級（極高危）", "I10.x05"),  # traditional characters, grade numerals, a risk layer
        ("冠心病", "I25.103"),  # an abbreviation
        ("2型糖尿病性周围神经病变", "E11.401+G63.2*"),  # one character more than the name
    ],
)
def test_the_meant_concept_comes_first(text: str, code: str) -> None:
    assert codes(text)[0] == code


@pytest.mark.parametrize("system", ["icd10-gl-2.0", "icd10-bj-601"])
def test_every_diagnosis_system_can_be_searched(system: str) -> None:
    names = [candidate.name for candidate in LexicalRecall.load(system).recall("急性阑尾炎", limit=3)]
    assert "急性阑尾炎" in names


def test_procedures_are_searched_in_their_own_systems() -> None:
    for system in ("icd9cm3-nhsa-2.0", "icd9cm3-pumch-2017"):
        assert codes("阑尾切除术", system)[0].startswith("47.09")


def test_headings_are_never_candidates() -> None:
    system = load_system("icd10-bj-601")
    assert not any(system.concept(code).is_heading for code in codes("霍乱", "icd10-bj-601", limit=50))


@given(st.text(max_size=60))
def test_any_text_gives_known_codes_in_falling_order_each_once(text: str) -> None:
    found = LexicalRecall.load("icd10-nhsa-2.0").recall(text, limit=20)
    system = load_system("icd10-nhsa-2.0")
    assert all(candidate.code in system for candidate in found)
    assert len({candidate.code for candidate in found}) == len(found)
    assert all(0 <= candidate.score <= 1 for candidate in found)


@given(st.sampled_from(load_system("icd10-nhsa-2.0").names))
def test_every_official_name_finds_a_concept_of_that_name(name: str) -> None:
    best = LexicalRecall.load("icd10-nhsa-2.0").recall(name, limit=1)[0]
    assert best.score == 1.0


def test_the_shipped_index_equals_a_fresh_one() -> None:
    from coder.artefacts import artefact_path
    from coder.text import Segmenter

    system = load_system("icd9cm3-pumch-2017")
    shipped = LexicalIndex.read(artefact_path(f"lexical/{system.name}.zip"), system)
    fresh = LexicalIndex.build(system, Segmenter.load().words)
    assert shipped is not None
    assert shipped.vocabulary == fresh.vocabulary
    assert shipped.surface == fresh.surface
    assert abs(shipped.weight - fresh.weight).max() < 0.05


def test_an_index_of_other_content_is_not_used(tmp_path: Path) -> None:
    from coder.text import Segmenter

    pumch, morphology = load_system("icd9cm3-pumch-2017"), load_system("icdo-morphology-nhsa-1.0")
    LexicalIndex.build(morphology, Segmenter.load().words).write(tmp_path / "index.zip", morphology)
    assert LexicalIndex.read(tmp_path / "index.zip", pumch) is None


def test_tokens_are_words_and_bigrams() -> None:
    assert tokens(surface("肺炎"), lambda text: [text]) == ["肺炎", "#肺炎"]
    assert tokens("癌", lambda text: [text]) == ["#癌"]


def meant(text: str) -> list[str]:
    return [concept.code for concept in LexicalSuggester.load("icd10-nhsa-2.0").suggest([text])[0].concepts]


def test_a_phrase_of_two_diagnoses_gives_both() -> None:
    assert meant("冠状动脉粥样硬化性心脏病 急性下壁心肌梗死") == ["I25.103", "I21.103"]


def test_one_concept_is_not_torn_apart() -> None:
    assert meant("慢性阻塞性肺病伴有急性下呼吸道感染") == ["J44.000"]


@pytest.mark.parametrize("text", ["", "   ", "今天天气很好", "😀😀", "\x00\x07"])
def test_words_without_a_diagnosis_give_none(text: str) -> None:
    assert meant(text) == []
