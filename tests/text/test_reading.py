from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.errors import InputError
from coder.record import Patient, Record
from coder.text import read

RECORDS = sorted((Path(__file__).parents[2] / "eval" / "data" / "records" / "dev").glob("*.json"))

RECORD = Record(
    text="姓名：某某　性别：女　年龄：56岁\n主诉：胸痛2小时。\n既往史：否认糖尿病，高血压病Ⅲ级10年。\n"
    "出院诊断：\n①急性前壁心肌梗死\n②高血壓病Ⅲ級（极高危）"
)


def test_a_reading_holds_everything_of_a_record() -> None:
    reading = read(RECORD)
    assert reading.record is RECORD
    assert [section.kind for section in reading.sections][-1] == "discharge_diagnosis"
    assert "".join(segment.text for segment in reading.segments) == reading.normalised.text
    assert [mention.text for mention in reading.mentions if mention.origin == "list"] == [
        "急性前壁心肌梗死", "高血压病3级(极高危)",
    ]  # fmt: skip
    assert reading.patient == Patient(sex="female", age_years=56)


def test_evidence_is_verbatim_with_original_offsets() -> None:
    reading = read(RECORD)
    last = reading.mentions[-1]
    evidence = reading.evidence(last.start, last.end)
    assert evidence.text == "高血壓病Ⅲ級（极高危）"
    assert RECORD.text[evidence.start : evidence.end] == evidence.text
    assert evidence.section == "discharge_diagnosis"


def test_the_section_of_an_offset() -> None:
    reading = read(RECORD)
    found = reading.section_at(reading.normalised.text.index("胸痛"))
    assert found is not None
    assert found.kind == "chief_complaint"


def test_a_contradicted_sex_is_refused() -> None:
    with pytest.raises(InputError, match="性别矛盾"):
        read(RECORD.model_copy(update={"patient": Patient(sex="male")}))


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_evidence_of_every_mention_equals_the_record(path: Path) -> None:
    record = Record(text=json.loads(path.read_text(encoding="utf-8"))["text"])
    reading = read(record)
    for mention in reading.mentions:
        evidence = reading.evidence(mention.start, mention.end)
        assert record.text[evidence.start : evidence.end] == evidence.text
        assert evidence.text.strip()
        assert reading.normalised.text[mention.start : mention.end] == mention.text


@given(
    st.text(
        alphabet=st.sampled_from("主诉出院诊断：，。；、？\n无否认高血压糖尿病Ⅲ级肺炎①②（）12.行切除术\u200b癥"),
        max_size=120,
    )
)
def test_any_text_can_be_read(text: str) -> None:
    reading = read(Record(text=text))
    for mention in reading.mentions:
        evidence = reading.evidence(mention.start, mention.end)
        assert text[evidence.start : evidence.end] == evidence.text
