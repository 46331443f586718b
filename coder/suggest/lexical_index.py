"""The index behind lexical recall: BM25 weights of every term in every name and alias of a code system.

BM25 as in Robertson & Zaragoza, "The Probabilistic Relevance Framework" (2009), with names as documents. Weights are
computed when the index is built and kept as bytes, so a query is a few vector additions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from coder.columnar import read_columns, write_columns
from coder.terms.keys import name_key
from coder.terms.system import HEADING, CodeSystem
from coder.text.normalise import normalise_term

_K1 = 1.2
_B = 0.6
_WEIGHT_STEPS = 255

Words = Callable[[str], Sequence[str]]


def surface(text: str) -> str:
    """The form in which names and queries are compared: normalised, without punctuation.

    >>> surface("高血压病Ⅲ級（極高危）")
    '高血压病3级极高危'
    """
    return name_key(normalise_term(text))


def tokens(key: str, words: Words) -> list[str]:
    """The terms of a surface: its words of two and more characters, and its character bigrams.

    >>> tokens("肺炎", lambda text: [text])
    ['肺炎', '#肺炎']
    """
    found = [word for word in words(key) if len(word) > 1]
    found += [f"#{key[index : index + 2]}" for index in range(len(key) - 1)]
    return found or [f"#{key}"]


@dataclass(frozen=True, slots=True)
class LexicalIndex:
    """Postings of one code system.

    ``document[start[t]:start[t + 1]]`` are the names that hold term ``t`` and ``weight`` their BM25 weights; ``row``
    and ``surface`` have one entry a document (the names of all concepts that are not headings, then their aliases).
    """

    vocabulary: dict[str, int]
    start: list[int]
    document: NDArray[np.uint32]
    weight: NDArray[np.float32]
    row: list[int]
    surface: list[str]

    @classmethod
    def build(cls, system: CodeSystem, words: Words) -> LexicalIndex:
        """Index the names and aliases of a code system."""
        texts, rows = documents(system)
        surfaces = [surface(text) for text in texts]
        vocabulary: dict[str, int] = {}
        counted: list[dict[int, int]] = []
        for key in surfaces:
            counts: dict[int, int] = {}
            for token in tokens(key, words):
                number = vocabulary.setdefault(token, len(vocabulary))
                counts[number] = counts.get(number, 0) + 1
            counted.append(counts)
        lengths = [sum(counts.values()) for counts in counted]
        mean = sum(lengths) / len(lengths)
        postings: list[list[tuple[int, float]]] = [[] for _ in vocabulary]
        for number, counts in enumerate(counted):
            norm = _K1 * (1 - _B + _B * lengths[number] / mean)
            for token_number, count in counts.items():
                postings[token_number].append((number, count * (_K1 + 1) / (count + norm)))
        idf = [float(np.log(1 + (len(texts) - len(found) + 0.5) / (len(found) + 0.5))) for found in postings]
        start = [0]
        for found in postings:
            start.append(start[-1] + len(found))
        return cls(
            vocabulary=vocabulary,
            start=start,
            document=np.array([number for found in postings for number, _ in found], np.uint32),
            weight=np.array([idf[term] * tf for term, found in enumerate(postings) for _, tf in found], np.float32),
            row=rows,
            surface=surfaces,
        )

    def write(self, path: Path, system: CodeSystem) -> None:
        """Write the shipped form; weights become bytes."""
        scale = float(self.weight.max()) / _WEIGHT_STEPS
        write_columns(
            path,
            header={"system": system.name, "scale": scale, "fingerprint": fingerprint(system)},
            columns={"token": list(self.vocabulary), "surface": self.surface},
            arrays={
                "start": np.array(self.start, np.int32),
                "document": self.document,
                "weight": np.maximum(np.rint(self.weight / scale), 1).astype(np.uint8),
                "row": np.array(self.row, np.int32),
            },
        )

    @classmethod
    def read(cls, path: Path, system: CodeSystem) -> LexicalIndex | None:
        """The shipped index, or ``None`` where it belongs to other content than this system's (a hospital's own table).

        Raises:
            ArtefactError: the file is missing or damaged.
        """
        table = read_columns(path)
        if table.header["fingerprint"] != fingerprint(system):
            return None
        return cls(
            vocabulary={token: number for number, token in enumerate(table.strings("token"))},
            start=table.array("start").tolist(),
            document=table.array("document"),
            weight=table.array("weight").astype(np.float32) * np.float32(table.header["scale"]),
            row=table.array("row").tolist(),
            surface=table.strings("surface"),
        )


def documents(system: CodeSystem) -> tuple[list[str], list[int]]:
    """The texts that can be found and the row each stands for: names, then aliases; headings are left out."""
    aliases, alias_rows, _ = system.alias_table
    texts = [*system.names, *aliases]
    rows = [*range(len(system)), *alias_rows.tolist()]
    heading = (system.flags & HEADING).astype(bool).tolist()
    kept = [index for index, row in enumerate(rows) if not heading[row]]
    return [texts[index] for index in kept], [rows[index] for index in kept]


def fingerprint(system: CodeSystem) -> str:
    """A short digest of all that an index of the system depends on."""
    texts, rows = documents(system)
    digest = hashlib.blake2b("\n".join(texts).encode(), digest_size=16)
    digest.update(np.array(rows, np.int32).tobytes())
    return digest.hexdigest()
