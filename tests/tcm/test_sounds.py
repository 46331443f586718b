"""Sounds of characters, from the shipped table."""

from __future__ import annotations

from pathlib import Path

from coder.columnar import read_columns
from coder.tcm.sounds import sound_of, write_sounds


def test_characters_of_one_sound_sound_alike_whatever_their_tone() -> None:
    assert sound_of("肝阳上抗") == sound_of("肝阳上亢") == ("gan", "yang", "shang", "kang")


def test_what_is_no_chinese_character_stands_for_itself() -> None:
    assert sound_of("A1型") == ("A", "1", "xing")


def test_the_table_has_the_characters_of_terms_and_what_is_commonly_typed(tmp_path: Path) -> None:
    path = tmp_path / "sounds.zip"
    write_sounds(path, ["癥瘕"])
    characters = read_columns(path).strings("character")
    assert {"癥", "瘕", "的", "雍"} <= set(characters)
