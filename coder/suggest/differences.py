"""What differs between a phrase and a name, and what each difference is worth: a sparse, learned, linear score.

``右肾肿物摘除术`` and ``肾病损切除术`` differ in 右, in 肿物摘 against 病损切. Some differences never matter (a side
that the name leaves out), some always do (one bone for another). Weights are learned from coded phrases and kept by
hash, so no text is shipped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import numpy.typing as npt

from coder.columnar import read_columns
from coder.suggest.modeldir import ModelDirectory

BUCKETS = 1 << 18
_ALIKE = frozenset("+,;、()[] 和及的术")

Float32 = npt.NDArray[np.float32]


def differences_file(family: str) -> str:
    """The file of the weights of a family."""
    return f"differences-{family}.zip"


@dataclass(frozen=True, slots=True)
class Differences:
    """Weights of differences by bucket; (BUCKETS,)."""

    weights: Float32

    @classmethod
    def load(cls, directory: ModelDirectory, family: str) -> Differences:
        """Read the weights of a family (``diagnosis`` or ``procedure``).

        Raises:
            ArtefactError: the file is missing or damaged.
        """
        stored = read_columns(directory.file(differences_file(family)))
        return cls(stored.array("weight").astype(np.float32))

    def scores(self, phrase: str, names: Sequence[str]) -> Float32:
        """How well each name's differences from the phrase are borne; higher is likelier; (names,)."""
        return np.array([self.weights[difference_buckets(phrase, name)].sum() for name in names], np.float32)


def difference_buckets(phrase: str, name: str) -> list[int]:
    """The buckets of the differences between a phrase and a name.

    >>> difference_buckets("左肾切除术", "右肾切除术") == difference_buckets("左肾切除", "右肾切除")
    True
    """
    unnamed, unsaid = _stretches(phrase.lower(), name.lower()), _stretches(name.lower(), phrase.lower())
    return [digest % BUCKETS for digest in _digests(unnamed, unsaid)]


def _digests(unnamed: Sequence[str], unsaid: Sequence[str]) -> Iterator[int]:
    """Stretches and characters that only one of the two has, alone and crossed with those of the other, by digest.

    Of what begins alike (``肿物|病损``, ``肿物|囊肿``) the beginning is digested once.
    """
    characters, others = sorted(set("".join(unnamed))), sorted(set("".join(unsaid)))
    yield from _begun("unsaid:", unsaid)
    yield from _begun("unnamed:", unnamed)
    for one in unnamed:
        yield from _begun(f"{one}|", unsaid)
    yield from _begun("unsaid character:", others)
    for one in characters:
        yield from _begun(f"{one}/", others)
    if not unsaid:
        yield crc32(b"all said")
    if not unnamed:
        yield crc32(b"all named")


def _begun(beginning: str, ends: Sequence[str]) -> list[int]:
    """The digests of a beginning with each of its ends."""
    begun = crc32(beginning.encode())
    return [crc32(end.encode(), begun) for end in ends]


def _stretches(text: str, other: str) -> list[str]:
    """The longest runs of characters of a text that the other text does not have."""
    known = _ALIKE | frozenset(other)
    return "".join([" " if character in known else character for character in text]).split()
