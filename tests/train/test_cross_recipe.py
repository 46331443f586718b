"""Questions about two phrases at a time."""

import random

import pytest

from coder.train.cross_encoder import Question
from coder.train.cross_recipe import together

pytestmark = pytest.mark.train

QUESTIONS = [
    Question("左肾切除", ("肾切除术",), ("肾部分切除术", "脾切除术")),
    Question("脾摘除", ("脾切除术",), ("肾切除术", "脾部分切除术")),
    Question("甲与乙", ("甲", "乙"), ("丙",)),
]


def test_both_right_names_are_right_and_none_of_them_is_wrong() -> None:
    for made in together(QUESTIONS, count=20, generator=random.Random(1)):
        assert set(made.right) == {"肾切除术", "脾切除术"}
        assert set(made.wrong) == {"肾部分切除术", "脾部分切除术"}
        assert "左肾切除" in made.phrase
        assert "脾摘除" in made.phrase


def test_phrases_of_several_names_are_not_put_together() -> None:
    assert together(QUESTIONS[1:], count=5, generator=random.Random(1)) == []
