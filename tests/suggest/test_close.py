"""Close calls: which they are, how they are described, how the third pass settles them."""

import numpy as np
import pytest

from coder.suggest.close import READINGS, close_columns, close_features, is_close, reading_depth, settle


@pytest.mark.parametrize(
    ("second", "expected"),
    [([0.95, 0.02], False), ([0.95, 0.92, 0.05], False), ([0.6, 0.3], True), ([0.99, 0.2], True), ([0.05], False)],
)
def test_a_call_is_close_where_a_candidate_is_open(second: list[float], expected: bool) -> None:
    assert is_close(np.array(second, np.float32)) is expected


@pytest.mark.parametrize("count", [1, 2, 5])
@pytest.mark.parametrize("readings", [1, 2])
def test_every_column_is_described(count: int, readings: int) -> None:
    second = np.linspace(0.8, 0.1, count, dtype=np.float32)
    found = close_features(second, [np.arange(count, dtype=np.float32)] * readings)
    assert found.shape == (count, len(close_columns(READINGS[:readings])))
    assert np.isfinite(found).all()


def test_the_best_read_candidate_is_in_front() -> None:
    columns = close_columns(["difference"])
    found = close_features(np.array([0.6, 0.3], np.float32), [np.array([-2.0, 2.0], np.float32)])
    assert found[:, columns.index("difference_behind")].tolist() == [-4.0, 0.0]
    assert found[:, columns.index("difference_place")].tolist() == [1.0, 0.0]


def test_what_was_not_read_again_stays_below_what_was() -> None:
    settled = settle(np.array([0.5, 0.09, 0.4], np.float32), np.array([0, 2]), np.array([0.05, 0.9], np.float32))
    assert settled.tolist() == pytest.approx([0.05, 0.05, 0.9])


def test_settling_keeps_the_second_pass() -> None:
    second = np.array([0.5, 0.4], np.float32)
    settle(second, np.array([0]), np.array([0.1], np.float32))
    assert second.tolist() == pytest.approx([0.5, 0.4])


def test_fewer_candidates_are_read_where_reading_is_slow() -> None:
    assert reading_depth(crossed=True) < reading_depth(crossed=False)
