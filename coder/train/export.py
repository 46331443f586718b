"""Write the encoder as an ONNX graph with fused transformer operators, quantise it to int8, and read it back.

The graph is built from the tensors directly, so every weight keeps its name and a shipped int8 model can be opened
again for further training.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from coder.errors import ArtefactError
from coder.train.base import EncoderConfig, Float32
from coder.train.model import Encoder

_MICROSOFT = "com.microsoft"
_PADDING_SCORE = -10000.0

# onnx types the attributes of a node as if they were its name and domain.
_make_node: Callable[..., onnx.NodeProto] = helper.make_node


def weights_of(model: Encoder) -> dict[str, Float32]:
    """The model's weights under their names in the graph; matrices are (in, out), query, key and value side by side."""
    state = {name: tensor.detach().float().numpy() for name, tensor in model.state_dict().items()}
    weights = {
        "word": state["word.weight"],
        "position": state["position.weight"],
        "norm.w": state["norm.weight"],
        "norm.b": state["norm.bias"],
        "projection": state["projection.weight"].T,
    }
    for number in range(model.config.layers):
        old, new = f"layers.{number}", f"l{number}"
        weights[f"{new}.qkv.w"] = np.concatenate([state[f"{old}.{part}.weight"].T for part in "qkv"], axis=1)
        weights[f"{new}.qkv.b"] = np.concatenate([state[f"{old}.{part}.bias"] for part in "qkv"])
        for part in ("ao", "fi", "fo"):
            weights[f"{new}.{part}.w"] = state[f"{old}.{part}.weight"].T
            weights[f"{new}.{part}.b"] = state[f"{old}.{part}.bias"]
        for part in ("aln", "oln"):
            weights[f"{new}.{part}.w"] = state[f"{old}.{part}.weight"]
            weights[f"{new}.{part}.b"] = state[f"{old}.{part}.bias"]
    return {name: np.ascontiguousarray(array) for name, array in weights.items()}


def model_of(weights: Mapping[str, Float32], config: EncoderConfig) -> Encoder:
    """The inverse of :func:`weights_of`."""
    state = {
        "word.weight": weights["word"],
        "position.weight": weights["position"],
        "norm.weight": weights["norm.w"],
        "norm.bias": weights["norm.b"],
        "projection.weight": weights["projection"].T,
    }
    for number in range(config.layers):
        old, new = f"layers.{number}", f"l{number}"
        for part, matrix, bias in zip(
            "qkv", np.split(weights[f"{new}.qkv.w"], 3, axis=1), np.split(weights[f"{new}.qkv.b"], 3), strict=True
        ):
            state[f"{old}.{part}.weight"], state[f"{old}.{part}.bias"] = matrix.T, bias
        for part in ("ao", "fi", "fo", "aln", "oln"):
            matrix = weights[f"{new}.{part}.w"]
            state[f"{old}.{part}.weight"] = matrix.T if matrix.ndim == 2 else matrix
            state[f"{old}.{part}.bias"] = weights[f"{new}.{part}.b"]
    model = Encoder(config)
    model.load_state_dict({name: torch.from_numpy(np.ascontiguousarray(array)) for name, array in state.items()})
    return model


def build_graph(weights: Mapping[str, Float32], config: EncoderConfig) -> onnx.ModelProto:
    """The float32 graph: ``ids`` and ``mask`` (batch, length; int64, int32) to unit ``vectors`` (batch, dimension)."""
    nodes: list[onnx.NodeProto] = []

    def add(
        operator: str, inputs: list[str], output: str, *, domain: str = "", **attributes: float | int | list[int]
    ) -> str:
        nodes.append(_make_node(operator, inputs, [output], name=output, domain=domain, **attributes))
        return output

    add("Gather", ["word", "ids"], "word_vectors")
    add("Shape", ["ids"], "length", start=1, end=2)
    add("Slice", ["position", "zero", "length"], "places")
    add("Add", ["word_vectors", "places"], "embedded")
    states = add("LayerNormalization", ["embedded", "norm.w", "norm.b"], "states", axis=-1, epsilon=config.epsilon)
    for number in range(config.layers):
        states = _layer(add, states, f"l{number}", config)
    add("Cast", ["mask"], "mask_float", to=TensorProto.FLOAT)
    add("Unsqueeze", ["mask_float", "last_axis"], "weights")
    add("Mul", [states, "weights"], "weighted")
    add("ReduceSum", ["weighted", "length_axis"], "summed", keepdims=0)
    add("ReduceSum", ["weights", "length_axis"], "counts", keepdims=0)
    add("Div", ["summed", "counts"], "pooled")
    add("MatMul", ["pooled", "projection"], "projected")
    add("LpNormalization", ["projected"], "vectors", axis=-1, p=2)
    constants: dict[str, npt.NDArray[Any]] = {
        "zero": np.array([0], np.int64),
        "last_axis": np.array([2], np.int64),
        "length_axis": np.array([1], np.int64),
    }
    graph = helper.make_graph(
        nodes,
        "encoder",
        [
            helper.make_tensor_value_info("ids", TensorProto.INT64, ["batch", "length"]),
            helper.make_tensor_value_info("mask", TensorProto.INT32, ["batch", "length"]),
        ],
        [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["batch", config.dimension])],
        [numpy_helper.from_array(array, name) for name, array in [*constants.items(), *weights.items()]],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid(_MICROSOFT, 1)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="coder.train")
    helper.set_model_props(model, {name: str(value) for name, value in asdict(config).items()})
    return model


