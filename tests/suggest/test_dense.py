"""Exact int8 search over concept vectors."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.suggest.dense import DenseIndex, quantise, text_keys
from coder.suggest.retriever import load_runtime


def _unit(count: int, *, seed: int, dimension: int) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    unit: np.ndarray = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


@pytest.fixture(scope="module")
def dimension() -> int:
    return load_runtime(None, 1).directory.manifest.dimension


def test_search_agrees_with_the_float_product(dimension: int) -> None:
    names, queries = _unit(500, seed=1, dimension=dimension), _unit(9, seed=2, dimension=dimension)
    index = DenseIndex(load_runtime(None, 1).search, *quantise(names))
    assert np.abs(index.scores(queries) - queries @ names.T).max() < 0.02


def test_a_vector_is_nearest_to_itself(dimension: int) -> None:
    names = _unit(500, seed=3, dimension=dimension)
    index = DenseIndex(load_runtime(None, 1).search, *quantise(names))
    assert index.scores(names).argmax(axis=1).tolist() == list(range(500))


def test_an_empty_index_has_no_scores(dimension: int) -> None:
    empty = np.zeros((0, dimension), np.float32)
    index = DenseIndex(load_runtime(None, 1).search, *quantise(empty))
    assert index.scores(_unit(2, seed=4, dimension=dimension)).shape == (2, 0)


@settings(max_examples=30)
@given(st.integers(1, 40), st.integers(0, 1000))
def test_quantising_loses_at_most_half_a_step(count: int, seed: int) -> None:
    vectors = _unit(count, seed=seed, dimension=16)
    values, scale = quantise(vectors)
    assert np.abs(values * scale[:, None] - vectors).max() <= scale.max() * 0.5001


def test_keys_tell_texts_apart() -> None:
    assert len(set(text_keys(["高血压", "高血脂", "", "a"]).tolist())) == 4


def test_a_text_without_a_shipped_vector_is_encoded_on_the_spot() -> None:
    runtime = load_runtime(None, 1)
    invented = "这个名称不在任何编码表里"
    values, scale = runtime.vectors.take([invented])
    expected = runtime.encoder.encode([invented])[0]
    assert float((values[0] * scale[0]) @ expected) > 0.99


@pytest.mark.parametrize("count", [1, 127, 128, 20_000])
def test_search_is_the_exact_integer_product(count: int, dimension: int) -> None:
    values, scale = quantise(_unit(count, seed=5, dimension=dimension))
    queries = _unit(3, seed=6, dimension=dimension)
    step = np.abs(queries).max(axis=1, keepdims=True) / 63
    products = np.rint(queries / step).astype(np.int32) @ values.astype(np.int32).T
    scores = DenseIndex(load_runtime(None, 1).search, values, scale).scores(queries)
    assert np.array_equal(scores, products.astype(np.float32) * step.astype(np.float32) * scale)
