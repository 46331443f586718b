"""Write the cross-encoder as an int8 ONNX graph that keeps the embeddings of the pieces that it may meet."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer

from coder.suggest.cross_encoder import LONGEST_SIDE, SPACE
from coder.train.cross_encoder import CrossModel
from coder.train.export import write_int8

_MICROSOFT = "com.microsoft"
_LONGEST = 2 * LONGEST_SIDE + 3
_PADDING_SCORE = 10000.0
_UNKNOWN = 3
_MATRICES = ("q", "k", "v", "ao", "fi", "fo")
_NORMS = ("aln", "oln")

# onnx types the attributes of a node as if they were its name and domain.
_make_node: Callable[..., onnx.NodeProto] = helper.make_node

Array = npt.NDArray[Any]


def export_cross(model: CrossModel, path: Path, *, pieces: Collection[int]) -> None:
    """Write the int8 model; ids outside ``pieces`` are read as the unknown piece."""
    write_int8(cross_graph(model, pieces=pieces), path, float_product="score")


def pieces_of(tokenizer: Tokenizer, texts: Iterable[str]) -> set[int]:
    """The pieces that texts are made of, and every single character of the vocabulary."""
    met = {
        number for encoding in tokenizer.encode_batch(list(texts), add_special_tokens=False) for number in encoding.ids
    }
    return met | {number for piece, number in tokenizer.get_vocab().items() if len(piece.replace(SPACE, "")) == 1}


def cross_graph(model: CrossModel, *, pieces: Collection[int]) -> onnx.ModelProto:
    """The float32 graph: ``ids``, ``kinds`` (int64) and ``mask`` (float), (batch, length) each, to ``scores`` (batch,).

    States are laid out by place, (length, batch, hidden), so that attention needs no copy of its operands.
    """
    nodes: list[onnx.NodeProto] = []
    weights = _weights(model, pieces)
    hidden, heads = model.config.hidden, model.config.heads
    constants: dict[str, Array] = {
        "first": np.array([0], np.int64),
        "second_axis": np.array([1], np.int64),
        "last_axis": np.array([2], np.int64),
        "middle_axes": np.array([1, 2], np.int64),
        "one": np.array(1.0, np.float32),
        "padding_score": np.array(_PADDING_SCORE, np.float32),
        "heads": np.array([0, 0, heads, hidden // heads], np.int64),
        "joined": np.array([0, 0, hidden], np.int64),
    }

    def add(operator: str, inputs: list[str], output: str, *, domain: str = "", **attributes: object) -> str:
        nodes.append(_make_node(operator, inputs, [output], name=output, domain=domain, **attributes))
        return output

    def dense(source: str, name: str) -> str:
        return add("Add", [add("MatMul", [source, f"{name}.w"], f"{name}.product"), f"{name}.b"], f"{name}.out")

    def normalised(source: str, name: str) -> str:
        weight, bias = f"{name}.w", f"{name}.b"
        return add("LayerNormalization", [source, weight, bias], name, axis=-1, epsilon=model.config.epsilon)

    add("Transpose", ["ids"], "ids_by_place", perm=[1, 0])
    add("Transpose", ["kinds"], "kinds_by_place", perm=[1, 0])
    add("Transpose", ["mask"], "mask_by_place", perm=[1, 0])
    add("Unsqueeze", ["mask_by_place", "last_axis"], "weights")
    add("Sub", ["mask", "one"], "shifted_mask")
    add("Mul", ["shifted_mask", "padding_score"], "scores_of_padding")
    add("Unsqueeze", ["scores_of_padding", "middle_axes"], "attention_bias")
    add("Gather", ["row_of_piece", "ids_by_place"], "rows")
    add("Gather", ["word", "rows"], "word_vectors")
    add("Gather", ["kind", "kinds_by_place"], "kind_vectors")
    add("Shape", ["ids_by_place"], "length", start=0, end=1)
    add("Slice", ["position", "first", "length"], "places")
    add("Unsqueeze", ["places", "second_axis"], "place_vectors")
    add("Add", ["word_vectors", "kind_vectors"], "kinded")
    states = normalised(add("Add", ["kinded", "place_vectors"], "placed"), "norm")
    for number in range(len(model.layers)):
        layer = f"l{number}"
        query, key, value = (
            add("Reshape", [dense(states, f"{layer}.{part}"), "heads"], f"{layer}.{part}") for part in "qkv"
        )
        scores = add(
            "FusedMatMul",
            [query, key],
            f"{layer}.scores",
            domain=_MICROSOFT,
            alpha=float((hidden // heads) ** -0.5),
            transBatchA=1,
            transBatchB=1,
            transB=1,
        )
        shares = add("Softmax", [add("Add", [scores, "attention_bias"], f"{layer}.masked")], f"{layer}.shares", axis=-1)
        mixed = add("FusedMatMul", [shares, value], f"{layer}.mixed", domain=_MICROSOFT, transBatchB=1)
        by_place = add("Transpose", [mixed], f"{layer}.mixed_by_place", perm=[2, 0, 1, 3])
        attended = add("Reshape", [by_place, "joined"], f"{layer}.attended")
        middle = normalised(add("Add", [dense(attended, f"{layer}.ao"), states], f"{layer}.aln.sum"), f"{layer}.aln")
        active = add("Gelu", [dense(middle, f"{layer}.fi")], f"{layer}.active", domain=_MICROSOFT)
        states = normalised(add("Add", [dense(active, f"{layer}.fo"), middle], f"{layer}.oln.sum"), f"{layer}.oln")
    add("Mul", [states, "weights"], "weighted")
    add("ReduceSum", ["weighted", "first"], "summed", keepdims=0)
    add("ReduceSum", ["weights", "first"], "counts", keepdims=0)
    add("Div", ["summed", "counts"], "pooled")
    add("Tanh", [dense("pooled", "dense")], "bent")
    add("MatMul", ["bent", "out.w"], "score")
    add("Add", ["score", "out.b"], "shifted_score")
    add("Squeeze", ["shifted_score", "second_axis"], "scores")
    proto = helper.make_graph(
        nodes,
        "cross-encoder",
        [
            helper.make_tensor_value_info("ids", TensorProto.INT64, ["batch", "length"]),
            helper.make_tensor_value_info("kinds", TensorProto.INT64, ["batch", "length"]),
            helper.make_tensor_value_info("mask", TensorProto.FLOAT, ["batch", "length"]),
        ],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["batch"])],
        [
            numpy_helper.from_array(np.ascontiguousarray(array), name)
            for name, array in {**constants, **weights}.items()
        ],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid(_MICROSOFT, 1)]
    return helper.make_model(proto, opset_imports=opsets, ir_version=8, producer_name="coder.train")


def _weights(model: CrossModel, pieces: Collection[int]) -> dict[str, Array]:
    """The weights under their names in the graph; matrices are (in, out)."""
    state = {name: tensor.detach().float().numpy() for name, tensor in model.state_dict().items()}
    words = state["word.weight"]
    kept = sorted({*range(_UNKNOWN + 1), *pieces})
    rows = np.full(len(words), kept.index(_UNKNOWN), np.int64)
    rows[kept] = np.arange(len(kept))
    weights: dict[str, Array] = {
        "word": words[kept],
        "row_of_piece": rows,
        "position": state["position.weight"][:_LONGEST],
        "kind": state["kind.weight"],
        "norm.w": state["norm.weight"],
        "norm.b": state["norm.bias"],
    }
    for name in ("dense", "out"):
        weights |= {f"{name}.w": state[f"{name}.weight"].T, f"{name}.b": state[f"{name}.bias"]}
    for number in range(len(model.layers)):
        for part in (*_MATRICES, *_NORMS):
            weights[f"l{number}.{part}.w"] = state[f"layers.{number}.{part}.weight"].T
            weights[f"l{number}.{part}.b"] = state[f"layers.{number}.{part}.bias"]
    return weights
