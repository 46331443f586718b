"""Lexical similarity over characters and pairs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.suggest.ngrams import NgramIndex

NAMES = ["高血压", "妊娠期高血压", "2型糖尿病", "糖尿病肾病", "急性阑尾炎"]
INDEX = NgramIndex(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_nearest_to_itself(name: str) -> None:
    scores = INDEX.scores(name)
    assert NAMES[int(scores.argmax())] == name
    assert scores.max() == pytest.approx(1.0, abs=1e-5)


def test_nothing_in_common_scores_nothing() -> None:
    assert not INDEX.scores("骨折").any()
    assert not INDEX.scores("").any()


def test_characters_that_no_name_has_lower_the_score() -> None:
    assert INDEX.scores("高血压骨折").max() < INDEX.scores("高血压").max()


@given(st.text(max_size=60))
def test_scores_are_bounded(text: str) -> None:
    scores = INDEX.scores(text)
    assert scores.shape == (len(NAMES),)
    assert np.isfinite(scores).all()
    assert scores.min() >= 0.0
    assert scores.max() <= 1.0 + 1e-5
