from __future__ import annotations

from pathlib import Path

import pytest

from coder.artefacts import artefact_path
from coder.columnar import read_columns
from coder.errors import InputError
from coder.text.build import build_text
from coder.text.build.chunks import build_chunks
from coder.text.build.dictionary import build_dictionary
from coder.text.build.traditional import build_traditional
from coder.text.segment import Segmenter

NAMES = [
    f"{course}{site}{kind}"
    for course in ("急性", "慢性", "")
    for site in ("阑尾", "胰腺", "膀胱")
    for kind in ("炎", "囊肿", "损伤")
]


def test_the_dictionary_holds_words_prefixes_and_a_sentinel(tmp_path: Path) -> None:
    path = tmp_path / "words.zip"
    report = build_dictionary(
        path, names=sorted({*NAMES, "螺钉"}), words=["未触及"], openers=("无",), medical_words=["胰腺囊肿", "汽车"]
    )
    table = read_columns(path)
    frequencies = dict(zip(table.strings("words"), table.array("frequencies").tolist(), strict=True))
    assert frequencies["未触及"] > 0
    assert frequencies["未触"] == 0
    assert "胰腺囊肿" in frequencies, "selected: it occurs inside a name"
    assert not any(word.startswith("无") and len(word) > 1 for word in frequencies), "无 must stay a word of its own"
    assert report.entries == len(frequencies)
    Segmenter(table)


def test_the_medical_words_only_select(tmp_path: Path) -> None:
    common = build_dictionary(tmp_path / "a.zip", names=NAMES, words=[], openers=())
    selected = build_dictionary(tmp_path / "b.zip", names=NAMES, words=[], openers=(), medical_words=["没有此名的词"])
    assert selected.entries == common.entries


def test_the_words_of_phrases(tmp_path: Path) -> None:
    path = tmp_path / "chunks.zip"
    assert build_chunks(path, names=NAMES, own_words=["术区"], segmenter=Segmenter.load()) == len(
        read_columns(path).strings("words")
    )
    assert {"阑尾炎", "慢性", "术区"} <= set(read_columns(path).strings("words"))


def test_the_shipped_set_of_traditional_characters_is_opencc_s(tmp_path: Path) -> None:
    path = tmp_path / "traditional.zip"
    count = build_traditional(path)
    shipped = read_columns(artefact_path("text/traditional.zip")).strings("characters")
    assert read_columns(path).strings("characters") == shipped
    assert count == len(shipped)


def test_a_table_of_medical_words_without_its_column_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "words.tsv"
    path.write_text("词\n肺炎\n", encoding="utf-8")
    with pytest.raises(InputError, match="word 列"):
        build_text(tmp_path, medical_words=path)


@pytest.mark.slow
def test_the_whole_build_is_deterministic_and_readable(tmp_path: Path) -> None:
    report = build_text(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"traditional.zip", "words.zip", "lexicon.zip", "chunks.zip"}
    assert report.lexicon.surfaces == len(read_columns(tmp_path / "lexicon.zip").strings("surfaces"))
    assert (tmp_path / "lexicon.zip").read_bytes() == artefact_path("text/lexicon.zip").read_bytes()
    assert Segmenter(read_columns(tmp_path / "words.zip")).words("急性阑尾炎") == ["急性", "阑尾炎"]
