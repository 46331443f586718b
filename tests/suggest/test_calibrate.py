"""Calibration and the count of concepts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.suggest.calibrate import Calibration, expected_calibration_error
from coder.suggest.count import choose


def test_calibration_keeps_the_order() -> None:
    curve = Calibration((0.0, 0.5, 1.0), (0.0, 0.8, 0.9))
    levels = curve.apply(np.linspace(0, 1, 50, dtype=np.float32))
    assert (np.diff(levels) >= 0).all()


def test_error_of_a_calibrated_answer_is_nothing() -> None:
    probabilities = np.repeat(np.array([0.05, 0.95]), 20)
    right = np.array([True] + [False] * 19 + [True] * 19 + [False])
    assert expected_calibration_error(probabilities, right) == pytest.approx(0.0)


def test_error_of_a_boaster_is_his_boast() -> None:
    assert expected_calibration_error(np.ones(10), np.zeros(10, bool)) == pytest.approx(1.0)


@given(st.lists(st.floats(0, 1, width=32), min_size=1, max_size=30), st.floats(0, 1))
def test_the_likeliest_is_always_chosen_and_the_rest_pass_the_threshold(scores: list[float], threshold: float) -> None:
    probabilities = np.array(scores, np.float32)
    chosen = choose(probabilities, np.zeros(len(scores), np.intp), threshold=threshold, apart=0.0)
    assert probabilities[chosen[0]] == probabilities.max()
    assert set(chosen[1:]) <= set(np.flatnonzero(probabilities >= threshold).tolist())


def test_without_candidates_nothing_is_chosen() -> None:
    assert choose(np.zeros(0, np.float32), np.zeros(0, np.intp), threshold=0.5, apart=0.5) == []


def test_a_concept_about_another_part_needs_less() -> None:
    probabilities, unit = np.array([0.9, 0.4, 0.4, 0.3], np.float32), np.array([1, 1, 2, 2])
    assert choose(probabilities, unit, threshold=0.7, apart=0.3) == [0, 2]


def test_nothing_is_about_another_part_where_a_concept_is_about_the_whole() -> None:
    probabilities = np.array([0.9, 0.4], np.float32)
    assert choose(probabilities, np.array([0, 1]), threshold=0.7, apart=0.3) == [0]
    assert choose(probabilities, np.array([1, 0]), threshold=0.7, apart=0.3) == [0]
