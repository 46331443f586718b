"""Write the encoder as an ONNX graph with fused transformer operators, quantise it to int8, and read it back.

The graph is built from the tensors directly, so every weight keeps its name and a shipped int8 model can be opened
again for further training.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
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
_PADDING_SCORE = 10000.0
_MATRICES = ("q", "k", "v", "ao", "fi", "fo")
_NORMS = ("aln", "oln")
_TABLES = ("word", "position", "projection")

_Attribute = float | int | list[int]

# onnx types the attributes of a node as if they were its name and domain.
_make_node: Callable[..., onnx.NodeProto] = helper.make_node


def weights_of(model: Encoder) -> dict[str, Float32]:
    """The model's weights under their names in the graph; matrices are (in, out)."""
    state = {name: tensor.detach().float().numpy() for name, tensor in model.state_dict().items()}
    weights = {
        "word": state["word.weight"],
        "position": state["position.weight"],
        "norm.w": state["norm.weight"],
        "norm.b": state["norm.bias"],
        "projection": state["projection.weight"].T,
    }
    for number in range(model.config.layers):
        for part in (*_MATRICES, *_NORMS):
            weights[f"l{number}.{part}.w"] = state[f"layers.{number}.{part}.weight"].T
            weights[f"l{number}.{part}.b"] = state[f"layers.{number}.{part}.bias"]
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
        for part in (*_MATRICES, *_NORMS):
            state[f"layers.{number}.{part}.weight"] = weights[f"l{number}.{part}.w"].T
            state[f"layers.{number}.{part}.bias"] = weights[f"l{number}.{part}.b"]
    model = Encoder(config)
    model.load_state_dict({name: torch.from_numpy(np.array(array)) for name, array in state.items()})
    return model


class _Graph:
    """Collects nodes and constants; every node is called by its output."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, npt.NDArray[Any]] = {}

    def add(
        self, operator: str, inputs: Sequence[str], output: str, *, domain: str = "", **attributes: _Attribute
    ) -> str:
        """Add a node with one output; returns the output's name."""
        self.nodes.append(_make_node(operator, list(inputs), [output], name=output, domain=domain, **attributes))
        return output

    def constant(self, name: str, value: npt.ArrayLike, dtype: npt.DTypeLike) -> str:
        """Name a constant; returns its name."""
        self.constants[name] = np.array(value, dtype)
        return name


