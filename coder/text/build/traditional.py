"""The characters that OpenCC would change: a text without any of them needs no conversion, and OpenCC no loading."""

from __future__ import annotations

from pathlib import Path

from opencc import OpenCC

from coder.columnar import write_columns

_IDEOGRAPHS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x323AF))


def build_traditional(path: Path) -> int:
    """Write the set of traditional-only characters to ``path``; returns their number."""
    convert = OpenCC("t2s").convert
    characters = [
        chr(point)
        for first, last in _IDEOGRAPHS
        for point in range(first, last + 1)
        if convert(chr(point)) != chr(point)
    ]
    write_columns(path, header={"name": "traditional"}, columns={"characters": characters})
    return len(characters)
