"""Learning what differences are worth."""

from pathlib import Path

import numpy as np
import pytest

from coder.columnar import read_columns
from coder.suggest.differences import differences_file
from coder.train.differences import Choice, fit_differences, write_differences

pytestmark = [pytest.mark.train, pytest.mark.filterwarnings("ignore")]


def _choices() -> list[Choice]:
    organs = "胃肾肝肺脾"
    known = np.zeros(2, np.float32)
    return [
        Choice(f"左{organ}切除", [f"{other}切除", f"{organ}切除"], np.array([False, True]), known)
        for organ in organs
        for other in organs
        if organ != other
    ]


def test_an_organ_for_another_costs_more_than_a_side_left_out() -> None:
    scores = fit_differences(_choices(), seed=1).scores("左胃切除", ["胃切除", "肾切除"])
    assert scores[0] > scores[1]


def test_the_same_seed_gives_the_same_weights() -> None:
    first, second = (fit_differences(_choices(), seed=3).weights for _ in range(2))
    assert np.array_equal(first, second)


def test_choices_without_a_right_name_teach_nothing() -> None:
    lost = Choice("甲", ["乙", "丙"], np.array([False, False]), np.zeros(2, np.float32))
    assert np.array_equal(
        fit_differences([*_choices(), lost], seed=2).weights, fit_differences(_choices(), seed=2).weights
    )


def test_the_weights_come_back_from_the_file(tmp_path: Path) -> None:
    learned = fit_differences(_choices(), seed=1)
    write_differences(tmp_path, "procedure", learned)
    stored = read_columns(tmp_path / differences_file("procedure")).array("weight")
    assert np.array_equal(stored.astype(np.float32), learned.weights)