def build_graph(weights: Mapping[str, Float32], config: EncoderConfig) -> onnx.ModelProto:
    """The float32 graph: ``ids`` and ``mask`` (batch, length; int64, int32) to unit ``vectors`` (batch, dimension).

    Padding takes no part in the dense layers: real tokens of the whole batch stand one below the other, (tokens,
    hidden), and are laid out by place, (length, batch, hidden), for attention and pooling alone. Half the places of
    a batch of short phrases are padding.
    """
    graph = _Graph()
    add, constant = graph.add, graph.constant
    all_places, first_axis = constant("all", [-1], np.int64), constant("first_axis", [0], np.int64)
    add("Transpose", ["ids"], "ids_by_place", perm=[1, 0])
    add("Transpose", ["mask"], "mask_by_place", perm=[1, 0])
    add("Shape", ["ids_by_place"], "places")
    add("Shape", ["ids_by_place"], "batch", start=1, end=2)
    add("Reshape", ["mask_by_place", all_places], "flat_mask")
    add("NonZero", ["flat_mask"], "kept_row")
    add("Squeeze", ["kept_row", first_axis], "kept")
    add("CumSum", ["flat_mask", constant("axis_0", 0, np.int64)], "counted")
    add("Sub", ["counted", constant("one", 1, np.int32)], "numbered")
    # Padding borrows the token before it (the first token has none before it): attention and pooling mask it.
    add("Max", ["numbered", constant("none", 0, np.int32)], "token_numbers")
    add("Reshape", ["token_numbers", "places"], "token_of_place")
    add("Cast", ["mask"], "mask_float", to=TensorProto.FLOAT)
    add("Sub", ["mask_float", constant("one_float", 1, np.float32)], "shifted_mask")
    add("Mul", ["shifted_mask", constant("padding_score", _PADDING_SCORE, np.float32)], "scores_of_padding")
    add("Unsqueeze", ["scores_of_padding", constant("middle_axes", [1, 2], np.int64)], "attention_bias")

    add("Reshape", ["ids_by_place", all_places], "flat_ids")
    add("Gather", ["flat_ids", "kept"], "token_ids")
    add("Gather", ["word", "token_ids"], "word_vectors")
    add("Div", ["kept", "batch"], "token_places")
    add("Gather", ["position", "token_places"], "place_vectors")
    add("Add", ["word_vectors", "place_vectors"], "embedded")
    states = add("LayerNormalization", ["embedded", "norm.w", "norm.b"], "states", axis=-1, epsilon=config.epsilon)
    constant("heads", [0, 0, config.heads, config.hidden // config.heads], np.int64)
    constant("joined", [-1, config.hidden], np.int64)
    for number in range(config.layers):
        states = _layer(graph, states, f"l{number}", config)

    add("Gather", [states, "token_of_place"], "states_by_place")
    add("Cast", ["mask_by_place"], "weights", to=TensorProto.FLOAT)
    add("Unsqueeze", ["weights", constant("last_axis", [2], np.int64)], "weights_by_place")
    add("Mul", ["states_by_place", "weights_by_place"], "weighted")
    add("ReduceSum", ["weighted", first_axis], "summed", keepdims=0)
    add("ReduceSum", ["weights_by_place", first_axis], "counts", keepdims=0)
    add("Div", ["summed", "counts"], "pooled")
    add("MatMul", ["pooled", "projection"], "projected")
    add("LpNormalization", ["projected"], "vectors", axis=-1, p=2)
    proto = helper.make_graph(
        graph.nodes,
        "encoder",
        [
            helper.make_tensor_value_info("ids", TensorProto.INT64, ["batch", "length"]),
            helper.make_tensor_value_info("mask", TensorProto.INT32, ["batch", "length"]),
        ],
        [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["batch", config.dimension])],
        [
            numpy_helper.from_array(np.ascontiguousarray(array), name)
            for name, array in [*graph.constants.items(), *weights.items()]
        ],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid(_MICROSOFT, 1)]
    model = helper.make_model(proto, opset_imports=opsets, ir_version=8, producer_name="coder.train")
    helper.set_model_props(model, {name: str(value) for name, value in asdict(config).items()})
    return model


def _layer(graph: _Graph, states: str, prefix: str, config: EncoderConfig) -> str:
    add = graph.add

    def dense(source: str, part: str) -> str:
        product = add("MatMul", [source, f"{prefix}.{part}.w"], f"{prefix}.{part}.product")
        return add("Add", [product, f"{prefix}.{part}.b"], f"{prefix}.{part}.out")

    def normalised(source: str, skipped: str, part: str) -> str:
        both = add("Add", [source, skipped], f"{prefix}.{part}.sum")
        weight, bias = f"{prefix}.{part}.w", f"{prefix}.{part}.b"
        return add("LayerNormalization", [both, weight, bias], f"{prefix}.{part}", axis=-1, epsilon=config.epsilon)

    for part in "qkv":
        laid_out = add("Gather", [dense(states, part), "token_of_place"], f"{prefix}.{part}.by_place")
        add("Reshape", [laid_out, "heads"], f"{prefix}.{part}")
    # Operands are (length, batch, heads, size): the flags turn them to (batch, heads, length, size) without a copy.
    scores = add(
        "FusedMatMul",
        [f"{prefix}.q", f"{prefix}.k"],
        f"{prefix}.scores",
        domain=_MICROSOFT,
        alpha=float((config.hidden // config.heads) ** -0.5),
        transBatchA=1,
        transBatchB=1,
        transB=1,
    )
    masked = add("Add", [scores, "attention_bias"], f"{prefix}.masked")
    shares = add("Softmax", [masked], f"{prefix}.shares", axis=-1)
    mixed = add("FusedMatMul", [shares, f"{prefix}.v"], f"{prefix}.mixed", domain=_MICROSOFT, transBatchB=1)
    by_place = add("Transpose", [mixed], f"{prefix}.mixed_by_place", perm=[2, 0, 1, 3])
    flat = add("Reshape", [by_place, "joined"], f"{prefix}.mixed_flat")
    attended = add("Gather", [flat, "kept"], f"{prefix}.attended")
    middle = normalised(dense(attended, "ao"), states, "aln")
    active = add("Gelu", [dense(middle, "fi")], f"{prefix}.active", domain=_MICROSOFT)
    return normalised(dense(active, "fo"), middle, "oln")


def export_int8(model: Encoder, path: Path, *, keep_float: Path | None = None) -> None:
    """Write the int8 model: weights per output channel, activations quantised as they come, a float projection."""
    write_int8(build_graph(weights_of(model), model.config), path, float_product="projected", keep_float=keep_float)


def write_int8(graph: onnx.ModelProto, path: Path, *, float_product: str, keep_float: Path | None = None) -> None:
    """Quantise a graph's matrices and its word table to int8; the last product, ``float_product``, stays as it is."""
    lookups = [node.name for node in graph.graph.node if node.op_type == "Gather" and node.input[0] != "word"]
    with tempfile.TemporaryDirectory() as folder:
        source = keep_float or Path(folder) / "float.onnx"
        onnx.save(graph, source)
        quantize_dynamic(
            source,
            path,
            per_channel=True,
            weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Gather"],
            nodes_to_exclude=[float_product, *lookups],
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
            plain: _dequantised(name, arrays)
            for name in arrays
            if (plain := name.removesuffix("_quantized")) in _TABLES or plain.endswith((".w", ".b"))
        }
    except (KeyError, ValueError) as error:
        raise ArtefactError(
            f"{path.name} 不是本软件导出的编码器，无法继续训练，请指定 models/encoder 目录。"
        ) from error
    return weights, config


def _dequantised(name: str, arrays: Mapping[str, np.ndarray]) -> Float32:
    array = arrays[name]
    if not name.endswith("_quantized"):
        return array
    plain = name.removesuffix("_quantized")
    scale = arrays[f"{plain}_scale"].astype(np.float32)
    zero = arrays[f"{plain}_zero_point"].astype(np.float32)
    values: Float32 = (array.astype(np.float32) - zero) * scale
    return values


def build_search_graph(*, dimension: int) -> onnx.ModelProto:
    """The dense search: unsigned 7-bit queries around 64 times int8 columns, scaled back to similarities.

    The columns, ``vectors`` (dimension, names), are no input: each index adds its own as a constant.
    """
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
            helper.make_tensor_value_info("scale", TensorProto.FLOAT, ["names"]),
        ],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["queries", "names"])],
        [numpy_helper.from_array(np.array(64, np.uint8), "zero")],
    )
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="coder.train"
    )
