"""Calibration: probabilities stay in order and between 0 and 1."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from coder.select.calibration import Curve, calibrated
from coder.suggest.suggestion import ScoredConcept

scores = st.floats(min_value=0, max_value=1, allow_nan=False)


Kind = Literal["diagnosis", "procedure"]


def after(score: float, kind: Kind) -> float:
    return calibrated(ScoredConcept("A00", "霍乱", score), kind).probability


@given(scores, scores, st.sampled_from(("diagnosis", "procedure")))
def test_the_order_stays(one: float, other: float, kind: Kind) -> None:
    low, high = sorted((one, other))
    assert 0 <= after(low, kind) <= after(high, kind) <= 1


@pytest.mark.parametrize("curve", [{"knots": [0.5], "levels": []}, {"knots": [0.1, 0.2], "levels": [0.9, 0.1]}])
def test_a_curve_that_does_not_rise_is_refused(curve: dict[str, list[float]]) -> None:
    with pytest.raises(ValidationError):
        Curve.model_validate(curve)
