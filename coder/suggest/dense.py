"""Dense search: the exact int8 product of query vectors with every concept vector of a system; no index, no server."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import onnxruntime

from coder.columnar import read_columns
from coder.suggest.encoder import Encoder
from coder.suggest.modeldir import ModelDirectory, open_session
from coder.suggest.onnx_bytes import with_constant

SEARCH_FILE = "search.onnx"
VECTORS_FILE = "vectors.zip"

# A query takes seven bits: processors without VNNI add two products in sixteen bits, and eight would overflow there.
_QUERY_STEPS = 63
_QUERY_ZERO = 64
_NAME_STEPS = 127
_VECTORS = "vectors"

Float32 = npt.NDArray[np.float32]
Int8 = npt.NDArray[np.int8]
UInt64 = npt.NDArray[np.uint64]


def text_keys(texts: Sequence[str]) -> UInt64:
    """A 64-bit key for each text, under which its vector is shipped."""
    digests = b"".join(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest() for text in texts)
    return np.frombuffer(digests, dtype="<u8")


def quantise(vectors: Float32) -> tuple[Int8, Float32]:
    """Vectors to int8 with a scale for each row, so that ``int8 × scale`` gives the vector back.

    >>> values, scale = quantise(np.array([[0.5, -1.0]], np.float32))
    >>> values.tolist(), round(float(scale[0]) * 127, 3)
    ([[64, -127]], 1.0)
    """
    scale = np.maximum(np.abs(vectors).max(axis=1), 1e-9) / _NAME_STEPS
    return np.rint(vectors / scale[:, None]).astype(np.int8), scale.astype(np.float32)


class VectorStore:
    """The shipped vectors of concept names, found by text; a text that is not there is encoded on the spot."""

    def __init__(self, keys: UInt64, vectors: Int8, scale: Float32, encoder: Encoder) -> None:
        order = np.argsort(keys)
        self._keys, self._vectors, self._scale = keys[order], vectors[order], scale[order]
        self._encoder = encoder

    @classmethod
    def load(cls, directory: ModelDirectory, encoder: Encoder) -> VectorStore:
        """Open the vectors of a model directory.

        Raises:
            ArtefactError: the file is missing or damaged.
        """
        table = read_columns(directory.file(VECTORS_FILE))
        return cls(table.array("key"), table.array("vector"), table.array("scale"), encoder)

    def take(self, texts: Sequence[str], keys: UInt64 | None = None) -> tuple[Int8, Float32]:
        """int8 vectors and scales of texts, in order; ``keys`` are the texts' own where they are at hand."""
        keys = text_keys(texts) if keys is None else keys
        places = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        vectors, scale = self._vectors[places], self._scale[places]
        missing = np.flatnonzero(self._keys[places] != keys)
        if len(missing):
            vectors[missing], scale[missing] = quantise(
                self._encoder.encode([texts[index] for index in missing.tolist()])
            )
        return vectors, scale


class SearchGraph:
    """The graph that multiplies queries with vectors; each index makes the vectors a constant of its own session.

    A constant is laid out for the product once, when it is loaded. As an input it would be laid out anew in every run,
    which takes three times as long as the product of a record's few queries itself.
    """

    def __init__(self, model: bytes, *, threads: int) -> None:
        self._model = model
        self._threads = threads

    @classmethod
    def load(cls, directory: ModelDirectory, *, threads: int = 1) -> SearchGraph:
        """Read the graph of a model directory.

        Raises:
            ArtefactError: the file is missing or damaged.
        """
        return cls(directory.file(SEARCH_FILE).read_bytes(), threads=threads)

    def session(self, vectors: Int8) -> onnxruntime.InferenceSession:
        """A session that multiplies with these vectors, (names, dimension); it keeps no reference to them."""
        columns = np.ascontiguousarray(vectors.T)
        model = with_constant(self._model, _VECTORS, columns.shape)
        return open_session(model, threads=self._threads, constants={_VECTORS: columns})


class DenseIndex:
    """Cosine similarity of queries to a fixed set of int8 vectors."""

    def __init__(self, graph: SearchGraph, vectors: Int8, scale: Float32) -> None:
        self._session = graph.session(vectors) if len(vectors) else None
        self._scale = np.ascontiguousarray(scale)

    def __len__(self) -> int:
        return len(self._scale)

    def scores(self, queries: Float32) -> Float32:
        """Similarity of each query to each vector; (queries, vectors)."""
        if self._session is None:
            return np.zeros((len(queries), 0), np.float32)
        step = np.maximum(np.abs(queries).max(axis=1, keepdims=True), 1e-9) / _QUERY_STEPS
        values = (np.rint(queries / step) + _QUERY_ZERO).astype(np.uint8)
        feed = {"query": values, "step": step.astype(np.float32), "scale": self._scale}
        scores: Float32 = self._session.run(None, feed)[0]
        return scores
