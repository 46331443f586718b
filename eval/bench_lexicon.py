"""Exact name search against two Aho-Corasick libraries: ``python -m eval.bench_lexicon``.

Every engine gets the names of the shipped lexicon and the project's development records, in a fresh process of its
own, so that loading time and memory are those of a cold start. Ours must find exactly the matches of ahocorasick-rs;
the last column shows for every engine in how many records it does.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import typer

from coder.artefacts import artefact_path
from coder.columnar import read_columns
from coder.text.lexicon import LEXICON_FILE, Lexicon
from coder.text.normalise import normalise

RECORDS = Path(__file__).parent / "data" / "records" / "dev"
ROUNDS = 5

Find = Callable[[str], list[tuple[int, int]]]


def _names() -> list[str]:
    return [name for name in read_columns(artefact_path(LEXICON_FILE)).strings("surfaces") if len(name) > 1]


def _ours() -> Find:
    lexicon = Lexicon(read_columns(artefact_path(LEXICON_FILE)))
    return lambda text: [(match.start, match.end) for match in lexicon.find(text)]


def _rust() -> Find:
    import ahocorasick_rs

    automaton = ahocorasick_rs.AhoCorasick(_names(), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
    return lambda text: [(start, end) for _, start, end in automaton.find_matches_as_indexes(text)]


def _c() -> Find:
    import ahocorasick  # type: ignore[import-not-found]

    automaton = ahocorasick.Automaton(ahocorasick.STORE_LENGTH)
    for name in _names():
        automaton.add_word(name)
    automaton.make_automaton()
    return lambda text: [(last - width + 1, last + 1) for last, width in automaton.iter_long(text)]


def _c_saved() -> Find:
    import ahocorasick

    automaton = ahocorasick.Automaton(ahocorasick.STORE_LENGTH)
    for name in _names():
        automaton.add_word(name)
    automaton.make_automaton()
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "names.automaton")
        automaton.save(path)
        started = time.thread_time()
        loaded = ahocorasick.load(path, lambda value: value)
        _c_saved.load_ms = (time.thread_time() - started) * 1000  # type: ignore[attr-defined]
    return lambda text: [(last - width + 1, last + 1) for last, width in loaded.iter_long(text)]


OURS, PEER = "dictionaries (ours)", "ahocorasick-rs, built"
ENGINES: dict[str, Callable[[], Find]] = {
    OURS: _ours,
    PEER: _rust,
    "pyahocorasick, built": _c,
    "pyahocorasick, saved and loaded": _c_saved,
}


def _texts() -> list[str]:
    records = (json.loads(path.read_text(encoding="utf-8"))["text"] for path in sorted(RECORDS.glob("*.json")))
    return [normalise(text).text for text in records]


def _measure(name: str) -> tuple[float, float, float, list[list[tuple[int, int]]]]:
    texts = _texts()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.thread_time()
    find = ENGINES[name]()
    load = getattr(ENGINES[name], "load_ms", (time.thread_time() - started) * 1000)
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    started = time.thread_time()
    for _ in range(ROUNDS):
        for text in texts:
            find(text)
    per_2000 = (time.thread_time() - started) * 1000 / ROUNDS / sum(map(len, texts)) * 2000
    return load, memory, per_2000, [find(text) for text in texts]


def main() -> None:
    """比较名称精确匹配的几种做法：加载时间、内存、每 2000 字耗时、与 ahocorasick-rs 结果一致的病历数。"""
    measured = {}
    for name in ENGINES:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            measured[name] = pool.apply(_measure, (name,))
    peer = measured[PEER][3]
    typer.echo(f"{'engine':<34}{'load ms':>9}{'MB':>7}{'ms/2000 chars':>15}{'same matches':>14}")
    for name, (load, memory, search, matches) in measured.items():
        same = sum(mine == other for mine, other in zip(matches, peer, strict=True))
        typer.echo(f"{name:<34}{load:>9.0f}{memory:>7.0f}{search:>15.2f}{f'{same}/{len(peer)}':>14}")
    if measured[OURS][3] != peer:
        typer.echo("our matches differ from those of ahocorasick-rs", err=True)
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
