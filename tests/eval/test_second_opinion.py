"""What the second opinion learns from: marked sentences and records with known codes."""

from __future__ import annotations

import pytest

from coder.record import Patient
from coder.text.second_opinion import KINDS, Kind
from eval.records import Denied, Gold, GoldDiagnosis, GoldProcedure, GoldRecord, load_records
from eval.second_opinion import of_record, of_sentences
from eval.sentences import SENTENCES, judge, sentences


def record(text: str, *, right: str, name: str, denied: str) -> GoldRecord:
    principal = GoldDiagnosis(code="I25.103", name="冠状动脉粥样硬化性心脏病", evidence=("冠心病",))
    procedure = GoldProcedure(code=right, name=name, evidence=(name,), role="main")
    refused = Denied(text="胃镜", why="refused", codes=(denied,))
    gold = Gold(principal=principal, others=(), procedures=(procedure,), denied=(refused,))
    return GoldRecord(id="x", specialty="", kind="discharge", text=text, patient=Patient(), gold=gold)


def test_a_gold_procedure_was_done_and_a_denied_one_was_not() -> None:
    text = "出院诊断：冠心病。诊疗经过：入院后行单根导管的冠状动脉造影术，家属商量后未做胃镜检查。"
    gold = record(text, right="88.5500", name="单根导管的冠状动脉造影术", denied="44.1300x001")
    found = {one.text[one.start : one.end]: one.there for one in of_record(gold, "procedure")}
    assert found["单根导管的冠状动脉造影术"] is True
    assert found["胃镜检查"] is False


def test_held_out_sentences_are_not_learned_from() -> None:
    texts = {one.text for one in of_sentences("procedure")}
    assert len(texts) > 1000
    held_out = {one.normal for path in SENTENCES.glob("held-out*.txt") for one in judge(list(sentences(path)))}
    assert not texts & held_out


@pytest.mark.parametrize("kind", KINDS)
def test_records_of_dev_give_what_is_there_and_what_is_not(kind: Kind) -> None:
    examples = [one for gold in load_records("dev")[:40] for one in of_record(gold, kind)]
    assert {one.there for one in examples} == {True, False}
