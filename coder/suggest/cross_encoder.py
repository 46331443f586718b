"""The cross-encoder: a small transformer that reads a phrase and a name together and says how well they fit.

It sees what two separate vectors cannot: which word of the name answers which word of the phrase. It is slow, a
sequence for every name, so only the few likeliest names of a close call are read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import onnxruntime
from tokenizers import Tokenizer

from coder.suggest.modeldir import ModelDirectory, open_session

LONGEST_SIDE = 44
_START, _PADDING, _END = 0, 1, 2
_SPECIAL_OF_NAME = 3
SPACE = "▁"

Float32 = npt.NDArray[np.float32]
Int64 = npt.NDArray[np.int64]


def cross_encoder_file(family: str) -> str:
    """The file of the cross-encoder of a family."""
    return f"cross-encoder-{family}.onnx"


class PairTokens:
    """Turns a phrase and a name into the token ids and token kinds that the cross-encoder reads.

    The kind of a token tells the side that it stands on, and whether the other side has none (0), some (1) or all (2)
    of its characters; kinds of the name follow those of the phrase.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._letters: dict[int, str] = {}

    def pairs(self, phrase: str, names: Sequence[str]) -> list[tuple[list[int], list[int]]]:
        """(ids, kinds) of the phrase with each name."""
        # One by one: a batch wakes the threads of the tokenizer, which takes longer than a dozen texts.
        encoded = (self._tokenizer.encode(text, add_special_tokens=False) for text in (phrase, *names))
        said, *named = (encoding.ids[:LONGEST_SIDE] for encoding in encoded)
        letters = frozenset(phrase.lower())
        made = []
        for name, ids in zip(names, named, strict=True):
            kinds = [0, *self._shared(said, frozenset(name.lower())), 0]
            kinds += [_SPECIAL_OF_NAME + kind for kind in self._shared(ids, letters)] + [_SPECIAL_OF_NAME]
            made.append(([_START, *said, _END, *ids, _END], kinds))
        return made

    def _shared(self, ids: Sequence[int], others: frozenset[str]) -> list[int]:
        kinds = []
        for number in ids:
            letters = self._letters_of(number)
            shared = sum(letter in others for letter in letters)
            kinds.append(2 if letters and shared == len(letters) else int(shared > 0))
        return kinds

    def _letters_of(self, number: int) -> str:
        letters = self._letters.get(number)
        if letters is None:
            token = self._tokenizer.id_to_token(number) or ""
            letters = self._letters[number] = token.replace(SPACE, "").lower()
        return letters


def pad_pairs(pairs: Sequence[tuple[Sequence[int], Sequence[int]]]) -> tuple[Int64, Int64, Float32]:
    """Ids, kinds and mask of a batch; (batch, length) each."""
    shape = len(pairs), max(len(ids) for ids, _ in pairs)
    ids, kinds, mask = np.full(shape, _PADDING, np.int64), np.zeros(shape, np.int64), np.zeros(shape, np.float32)
    for row, (own_ids, own_kinds) in enumerate(pairs):
        ids[row, : len(own_ids)], kinds[row, : len(own_ids)], mask[row, : len(own_ids)] = own_ids, own_kinds, 1.0
    return ids, kinds, mask


class CrossEncoder:
    """An int8 cross-encoder session; safe to share between threads."""

    def __init__(self, session: onnxruntime.InferenceSession, tokenizer: Tokenizer) -> None:
        self._session = session
        self._tokens = PairTokens(tokenizer)

    @classmethod
    def load(cls, directory: ModelDirectory, family: str, *, tokenizer: Tokenizer, threads: int = 1) -> CrossEncoder:
        """Open the cross-encoder of a family; it shares the tokenizer of the encoder.

        Raises:
            ArtefactError: a file is missing or damaged.
        """
        session = open_session(directory.file(cross_encoder_file(family)), threads=threads)
        return cls(session, tokenizer)

    def scores(self, phrase: str, names: Sequence[str]) -> Float32:
        """How well each name fits the phrase, as a logit; (names,)."""
        ids, kinds, mask = pad_pairs(self._tokens.pairs(phrase, names))
        scores: Float32 = self._session.run(None, {"ids": ids, "kinds": kinds, "mask": mask})[0]
        return scores


# What reads a phrase with its likeliest names: the session when serving, the torch model when training.
Reader = Callable[[str, Sequence[str]], Float32]
