"""Recall for a mention: vectors, n-grams and remembered phrases, each scoring every name of a code system."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from coder.columnar import read_columns
from coder.suggest.dense import DenseIndex, SearchGraph, VectorStore
from coder.suggest.encoder import Encoder
from coder.suggest.features import NameFeatures
from coder.suggest.modeldir import ModelDirectory
from coder.suggest.names import NameTable
from coder.suggest.ngrams import NgramIndex
from coder.suggest.parts import split_parts
from coder.suggest.retrieval import Memory, Retrieval, fold_aliases
from coder.suggest.shorthand import written_out
from coder.text.segment import Segmenter

Float32 = npt.NDArray[np.float32]
Int32 = npt.NDArray[np.int32]

# Counts are taken to a corpus of this many phrases, so that memories of different size give priors of one scale.
_PRIOR_PHRASES = 4000
# Scores of this many units are held at once: some 16 MB in a system of 40,000 names.
_UNITS_AT_ONCE = 48


class Runtime:
    """What all systems of a process share: the model directory, the encoder, the vectors, the segmenter."""

    def __init__(self, directory: ModelDirectory, *, threads: int) -> None:
        self.directory = directory
        self.threads = threads
        self.encoder = Encoder.load(directory, threads=threads)
        self.vectors = VectorStore.load(directory, self.encoder)
        self.search = SearchGraph.load(directory, threads=threads)
        self.segmenter = Segmenter.load()

    def index(self, table: NameTable) -> DenseIndex:
        """A dense index over the names and aliases of a table."""
        return DenseIndex(self.search, *self.vectors.take(table.texts, table.keys))


def family_of(kind: str) -> str:
    """The family whose ranker serves a kind of system: procedures have their own, all else is ranked like diagnoses."""
    return "procedure" if kind == "procedure" else "diagnosis"


def memory_file(family: str) -> str:
    """The file of the remembered phrases of a family."""
    return f"memory-{family}.zip"


class Retriever:
    """Scores every name of one code system for mentions; immutable, so one object serves all threads."""

    def __init__(self, runtime: Runtime, table: NameTable) -> None:
        self.table = table
        self._runtime = runtime
        self._names = runtime.index(table)
        self._ngrams = NgramIndex(table.texts)
        self._family = family_of(table.system.kind)
        self._memory, self._phrases, prior = load_memory(runtime, self._family, table)
        self.features = NameFeatures(table, prior=prior)

    @property
    def tokenizer(self) -> Tokenizer:
        """The tokenizer of the encoder."""
        return self._runtime.encoder.tokenizer

    def retrieve(self, texts: Sequence[str]) -> list[Retrieval]:
        """The scores of every name for each prepared text, shorthand written out, for the whole and for its parts."""
        written = [written_out(text, family=self._family) for text in texts]
        units = [(text, *split_parts(text)) for text in written]
        found: list[Retrieval] = []
        for batch in _of_units(units, _UNITS_AT_ONCE):
            found.extend(self._retrieve(batch))
        return found

    def _retrieve(self, groups: Sequence[tuple[str, ...]]) -> Iterator[Retrieval]:
        flat = [unit for group in groups for unit in group]
        vectors = self._runtime.encoder.encode(flat)
        count = len(self.table.names)
        # One product for all units: every run reads all vectors of the system anew.
        dense, near = self._names.scores(vectors), self._phrases.scores(vectors)
        start = 0
        for group in groups:
            here = slice(start, start + len(group))
            start += len(group)
            lexical = np.stack([self._ngrams.scores(unit) for unit in group])
            votes = [self._memory.votes(one, names=count) for one in near[here]]
            yield Retrieval(
                group,
                dense=fold_aliases(dense[here], owner=self.table.owner, names=count),
                lexical=fold_aliases(lexical, owner=self.table.owner, names=count),
                near=np.stack([best for best, _ in votes]),
                votes=np.stack([total for _, total in votes]),
            )

    def words(self, found: Retrieval) -> list[list[str]]:
        """The segments of each unit of a mention."""
        return [self._runtime.segmenter.words(unit) for unit in found.units]


def _of_units(groups: Sequence[tuple[str, ...]], size: int) -> Iterator[list[tuple[str, ...]]]:
    """Groups in order, as many at a time as have up to ``size`` units together (one group at least)."""
    batch: list[tuple[str, ...]] = []
    for group in groups:
        if batch and sum(map(len, batch)) + len(group) > size:
            yield batch
            batch = []
        batch.append(group)
    if batch:
        yield batch


def load_memory(runtime: Runtime, family: str, table: NameTable) -> tuple[Memory, DenseIndex, Float32]:
    """The remembered phrases of a family, seen through a table: labels as its names, vectors, priors of its names.

    Labels are stored as keys of names, so one memory serves every system; a label that a system has no name for is −1.
    """
    stored = read_columns(runtime.directory.file(memory_file(family)))
    keys = table.keys
    order = np.argsort(keys)
    wanted = stored.array("label_key")
    places = np.minimum(np.searchsorted(keys, wanted, sorter=order), len(keys) - 1)
    numbers = np.where(keys[order[places]] == wanted, table.owner[order[places]], -1).astype(np.int32)
    prior = np.zeros(len(table.names), np.float32)
    np.add.at(prior, numbers[numbers >= 0], stored.array("label_count")[numbers >= 0].astype(np.float32))
    memory = Memory(starts=stored.array("start"), labels=numbers[stored.array("label")])
    vectors = DenseIndex(runtime.search, stored.array("vector"), stored.array("scale"))
    return memory, vectors, np.log1p(prior * (_PRIOR_PHRASES / max(stored.header["phrases"], 1)))


@cache
def load_runtime(model: Path | None, threads: int) -> Runtime:
    """The shared runtime of a model directory; a second call returns the same object."""
    return Runtime(ModelDirectory(model) if model else ModelDirectory.default(), threads=threads)
