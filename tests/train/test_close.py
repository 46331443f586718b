"""The third pass is trained on close calls, out of fold."""

import numpy as np
import pytest

from coder.train.close import shortlists, train_close
from coder.train.ranker import Example

pytestmark = [pytest.mark.train, pytest.mark.filterwarnings("ignore")]

NAMES = ("胃切除术", "肾切除术", "胃部分切除术", "肾部分切除术")


def _examples(count: int) -> tuple[list[Example], list[np.ndarray]]:
    made, second = [], []
    for place in range(count):
        organ = "胃肾"[place % 2]
        right = np.array([name == f"{organ}切除术" for name in NAMES])
        columns = np.zeros((len(NAMES), 2), np.float32)
        candidates = np.arange(len(NAMES), dtype=np.int32)
        made.append(Example(f"左{organ}切除{place}", candidates, columns, np.zeros(len(NAMES), np.intp), right, 1))
        second.append(np.array([0.4, 0.45, 0.1, 0.05], np.float32))
    return made, second


def test_the_order_is_by_the_second_pass() -> None:
    assert shortlists([np.array([0.1, 0.9, 0.5], np.float32)], depth=2)[0].tolist() == [1, 2]


@pytest.mark.parametrize("crossed", [False, True])
def test_close_calls_are_settled_by_what_is_read(crossed: bool) -> None:
    made, second = _examples(200)
    orders = shortlists(second, depth=4)
    cross = [example.right[order].astype(np.float32) for example, order in zip(made, orders, strict=True)]
    trained = train_close(made, second, orders, NAMES, cross=cross if crossed else None, seed=1, threads=1)
    right = [example.right[scores.argmax()] for example, scores in zip(made, trained.out_of_fold, strict=True)]
    assert np.mean(right) > 0.95


def test_what_is_decided_is_left_alone() -> None:
    made, second = _examples(100)
    second[0] = np.array([0.99, 0.01, 0.0, 0.0], np.float32)
    trained = train_close(made, second, shortlists(second, depth=4), NAMES, cross=None, seed=1, threads=1)
    assert np.array_equal(trained.out_of_fold[0], second[0])
