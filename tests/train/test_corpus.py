"""Reading labelled phrases, holding out, folding, pairing."""

from pathlib import Path

import numpy as np
import pytest

from coder.errors import InputError
from coder.train.corpus import Phrase, folds, hold_out, read_phrases
from coder.train.pairs import phrase_pairs, top_rows, with_negatives

pytestmark = pytest.mark.train


def test_jsonl_and_csv_read_alike(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "1", "text": "高血压伴糖尿病", "terms": ["高血压", "糖尿病"]}\n', "utf-8")
    (tmp_path / "a.csv").write_text("text,name\n高血压伴糖尿病,高血压\n高血压伴糖尿病,糖尿病\n", "utf-8")
    (one,), (other,) = read_phrases(tmp_path / "a.jsonl"), read_phrases(tmp_path / "a.csv")
    assert (one.text, one.names) == (other.text, other.names)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.jsonl", '{"id": 1}\n', "第 1 行"),
        ("a.jsonl", "not json\n", "第 1 行"),
        ("a.csv", "text,code\n高血压,I10\n", "text 或 name"),
        ("a.csv", "text,name\n高血压,高血压\n,糖尿病\n", "第 3 行"),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(InputError, match=message):
        read_phrases(tmp_path / name)


def test_the_held_out_part_is_always_the_same() -> None:
    phrases = [Phrase(str(number), "", ()) for number in range(100)]
    kept, held = hold_out(phrases)
    assert (len(kept), len(held)) == (85, 15)
    assert hold_out(list(reversed(phrases))) == (kept, held)
    assert not {phrase.id for phrase in kept} & {phrase.id for phrase in held}


def test_folds_cover_everything_once() -> None:
    phrases = [Phrase(str(number), "", ()) for number in range(10)]
    dealt = folds(phrases, count=3)
    assert sorted(one.id for some in dealt for one in some) == sorted(one.id for one in phrases)


def test_pairs_leave_out_names_that_the_table_does_not_hold() -> None:
    pairs = phrase_pairs([Phrase("1", "高血压,骨折", ("高血压", "不明"))], known={"高血压"}, family="diagnosis")
    assert [(pair.name, pair.variants, pair.also_right) for pair in pairs] == [
        ("高血压", ("高血压",), frozenset({"高血压", "不明"}))
    ]


def test_negatives_are_near_and_wrong() -> None:
    names = ["高血压", "低血压", "骨折"]
    vectors = np.eye(3, dtype=np.float32)
    pairs = phrase_pairs([Phrase("1", "血压高", ("高血压",))], known=names, family="diagnosis")
    mined = with_negatives(
        pairs, query_vectors=np.array([[0.9, 0.5, 0.1]], np.float32), names=names, name_vectors=vectors, depth=1
    )
    assert mined[0].negatives == ("低血压",)


def test_top_rows_are_sorted() -> None:
    rows = top_rows(np.array([[0.1, 0.9, 0.5]], np.float32), np.eye(3, dtype=np.float32), count=2)
    assert rows.tolist() == [[1, 2]]
