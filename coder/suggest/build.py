"""Builds lexical indexes, compiled phrases and compiled conventions (``python -m coder.suggest.build``)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from coder.suggest.conventions import CONVENTION_FILE, compile_conventions
from coder.suggest.lexical_index import LexicalIndex
from coder.suggest.phrase_data import PHRASE_FILE, compile_phrases
from coder.terms.registry import registry
from coder.terms.system import load_system
from coder.text.segment import Segmenter


def build_indexes(folder: Path) -> Iterator[str]:
    """Write one index a system into ``folder``; yields a line of report each."""
    words = Segmenter.load().words
    for entry in registry().systems:
        if entry.kind in ("diagnosis", "procedure"):
            system = load_system(entry.name)
            index = LexicalIndex.build(system, words)
            index.write(folder / f"{entry.name}.zip", system)
            yield f"{entry.name}：词 {len(index.vocabulary)}，名称与别名 {len(index.row)}，倒排 {len(index.document)}"


if __name__ == "__main__":
    for line in build_indexes(Path("models/lexical")):
        sys.stdout.write(f"{line}\n")
    sys.stdout.write(f"短语 {compile_phrases(Path('models') / PHRASE_FILE)}\n")
    sys.stdout.write(f"约定 {compile_conventions(Path('models') / CONVENTION_FILE)}\n")
