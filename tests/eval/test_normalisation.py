"""Figures of term normalisation, and the recall of the layer curve."""

import numpy as np
import pytest

from coder.suggest.names import load_names
from coder.train.corpus import Phrase
from eval.layer_curve import recall
from eval.normalisation import Task, figures

SYSTEM = "tcm-disease-nhsa-1.0"
NAMES = load_names(SYSTEM).names[:3]


def _task(*names: str) -> Task:
    return Task("diagnosis", SYSTEM, [Phrase("1", "某病", names)])


def test_a_whole_answer_counts_as_exact() -> None:
    found = figures(_task(*NAMES[:2]), [NAMES[:2]], [NAMES])
    assert (found.f1, found.exact, found.recall_20) == (1.0, 1.0, 1.0)


def test_a_name_that_the_table_lacks_counts_against_recall_over_all_names_only() -> None:
    found = figures(_task(NAMES[0], "表中没有的名称"), [NAMES[:1]], [NAMES])
    assert found.recall_20 == 0.5
    assert found.recall_20_in_table == 1.0
    assert found.f1 == pytest.approx(2 / 3, abs=1e-4)
    assert found.exact == 0.0


def test_dense_recall_counts_the_names_that_are_nearer() -> None:
    table = load_names(SYSTEM)
    vectors = np.zeros((len(table.names), 2), np.float32)
    vectors[:, 0] = np.linspace(0.0, 1.0, len(table.names))
    query = np.array([[1.0, 0.0]], np.float32)
    last = _task(table.names[-1], "表中没有的名称")
    assert recall(table, last, query, vectors, depths=(1, 10)) == [1.0, 1.0]
    tenth = _task(table.names[-10])
    assert recall(table, tenth, query, vectors, depths=(1, 10)) == [0.0, 1.0]