def _layer(add: Callable[..., str], states: str, prefix: str, config: EncoderConfig) -> str:
    attended = add(
        "Attention",
        [states, f"{prefix}.qkv.w", f"{prefix}.qkv.b", "mask"],
        f"{prefix}.attended",
        domain=_MICROSOFT,
        num_heads=config.heads,
        mask_filter_value=_PADDING_SCORE,
    )
    mixed = add("MatMul", [attended, f"{prefix}.ao.w"], f"{prefix}.mixed")
    middle = add(
        "SkipLayerNormalization",
        [mixed, states, f"{prefix}.aln.w", f"{prefix}.aln.b", f"{prefix}.ao.b"],
        f"{prefix}.middle",
        domain=_MICROSOFT,
        epsilon=config.epsilon,
    )
    wide = add("MatMul", [middle, f"{prefix}.fi.w"], f"{prefix}.wide")
    active = add("BiasGelu", [wide, f"{prefix}.fi.b"], f"{prefix}.active", domain=_MICROSOFT)
    narrow = add("MatMul", [active, f"{prefix}.fo.w"], f"{prefix}.narrow")
    return add(
        "SkipLayerNormalization",
        [narrow, middle, f"{prefix}.oln.w", f"{prefix}.oln.b", f"{prefix}.fo.b"],
        f"{prefix}.states",
        domain=_MICROSOFT,
        epsilon=config.epsilon,
    )


def export_int8(model: Encoder, path: Path, *, keep_float: Path | None = None) -> None:
    """Write the int8 model: weights per output channel, activations quantised as they come, a float projection."""
    graph = build_graph(weights_of(model), model.config)
    with tempfile.TemporaryDirectory() as folder:
        source = keep_float or Path(folder) / "encoder.onnx"
        onnx.save(graph, source)
        quantize_dynamic(
            source,
            path,
            per_channel=True,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Attention", "Gather"],
            nodes_to_exclude=["projected"],
            extra_options={"MatMulConstBOnly": True, "DefaultTensorType": TensorProto.FLOAT},
        )


def read_int8(path: Path) -> tuple[dict[str, Float32], EncoderConfig]:
    """Read the weights of a shipped int8 model back as floats, with its sizes.

    Raises:
        ArtefactError: the file is not a model that :func:`export_int8` wrote.
    """
    proto = onnx.load(path)
    properties = {entry.key: entry.value for entry in proto.metadata_props}
    arrays = {tensor.name: numpy_helper.to_array(tensor) for tensor in proto.graph.initializer}
    try:
        config = EncoderConfig(
            **{name: int(properties[name]) for name in EncoderConfig.__slots__ if name != "epsilon"},
            epsilon=float(properties["epsilon"]),
        )
        weights = {
            _plain(name): _dequantised(name, arrays) for name in arrays if not name.endswith(("_scale", "_zero_point"))
        }
    except (KeyError, ValueError) as error:
        raise ArtefactError(
            f"{path.name} 不是本软件导出的编码器，无法继续训练，请指定 models/encoder 目录。"
        ) from error
    return weights, config


def _plain(name: str) -> str:
    return name.removesuffix("_quantized")


def _dequantised(name: str, arrays: Mapping[str, np.ndarray]) -> Float32:
    array = arrays[name]
    if not name.endswith("_quantized"):
        return array
    plain = _plain(name)
    scale = arrays[f"{plain}_scale"].astype(np.float32)
    zero = arrays[f"{plain}_zero_point"].astype(np.float32)
    values: Float32 = (array.astype(np.float32) - zero) * scale
    return values


def build_search_graph(*, dimension: int) -> onnx.ModelProto:
    """The dense search: unsigned 7-bit queries around 64 times int8 columns, scaled back to similarities."""
    nodes = [
        helper.make_node("MatMulInteger", ["query", "vectors", "zero"], ["products"]),
        helper.make_node("Cast", ["products"], ["plain"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["plain", "step"], ["stepped"]),
        helper.make_node("Mul", ["stepped", "scale"], ["scores"]),
    ]
    graph = helper.make_graph(
        nodes,
        "search",
        [
            helper.make_tensor_value_info("query", TensorProto.UINT8, ["queries", dimension]),
            helper.make_tensor_value_info("step", TensorProto.FLOAT, ["queries", 1]),
            helper.make_tensor_value_info("vectors", TensorProto.INT8, [dimension, "names"]),
            helper.make_tensor_value_info("scale", TensorProto.FLOAT, ["names"]),
        ],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["queries", "names"])],
        [numpy_helper.from_array(np.array(64, np.uint8), "zero")],
    )
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="coder.train"
    )
