"""The boosted passes: the ONNX form gives what LightGBM gives; threshold and calibration."""

import lightgbm
import numpy as np
import onnxruntime
import pytest

from coder.train.ranker import Example, best_thresholds, calibrate, measure
from coder.train.trees import trees_to_onnx

pytestmark = [pytest.mark.train, pytest.mark.filterwarnings("ignore")]


def _example(right: list[bool], *, gold: int) -> Example:
    count = len(right)
    return Example(
        "高血压",
        np.arange(count, dtype=np.int32),
        np.zeros((count, 1), np.float32),
        np.zeros(count, np.intp),
        np.array(right),
        gold,
    )


def test_the_onnx_trees_give_what_lightgbm_gives() -> None:
    random = np.random.default_rng(3)
    columns = random.normal(size=(400, 5)).astype(np.float32)
    columns[:, 2] = np.round(columns[:, 2] * 3)
    right = columns[:, 0] + columns[:, 2] > 0
    parameters = {"objective": "binary", "verbose": -1, "num_threads": 1, "seed": 1, "deterministic": True}
    booster = lightgbm.train(parameters, lightgbm.Dataset(columns, right), 25)
    graph = trees_to_onnx(booster, columns=tuple("abcde"))
    session = onnxruntime.InferenceSession(graph.SerializeToString())
    found = session.run(None, {"features": columns})[0][:, 0]
    assert np.abs(found - booster.predict(columns)).max() < 1e-5
    assert session.get_modelmeta().custom_metadata_map["columns"] == "a,b,c,d,e"


def test_measure_counts_names_that_were_never_candidates() -> None:
    f1, exact = measure([np.array([0.9, 0.1], np.float32)], [_example([True, False], gold=2)], threshold=0.5, apart=0.5)
    assert f1 == pytest.approx(2 / 3)
    assert exact == 0.0


def test_the_threshold_lets_right_answers_in_and_keeps_wrong_ones_out() -> None:
    scores = [np.array([0.9, 0.5, 0.3], np.float32)] * 3
    made = [_example([True, True, False], gold=2)] * 3
    threshold, apart = best_thresholds(scores, made, exact=False)
    assert 0.3 < apart <= threshold <= 0.5


def test_calibration_follows_the_share_that_is_right() -> None:
    scores = [np.full(100, 0.8, np.float32)]
    made = [_example([True] * 40 + [False] * 60, gold=40)]
    assert calibrate(scores, made).apply(np.array([0.8], np.float32))[0] == pytest.approx(0.4, abs=0.02)
