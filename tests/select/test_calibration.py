"""Calibration: probabilities stay in order and between 0 and 1."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from coder.select.calibration import Curve, EntryKind, Standing, calibrated, standing_of
from coder.suggest.suggestion import ScoredConcept

scores = st.floats(min_value=0, max_value=1, allow_nan=False)


kinds = st.sampled_from(get_args(EntryKind))
standings = st.sampled_from(get_args(Standing))


def after(score: float, kind: EntryKind, standing: Standing) -> float:
    return calibrated(ScoredConcept("A00", "霍乱", score), kind, standing).probability


@given(scores, scores, kinds, standings)
def test_the_order_stays(one: float, other: float, kind: EntryKind, standing: Standing) -> None:
    low, high = sorted((one, other))
    assert 0 <= after(low, kind, standing) <= after(high, kind, standing) <= 1


@given(st.floats(min_value=0.9, max_value=1, allow_nan=False), kinds)
def test_what_is_said_twice_is_surer_than_what_is_said_once(score: float, kind: EntryKind) -> None:
    assert after(score, kind, "told_once") < after(score, kind, "told_often")
    assert after(score, kind, "listed_once") < after(score, kind, "listed_often")


@pytest.mark.parametrize(
    ("sections", "standing"),
    [
        (["discharge_diagnosis"], "listed_once"),
        (["operation_name", "treatment_course"], "listed_often"),
        (["treatment_course"], "told_once"),
        (["treatment_course", "treatment_course"], "told_often"),
        ([], "told_once"),
    ],
)
def test_standing_is_by_list_and_number_of_places(sections: list[str], standing: Standing) -> None:
    assert standing_of(sections) == standing


@pytest.mark.parametrize("curve", [{"knots": [0.5], "levels": []}, {"knots": [0.1, 0.2], "levels": [0.9, 0.1]}])
def test_a_curve_that_does_not_rise_is_refused(curve: dict[str, list[float]]) -> None:
    with pytest.raises(ValidationError):
        Curve.model_validate(curve)
