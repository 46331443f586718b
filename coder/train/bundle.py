"""Fill a model directory: encoder, tokenizer, search graph, concept vectors, memory of coded phrases, manifest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from tokenizers import Tokenizer

from coder.columnar import write_columns
from coder.suggest.dense import SEARCH_FILE, VECTORS_FILE, quantise, text_keys
from coder.suggest.encoder import ENCODER_FILE, TOKENIZER_FILE, Encoder
from coder.suggest.modeldir import FORMAT, FamilySettings, Manifest, ModelDirectory, open_session, write_manifest
from coder.suggest.names import load_names
from coder.suggest.normalize import prepare
from coder.suggest.parts import clean, split_parts
from coder.suggest.retriever import memory_file
from coder.suggest.shorthand import written_out
from coder.train.corpus import Phrase
from coder.train.export import build_search_graph, export_int8
from coder.train.model import Encoder as TorchEncoder
from coder.train.pairs import closest_part

LONGEST = 64


def write_encoder(folder: Path, model: TorchEncoder, tokenizer: Tokenizer, *, threads: int) -> Encoder:
    """Write the int8 encoder, the tokenizer and the search graph; return the encoder as serving will run it."""
    folder.mkdir(parents=True, exist_ok=True)
    export_int8(model, folder / ENCODER_FILE)
    tokenizer.save(str(folder / TOKENIZER_FILE), pretty=False)
    onnx.save(build_search_graph(dimension=model.config.dimension), folder / SEARCH_FILE)
    session = open_session(folder / ENCODER_FILE, threads=threads)
    return Encoder(session, tokenizer, dimension=model.config.dimension, longest=LONGEST)


def write_vectors(folder: Path, encoder: Encoder, systems: Sequence[str]) -> int:
    """Write the vectors of all names and aliases of the systems, each text once; returns how many."""
    texts = list(dict.fromkeys(text for system in systems for text in load_names(system).texts))
    vectors, scale = quantise(encoder.encode(texts))
    arrays: dict[str, npt.NDArray[Any]] = {"key": text_keys(texts), "vector": vectors, "scale": scale}
    write_columns(folder / VECTORS_FILE, header={"texts": len(texts)}, columns={}, arrays=arrays)
    return len(texts)


def write_memory(folder: Path, family: str, encoder: Encoder, phrases: Sequence[Phrase]) -> int:
    """Write the memory of coded phrases: vectors and label keys, no text; returns the number of vectors.

    A phrase of several parts is also remembered part by part, each part with the names that are about it.
    """
    texts: list[str] = []
    labels: list[list[str]] = []
    counts: Counter[str] = Counter()
    for phrase in phrases:
        text = written_out(prepare(phrase.text), family=family)
        names = [clean(name) for name in phrase.names]
        counts.update(names)
        texts.append(text)
        labels.append(names)
        for part, found in _names_of_parts(split_parts(text), names).items():
            texts.append(part)
            labels.append(found)
    vocabulary = {name: number for number, name in enumerate(counts)}
    vectors, scale = quantise(encoder.encode(texts) if texts else np.zeros((0, encoder.dimension), np.float32))
    arrays: dict[str, npt.NDArray[Any]] = {
        "vector": vectors,
        "scale": scale,
        "start": np.cumsum([0, *map(len, labels)]).astype(np.int32),
        "label": np.array([vocabulary[name] for names in labels for name in names], np.int32),
        "label_key": text_keys(list(vocabulary)),
        "label_count": np.array(list(counts.values()), np.int32),
    }
    write_columns(folder / memory_file(family), header={"phrases": len(phrases)}, columns={}, arrays=arrays)
    return len(texts)


def _names_of_parts(parts: Sequence[str], names: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in names:
        part = closest_part(parts, name)
        if part is not None:
            found.setdefault(part, []).append(name)
    return found


def seal(
    folder: Path, *, version: str, base: str, dimension: int, families: Mapping[str, FamilySettings]
) -> ModelDirectory:
    """Write the manifest with the check sums of what is in the folder, and open it."""
    manifest = Manifest(
        format=FORMAT,
        version=version,
        base=base,
        dimension=dimension,
        longest=LONGEST,
        families=dict(families),
        files={},
    )
    write_manifest(folder, manifest)
    return ModelDirectory(folder)
