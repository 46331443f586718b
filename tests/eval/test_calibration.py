"""The calibration command: the curve rises."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from eval.calibration import rising_curve

entries = st.lists(st.tuples(st.floats(min_value=0, max_value=1), st.booleans()), min_size=1, max_size=60)


@given(entries, st.integers(min_value=1, max_value=10))
def test_the_curve_rises(found: list[tuple[float, bool]], bins: int) -> None:
    curve = rising_curve([score for score, _ in found], [right for _, right in found], bins=bins)
    levels = [level for _, level in curve]
    assert levels == sorted(levels)
    assert all(0 <= level <= 1 for level in levels)
