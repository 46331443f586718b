"""Text to vectors with the shipped int8 encoder.

>>> encoder = Encoder.load(ModelDirectory.default())
>>> vectors = encoder.encode(["急性心肌梗死", "急性心梗", "骨折"])
>>> vectors.shape[0], bool(vectors[0] @ vectors[1] > vectors[0] @ vectors[2])
(3, True)
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from coder.suggest.modeldir import ModelDirectory, open_session

ENCODER_FILE = "encoder.onnx"
TOKENIZER_FILE = "tokenizer.json"
# Sorted by length, sixteen texts share less padding than thirty-two and still fill the integer products.
_BATCH = 16
_FEW = 64
_PADDING = 1

Float32 = npt.NDArray[np.float32]


class Encoder:
    """An int8 encoder session with its tokenizer; safe to share between threads."""

    def __init__(
        self, session: onnxruntime.InferenceSession, tokenizer: Tokenizer, *, dimension: int, longest: int
    ) -> None:
        self._session = session
        self.tokenizer = tokenizer
        self.dimension = dimension
        self._longest = longest

    @classmethod
    def load(cls, directory: ModelDirectory, *, threads: int = 1) -> Encoder:
        """Open the encoder of a model directory.

        Raises:
            ArtefactError: a file is missing or damaged.
        """
        return cls(
            open_session(directory.file(ENCODER_FILE), threads=threads),
            Tokenizer.from_file(str(directory.file(TOKENIZER_FILE))),
            dimension=directory.manifest.dimension,
            longest=directory.manifest.longest,
        )

    def encode(self, texts: Sequence[str]) -> Float32:
        """Unit vectors, in order; (texts, dimension). A text is cut at the longest length that the model takes.

        Texts of like length share a batch, so that little is spent on padding.
        """
        # A batch wakes the threads of the tokenizer, which takes longer than the few texts of a record.
        many = len(texts) > _FEW
        encoded = self.tokenizer.encode_batch_fast(list(texts)) if many else map(self.tokenizer.encode, texts)
        ids = [self._cut(encoding.ids) for encoding in encoded]
        vectors = np.zeros((len(ids), self.dimension), np.float32)
        order = sorted(range(len(ids)), key=lambda index: len(ids[index]))
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            vectors[batch] = self._run([ids[index] for index in batch])
        return vectors

    def _cut(self, ids: list[int]) -> list[int]:
        return ids if len(ids) <= self._longest else [*ids[: self._longest - 1], ids[-1]]

    def _run(self, rows: Sequence[Sequence[int]]) -> Float32:
        length = max(len(row) for row in rows)
        ids = np.full((len(rows), length), _PADDING, np.int64)
        mask = np.zeros((len(rows), length), np.int32)
        for number, row in enumerate(rows):
            ids[number, : len(row)] = row
            mask[number, : len(row)] = 1
        vectors: Float32 = self._session.run(None, {"ids": ids, "mask": mask})[0]
        return vectors
