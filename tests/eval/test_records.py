"""Gold records: those that are shipped are sound, and an unsound one is told."""

import json
from pathlib import Path
from typing import Any

import pytest

from coder.errors import InputError
from eval.records import GoldRecord, find_faults, load_records
from eval.run import listed_diagnoses
from tests.eval.conftest import RECORD


@pytest.mark.slow
def test_every_shipped_gold_record_is_sound() -> None:
    records = load_records("all")
    assert len(records) >= 150
    assert list(find_faults(records)) == []


def test_the_splits_share_no_record() -> None:
    dev, held_out = ({record.id for record in load_records(split)} for split in ("dev", "held-out"))
    assert not dev & held_out


def changed(**gold: Any) -> GoldRecord:
    return GoldRecord.model_validate({**RECORD, "gold": {**RECORD["gold"], **gold}})  # type: ignore[dict-item]


def diagnosis(code: str, name: str, quote: str = "肺炎") -> dict[str, Any]:
    return {"code": code, "name": name, "acceptable": [], "evidence": [quote]}


@pytest.mark.parametrize(
    ("gold", "words"),
    [
        ({"principal": diagnosis("J99.999", "肺炎")}, "J99.999 is not in icd10-nhsa-2.0"),
        ({"principal": diagnosis("J18.900", "胃炎")}, "is called 肺炎"),
        ({"principal": diagnosis("J18.900", "肺炎", "胃炎")}, "quotes what the text does not hold"),
        ({"others": [diagnosis("J18.900", "肺炎")]}, "given twice"),
        ({"denied": [{"text": "否认糖尿病", "why": "absent", "codes": ["J18.900"]}]}, "both right and denied"),
        ({"denied": [{"text": "否认肝炎", "why": "absent", "codes": []}]}, "denial quotes"),
        ({"denied": [{"text": "否认糖尿病", "why": "absent", "codes": ["X"]}]}, "in no table"),
    ],
)
def test_an_unsound_record_is_told(gold: dict[str, Any], words: str) -> None:
    assert any(words in fault for fault in find_faults([changed(**gold)]))


def test_a_sound_record_has_no_faults(gold: GoldRecord) -> None:
    assert list(find_faults([gold])) == []


def test_a_file_that_is_no_gold_record_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "dev"
    folder.mkdir()
    with pytest.raises(InputError, match="没有 dev 评测病历"):
        load_records("dev", root=tmp_path)
    (folder / "other.json").write_text(json.dumps(RECORD), encoding="utf-8")
    with pytest.raises(InputError, match="与文件名保持一致"):
        load_records("dev", root=tmp_path)
    (folder / "other.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="text：缺少该字段"):
        load_records("dev", root=tmp_path)


def test_a_listed_diagnosis_has_a_quote_in_a_diagnosis_list(gold: GoldRecord) -> None:
    assert [item.code for item in listed_diagnoses(gold)] == ["J18.900", "I10.x05"]
    narrative = gold.model_copy(update={"text": gold.text.replace("出院诊断：", "诊疗经过：")})
    assert listed_diagnoses(narrative) == ()
