"""A tiny base model, so that training is tested in seconds."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

from coder.train.base import BaseModel, EncoderConfig

PIECES = [
    "<s>",
    "<pad>",
    "</s>",
    "<unk>",
    "▁",
    *"高血压糖尿病急性阑尾炎慢胃骨折",
    "高血压",
    "阑尾炎",
    "привет",
    "carcinoma",
]
HIDDEN, FFN, POSITIONS = 32, 64, 512


def tensors(layers: int, rows: int) -> dict[str, np.ndarray]:
    """Random tensors under the names of the base file."""
    random = np.random.default_rng(7)
    shapes: dict[str, tuple[int, ...]] = {
        "emb.word": (rows, HIDDEN),
        "emb.pos": (POSITIONS, HIDDEN),
        "emb.type": (2, HIDDEN),
    }
    shapes |= {"emb.ln.w": (HIDDEN,), "emb.ln.b": (HIDDEN,)}
    for layer in range(layers):
        for name, (out, into) in {
            **dict.fromkeys(("q", "k", "v", "ao"), (HIDDEN, HIDDEN)),
            "fi": (FFN, HIDDEN),
            "fo": (HIDDEN, FFN),
        }.items():
            shapes |= {f"l{layer}.{name}.w": (out, into), f"l{layer}.{name}.b": (out,)}
        for name in ("aln", "oln"):
            shapes |= {f"l{layer}.{name}.w": (HIDDEN,), f"l{layer}.{name}.b": (HIDDEN,)}
    made = {name: (random.normal(size=shape) * 0.1).astype(np.float32) for name, shape in shapes.items()}
    return {name: array + 1.0 if name.endswith("ln.w") else array for name, array in made.items()}


def base_model(layers: int = 2) -> BaseModel:
    """A base model of two layers over a few pieces."""
    config = EncoderConfig(
        hidden=HIDDEN,
        layers=layers,
        heads=4,
        intermediate=FFN,
        vocabulary=len(PIECES),
        positions=POSITIONS,
        epsilon=1e-12,
    )
    scores = -np.arange(len(PIECES), dtype=np.float32) - 1.0
    return BaseModel(config, tensors(layers, len(PIECES)), PIECES, scores)


def write_base(path: Path, base: BaseModel, *, cut: int | None = None) -> None:
    """Write a base model in the layout of the real file, all tensors as float32."""
    config = base.config
    blob = [piece.encode() for piece in base.pieces]
    offsets = np.cumsum([0, *map(len, blob)]).astype("<u4")
    head = b"E5S1" + struct.pack("<I", 1)
    head += struct.pack("<7i", config.hidden, config.layers, config.heads, config.intermediate, len(blob), POSITIONS, 2)
    head += struct.pack("<fi", config.epsilon, 32)
    head += struct.pack("<i4iQ", len(blob), 0, 2, 1, 3, sum(map(len, blob)))
    head += offsets.tobytes() + base.scores.astype("<f4").tobytes() + b"".join(blob)
    head += struct.pack("<iI", 0, 4) + b"skip" + struct.pack("<i", len(base.tensors))
    directory_size = sum(2 + len(name) + 1 + 4 + 8 + 8 for name in base.tensors)
    directory, body, at = b"", b"", len(head) + directory_size
    for name, array in base.tensors.items():
        raw = array.astype("<f4").tobytes()
        directory += struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", 0, array.size, at, len(raw))
        body += raw
        at += len(raw)
    data = head + directory + body
    path.write_bytes(data[:cut] if cut else data)
