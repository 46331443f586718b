"""A LightGBM model as an ONNX tree ensemble, so that serving needs neither LightGBM nor a loop in Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import lightgbm
import onnx
from onnx import TensorProto, helper

_ML = "ai.onnx.ml"


# onnx types the attributes of a node as if they were its name and domain.
_make_node: Callable[..., onnx.NodeProto] = helper.make_node


def trees_to_onnx(booster: lightgbm.Booster, *, columns: tuple[str, ...]) -> onnx.ModelProto:
    """The booster as a graph from ``features`` (rows, columns; float32) to ``probability`` (rows, 1).

    The feature names travel in the model's metadata, so that a model is never fed the columns of another version.
    """
    nodes: dict[str, list[Any]] = {
        name: []
        for name in (
            "nodes_treeids", "nodes_nodeids", "nodes_featureids", "nodes_modes", "nodes_values", "nodes_truenodeids",
            "nodes_falsenodeids", "target_treeids", "target_nodeids", "target_ids", "target_weights",
        )
    }  # fmt: skip
    for number, tree in enumerate(booster.dump_model()["tree_info"]):
        _add_tree(nodes, number, tree["tree_structure"])
    ensemble = _make_node(
        "TreeEnsembleRegressor",
        ["features"],
        ["score"],
        domain=_ML,
        n_targets=1,
        **nodes,
    )
    graph = helper.make_graph(
        # onnxruntime leaves the regressor's own LOGISTIC transform out, hence the node.
        [ensemble, helper.make_node("Sigmoid", ["score"], ["probability"])],
        "ranker",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["rows", len(columns)])],
        [helper.make_tensor_value_info("probability", TensorProto.FLOAT, ["rows", 1])],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid(_ML, 3)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="coder.train")
    helper.set_model_props(model, {"columns": ",".join(columns)})
    return model


def _add_tree(nodes: dict[str, list[Any]], tree: int, root: Mapping[str, Any]) -> None:
    pending: list[tuple[int, Mapping[str, Any]]] = [(0, root)]
    following = 1
    while pending:
        number, node = pending.pop()
        leaf = "leaf_value" in node
        left, right = (0, 0) if leaf else (following, following + 1)
        for name, value in (
            ("nodes_treeids", tree),
            ("nodes_nodeids", number),
            ("nodes_featureids", 0 if leaf else node["split_feature"]),
            ("nodes_modes", "LEAF" if leaf else "BRANCH_LEQ"),
            ("nodes_values", 0.0 if leaf else float(node["threshold"])),
            ("nodes_truenodeids", left),
            ("nodes_falsenodeids", right),
        ):
            nodes[name].append(value)
        if leaf:
            for name, value in (
                ("target_treeids", tree),
                ("target_nodeids", number),
                ("target_ids", 0),
                ("target_weights", float(node["leaf_value"])),
            ):
                nodes[name].append(value)
        else:
            following += 2
            pending += [(left, node["left_child"]), (right, node["right_child"])]
