"""What differs between a phrase and a name."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from coder.suggest.differences import BUCKETS, Differences, difference_buckets


def test_texts_of_the_same_characters_differ_in_nothing() -> None:
    assert difference_buckets("胃切除术", "切除胃") == difference_buckets("肾切除术", "切除肾")


def test_small_and_capital_letters_are_alike() -> None:
    assert difference_buckets("PCI", "支架") == difference_buckets("pci", "支架")


def test_a_learned_difference_decides() -> None:
    weights = np.zeros(BUCKETS, np.float32)
    plain = set(difference_buckets("左髌骨骨折", "髌骨骨折"))
    weights[list(set(difference_buckets("左髌骨骨折", "桡骨骨折")) - plain)] = -1.0
    scores = Differences(weights).scores("左髌骨骨折", ["髌骨骨折", "桡骨骨折"])
    assert scores[0] > scores[1]


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_two_texts_can_be_compared(phrase: str, name: str) -> None:
    buckets = difference_buckets(phrase, name)
    assert all(0 <= bucket < BUCKETS for bucket in buckets)
    assert buckets == difference_buckets(phrase, name)
