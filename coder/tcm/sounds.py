"""How characters sound, without their tone: misspelt terms mostly have the sound of the right one.

The table (``models/tcm/sounds.zip``) is made from pypinyin's, which takes half a second to load; a record should not
wait for that.

>>> sound_of("下柱") == sound_of("下注")
True
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from coder.artefacts import artefact_path
from coder.columnar import read_columns, write_columns

SOUNDS_FILE = "tcm/sounds.zip"
_GB2312_ROWS = range(0xB0, 0xF8)
_GB2312_CELLS = range(0xA1, 0xFF)


def sound_of(text: str) -> tuple[str, ...]:
    """The sound of each character; a character that the table does not have stands for itself."""
    sounds = _sounds()
    return tuple(sounds.get(character, character) for character in text)


def write_sounds(path: Path, texts: Iterable[str]) -> None:
    """Write the sounds of all characters of ``texts`` and of GB 2312, which holds what is commonly typed."""
    from pypinyin import lazy_pinyin

    common = (bytes((row, cell)).decode("gb2312", "ignore") for row in _GB2312_ROWS for cell in _GB2312_CELLS)
    characters = sorted(set("".join(texts)).union(filter(None, common)))
    sounds = {character: "".join(lazy_pinyin(character)) for character in characters}
    differing = {character: sound for character, sound in sounds.items() if sound != character}
    write_columns(
        path,
        header={"name": "sounds"},
        columns={"character": list(differing), "sound": list(differing.values())},
        arrays={},
    )


@cache
def _sounds() -> Mapping[str, str]:
    table = read_columns(artefact_path(SOUNDS_FILE))
    return dict(zip(table.strings("character"), table.strings("sound"), strict=True))
