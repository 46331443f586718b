"""Pieces of records: sound, and scored as records are."""

from __future__ import annotations

import pytest

import eval.pieces
from coder.pipeline import Coder
from eval.metrics import RecordScore
from eval.pieces import PARTS, Piece, faults, main, pieces
from eval.run import score_records
from tests.fake_coder import FakeCoder

PIECE = Piece.model_validate(
    {
        "id": "x-1",
        "sex": "male",
        "text": "出院诊断：1.急性阑尾炎 2.高血压病\n手术名称：腹腔镜阑尾切除术",
        "diagnoses": [["K35.800x001", "K35.800"], ["I10.x00x002"]],
        "procedures": [["47.0100"]],
    }
)


@pytest.mark.parametrize("part", PARTS)
def test_every_piece_is_sound(part: str) -> None:
    assert not list(faults(pieces(part)))


def test_an_id_that_occurs_twice_and_a_code_in_no_table_are_faults() -> None:
    wrong = PIECE.model_copy(update={"diagnoses": (("K35.999",),)})
    assert list(faults([PIECE, wrong])) == ["x-1: occurs twice", "x-1: K35.999 is in no table of diagnoses"]


def test_a_denied_code_must_be_of_a_table_and_not_right() -> None:
    wrong = PIECE.model_copy(update={"denied": (("K35.999", "47.0100"),)})
    assert list(faults([wrong])) == ["x-1: 47.0100 is both right and denied", "x-1: K35.999 is in no table"]


def score(piece: Piece) -> RecordScore:
    (found,) = score_records([piece.gold], FakeCoder())
    return found


def test_a_piece_is_compared_with_its_gold() -> None:
    piece = Piece(
        id="x-2",
        text="肺炎，行阑尾切除术",
        diagnoses=(("J18.000",), ("I10.x00x002",)),
        procedures=(("47.0901", "47.0100"),),
    )
    got = score(piece)
    assert (got.principal_right, got.main_procedure_right) == (False, True)
    assert (got.diagnoses.right, got.diagnoses.predicted, got.diagnoses.gold) == (0, 1, 2)
    assert got.principal_category_right
    assert got.procedures.right == 1
    assert (got.missed, got.wrong) == (("J18.000", "I10.x00x002"), ("J18.900",))


def test_without_procedures_there_is_no_main_one() -> None:
    piece = Piece(id="x-3", text="肺炎", diagnoses=(("J18.900",),), procedures=())
    assert score(piece).main_procedure_right is None
    assert score(piece).principal_right


def test_a_denied_code_that_is_given_counts() -> None:
    piece = Piece(id="x-4", text="肺炎", diagnoses=(("J12.900",),), procedures=(), denied=(("J18.900",),))
    assert score(piece).denied == ("J18.900",)


def test_figures_are_printed_hand_by_hand(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    three = [PIECE.model_copy(update={"id": name}) for name in ("x-1", "y-1", "x-2")]
    monkeypatch.setattr(eval.pieces, "PARTS", ("dev",))
    monkeypatch.setattr(eval.pieces, "pieces", lambda _: three)
    monkeypatch.setattr(Coder, "load", FakeCoder)
    main(misses=False, by_hand=True)
    titles = [line for line in capsys.readouterr().out.splitlines() if line.endswith("pieces")]
    assert titles == ["dev: 3 pieces", "dev, x: 2 pieces", "dev, y: 1 pieces"]
