"""ONNX export: parity with torch, and the way back from int8."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch

from coder.errors import ArtefactError
from coder.train.contrastive import TokenCache, encode_array
from coder.train.export import export_int8, model_of, read_int8
from coder.train.model import Encoder, encoder_from_base
from coder.train.vocabulary import build_tokenizer, prune
from tests.train.tiny import base_model

pytestmark = [pytest.mark.train, pytest.mark.filterwarnings("ignore")]

TEXTS = ["高血压", "急性阑尾炎", "慢性胃炎骨折", "糖尿病"]


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Encoder, TokenCache, Path]:
    folder = tmp_path_factory.mktemp("export")
    pruned = prune(base_model())
    torch.manual_seed(1)
    model = encoder_from_base(pruned, layers=[0, 1], dimension=16).eval()
    export_int8(model, folder / "int8.onnx", keep_float=folder / "float.onnx")
    return model, TokenCache(build_tokenizer(pruned)), folder


def _run(path: Path, cache: TokenCache) -> np.ndarray:
    session = onnxruntime.InferenceSession(str(path))
    rows = cache.ids(TEXTS)
    length = max(map(len, rows))
    ids = np.array([row + [1] * (length - len(row)) for row in rows], np.int64)
    mask = np.array([[1] * len(row) + [0] * (length - len(row)) for row in rows], np.int32)
    vectors: np.ndarray = session.run(None, {"ids": ids, "mask": mask})[0]
    return vectors


def test_the_float_graph_gives_what_torch_gives(exported: tuple[Encoder, TokenCache, Path]) -> None:
    model, cache, folder = exported
    expected = encode_array(model, cache, TEXTS, bf16=False)
    assert np.abs(_run(folder / "float.onnx", cache) - expected).max() < 1e-4


def test_the_int8_graph_is_close(exported: tuple[Encoder, TokenCache, Path]) -> None:
    model, cache, folder = exported
    expected = encode_array(model, cache, TEXTS, bf16=False)
    assert (_run(folder / "int8.onnx", cache) * expected).sum(axis=1).min() > 0.97


def test_an_int8_model_can_be_trained_on(exported: tuple[Encoder, TokenCache, Path]) -> None:
    model, cache, folder = exported
    again = model_of(*read_int8(folder / "int8.onnx")).eval()
    expected = encode_array(model, cache, TEXTS, bf16=False)
    assert (encode_array(again, cache, TEXTS, bf16=False) * expected).sum(axis=1).min() > 0.99


def test_another_onnx_file_is_refused(exported: tuple[Encoder, TokenCache, Path], tmp_path: Path) -> None:
    import onnx

    proto = onnx.load(exported[2] / "int8.onnx")
    del proto.metadata_props[:]
    onnx.save(proto, tmp_path / "other.onnx")
    with pytest.raises(ArtefactError, match=r"other\.onnx"):
        read_int8(tmp_path / "other.onnx")
