"""Pairs as the cross-encoder reads them, and the shipped cross-encoder."""

import numpy as np
import pytest

from coder.suggest.cross_encoder import LONGEST_SIDE, CrossEncoder, PairTokens, pad_pairs
from coder.suggest.encoder import TOKENIZER_FILE, Encoder
from coder.suggest.modeldir import ModelDirectory

Tokenizer = pytest.importorskip("tokenizers").Tokenizer


@pytest.fixture(scope="module")
def tokens() -> PairTokens:
    return PairTokens(Tokenizer.from_file(str(ModelDirectory.default().file(TOKENIZER_FILE))))


def test_a_pair_is_one_sequence_of_two_sides(tokens: PairTokens) -> None:
    (ids, kinds), *_ = tokens.pairs("胃切除术", ["胃部分切除术"])
    assert len(ids) == len(kinds)
    assert ids[0] == 0
    assert ids.count(2) == 2
    border = ids.index(2)
    assert set(kinds[: border + 1]) <= {0, 1, 2}
    assert set(kinds[border + 1 :]) <= {3, 4, 5}


def test_kinds_tell_what_both_sides_have(tokens: PairTokens) -> None:
    (same, other) = tokens.pairs("胃", ["胃", "肾"])
    assert max(same[1]) == 5
    assert max(other[1]) == 3


def test_a_long_side_is_cut(tokens: PairTokens) -> None:
    (ids, _), *_ = tokens.pairs("反复咳嗽" * 200, ["咳嗽"])
    assert len(ids) <= 2 * LONGEST_SIDE + 3


def test_padding_is_masked() -> None:
    ids, kinds, mask = pad_pairs([([0, 7, 2], [0, 1, 0]), ([0, 2], [0, 0])])
    assert ids[1].tolist() == [0, 2, 1]
    assert kinds.shape == mask.shape == (2, 3)
    assert mask.sum(axis=1).tolist() == [3.0, 2.0]


def test_the_shipped_cross_encoder_prefers_the_name_that_fits() -> None:
    directory = ModelDirectory.default()
    reader = CrossEncoder.load(directory, "procedure", tokenizer=Encoder.load(directory).tokenizer)
    names = ["髌骨骨折切开复位内固定术", "桡骨骨折切开复位内固定术", "胃部分切除术"]
    scores = reader.scores("左髌骨骨折切开复位内固定术", names)
    assert scores.shape == (3,)
    assert int(np.argmax(scores)) == 0
