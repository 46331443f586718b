"""The TCM coding in what users get: API answers, batch lines, and a grouping that no TCM code enters."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from coder.batch import run_batch
from coder.coding import Coding
from coder.pipeline import Coder
from coder.record import Record
from coder.tcm import is_tcm_code
from eval.records import load_records

BOTH = "中医诊断：消渴病-气阴两虚证\n西医诊断：2型糖尿病"
TCM_ALONE = "出院诊断：中医：胸痹心痛病（气虚血瘀证）"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def coder() -> Coder:
    return Coder.load()


def check(coding: dict[str, Any]) -> None:
    assert coding["tcm"]["disease"]["code"] == "A06.09"
    assert coding["tcm"]["disease"]["nhsa_code"] == "BNV060"
    assert coding["tcm"]["disease"]["evidence"][0]["text"] == "消渴病"
    assert coding["tcm"]["syndrome"]["code"] == "B03.01.05"
    assert coding["tcm"]["western"][0]["code"] == coding["diagnoses"][0]["code"] == "E11.900"


def test_the_api_answers_with_both_systems(coder: Coder) -> None:
    with TestClient(create_app(coder=coder)) as client:
        check(client.post("/v1/code", json={"text": BOTH}).json())


def test_batch_lines_hold_both_systems(coder: Coder, tmp_path: Path) -> None:
    source, output, rejects = (tmp_path / name for name in ("in.jsonl", "out.jsonl", "rejects.jsonl"))
    source.write_text(json.dumps({"text": BOTH}, ensure_ascii=False), encoding="utf-8")
    run_batch(source, output, rejects=rejects, coder_factory=lambda: coder, workers=1)
    check(json.loads(output.read_text("utf-8")))


def test_a_record_with_a_tcm_diagnosis_alone_is_not_grouped_by_it(coder: Coder) -> None:
    coding = coder.code(Record(text=TCM_ALONE))
    assert coding.diagnoses == ()
    assert coding.grouping is not None
    assert coding.grouping.status == "信息校验不通过"
    (finding,) = [item for item in coding.findings if item.rule_id == "TCM-007"]
    assert "I25.103" in finding.suggestion
    assert "需医师确认" in finding.suggestion


def test_no_tcm_code_is_a_western_diagnosis_or_explains_a_group(coder: Coder) -> None:
    codings: list[Coding] = [coder.code(gold.record) for gold in load_records("dev") if gold.gold.tcm is not None]
    assert len(codings) >= 30
    for coding in codings:
        assert coding.tcm is not None
        assert not any(is_tcm_code(item.code) for item in coding.diagnoses)
        assert coding.grouping is not None
        codes = {item.code for item in (coding.tcm.disease, coding.tcm.syndrome) if item}
        assert not any(code in line for code in codes for line in coding.grouping.trail)
