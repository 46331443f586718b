from __future__ import annotations

import logging
import multiprocessing
import subprocess
import sys
from pathlib import Path

import jieba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.artefacts import artefact_path
from coder.columnar import read_columns, write_columns
from coder.errors import ArtefactError
from coder.text.segment import DICTIONARY_FILE, Segmenter


def _sentinel() -> str:
    word: str = read_columns(artefact_path(DICTIONARY_FILE)).header["sentinel"]
    return word


def _words_in_worker(text: str) -> list[str]:
    return Segmenter.load().words(text)


def test_words_cover_the_text_with_true_offsets() -> None:
    text = "患者因急性阑尾炎伴穿孔入院,血压160/95mmhg。"
    segments = Segmenter.load().segment(text)
    assert "".join(segment.text for segment in segments) == text
    assert all(text[segment.start : segment.end] == segment.text for segment in segments)


@given(st.text(alphabet=st.sampled_from("急性阑尾炎伴穿孔无发热ab12.,、。 \n☆"), max_size=40))
def test_any_text_is_covered(text: str) -> None:
    assert "".join(Segmenter.load().words(text)) == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("急性阑尾炎", ["急性", "阑尾炎"]),
        ("否认高血压", ["否认", "高血压"]),
        ("无畏寒", ["无", "畏寒"]),
        ("无双下肢水肿", ["无", "双下肢", "水肿"]),
        ("四肢无力", ["四肢", "无力"]),
        ("不除外肺癌", ["不除外", "肺癌"]),
        ("全麻下行胆囊切除术", ["全麻下", "行", "胆囊", "切除术"]),
    ],
)
def test_words_are_of_middle_length_and_cues_stand_alone(text: str, words: list[str]) -> None:
    assert Segmenter.load().words(text) == words


def test_the_result_is_jiebas() -> None:
    ours = Segmenter.load()
    peer = jieba.Tokenizer()
    table = read_columns(artefact_path(DICTIONARY_FILE))
    peer.FREQ = dict(zip(table.strings("words"), table.array("frequencies").tolist(), strict=True))
    peer.total = sum(peer.FREQ.values())
    peer.initialized = True
    text = "冠状动脉粥样硬化性心脏病,不稳定型心绞痛,心功能3级;于2024-05-03全麻下行cabg术,术后恢复顺利。"
    assert ours.words(text) == peer.lcut(text, HMM=False)


def test_jiebas_global_tokenizer_is_left_alone() -> None:
    Segmenter.load().words("急性阑尾炎")
    assert not jieba.dt.initialized


@pytest.mark.parametrize("method", ["fork", "spawn"])
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_the_dictionary_is_in_force_in_every_worker(method: str) -> None:
    Segmenter.load()
    word = _sentinel()
    with multiprocessing.get_context(method).Pool(2) as pool:
        assert pool.map(_words_in_worker, [word] * 4) == [[word]] * 4


def test_loading_prints_nothing_and_writes_no_cache(tmp_path: Path) -> None:
    code = "from coder.text.segment import Segmenter; Segmenter.load().words('急性阑尾炎')"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True, text=True, check=True, env={"TMPDIR": str(tmp_path), "PYTHONPATH": str(Path.cwd())},
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("", "")
    assert list(tmp_path.iterdir()) == []


def test_a_dictionary_that_is_not_in_force_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "words.zip"
    write_columns(
        path,
        header={"name": "words", "sentinel": "胆囊切除术"},
        columns={"words": ["胆", "胆囊"]},
        arrays={"frequencies": np.array([1, 5], dtype=np.int32)},
    )
    with pytest.raises(ArtefactError, match="分词词典未生效"):
        Segmenter(read_columns(path))


def test_nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        Segmenter(read_columns(artefact_path(DICTIONARY_FILE))).words("急性阑尾炎")
    assert caplog.records == []
