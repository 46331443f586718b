"""The cross-encoder: it learns, its ONNX form gives what torch gives."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from coder.suggest.cross_encoder import CrossEncoder, PairTokens, pad_pairs
from coder.train.cross_encoder import CrossModel, CrossSchedule, Question, cross_scores, train_cross
from coder.train.cross_export import cross_graph, export_cross, pieces_of
from coder.train.model import encoder_from_base
from coder.train.vocabulary import build_tokenizer, prune
from tests.train.tiny import base_model

pytestmark = [pytest.mark.train, pytest.mark.filterwarnings("ignore")]

NAMES = ("高血压", "糖尿病", "急性阑尾炎", "慢性胃炎", "骨折")
PRUNED = prune(base_model())
TOKENIZER = build_tokenizer(PRUNED)


def _model() -> CrossModel:
    torch.manual_seed(1)
    model = CrossModel(encoder_from_base(PRUNED, layers=[0, 1], dimension=16), layers=2)
    torch.nn.init.normal_(model.kind.weight, std=0.2)
    return model.eval()


def _questions() -> list[Question]:
    return [Question(name, (name,), tuple(other for other in NAMES if other != name)) for name in NAMES * 4]


def test_it_learns_to_pick_the_name_that_was_said() -> None:
    model, losses = _model(), []
    schedule = CrossSchedule(epochs=30, batch=10, learning_rate=3e-3, bf16=False)
    train_cross(model, TOKENIZER, _questions(), schedule=schedule, on_step=lambda step: losses.append(step.loss))
    assert losses[-1] < losses[0]
    scores = cross_scores(model, TOKENIZER, [(name, NAMES) for name in NAMES], bf16=False)
    assert [int(own.argmax()) for own in scores] == list(range(len(NAMES)))


def test_the_same_seed_gives_the_same_model() -> None:
    made: list[np.ndarray] = []
    for _ in range(2):
        model = _model()
        train_cross(model, TOKENIZER, _questions(), schedule=CrossSchedule(epochs=1, bf16=False))
        made.append(cross_scores(model, TOKENIZER, [("高血压", NAMES)], bf16=False)[0])
    assert np.array_equal(made[0], made[1])


def test_the_float_graph_gives_what_torch_gives() -> None:
    model = _model()
    graph = cross_graph(model, pieces=range(TOKENIZER.get_vocab_size()))
    session = onnxruntime.InferenceSession(graph.SerializeToString())
    ids, kinds, mask = pad_pairs(PairTokens(TOKENIZER).pairs("急性阑尾炎骨折", NAMES))
    found = session.run(None, {"ids": ids, "kinds": kinds, "mask": mask})[0]
    expected = cross_scores(model, TOKENIZER, [("急性阑尾炎骨折", NAMES)], bf16=False)[0]
    assert np.abs(found - expected).max() < 1e-4


def test_the_int8_graph_is_close(tmp_path: Path) -> None:
    model = _model()
    export_cross(model, tmp_path / "cross.onnx", pieces=pieces_of(TOKENIZER, NAMES))
    reader = CrossEncoder(onnxruntime.InferenceSession(str(tmp_path / "cross.onnx")), TOKENIZER)
    expected = cross_scores(model, TOKENIZER, [("慢性胃炎", NAMES)], bf16=False)[0]
    assert np.abs(reader.scores("慢性胃炎", NAMES) - expected).max() < 0.1


def test_pieces_that_are_not_kept_are_read_as_unknown() -> None:
    model = _model()
    graph = cross_graph(model, pieces=[])
    rows = next(onnx.numpy_helper.to_array(one) for one in graph.graph.initializer if one.name == "row_of_piece")
    assert set(rows[4:].tolist()) == {3}
