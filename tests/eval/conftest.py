"""A gold record about pneumonia, and codings of it."""

from collections.abc import Callable

import pytest

from coder.coding import CodedDiagnosis, CodedProcedure, Coding, Evidence, Grouping
from eval.records import GoldRecord

TEXT = "否认糖尿病。诊疗经过：行纤维支气管镜检查。出院诊断：1.肺炎 2.高血压病3级"
RECORD = {
    "id": "t-1",
    "specialty": "respiratory",
    "kind": "discharge",
    "text": TEXT,
    "patient": {"sex": "male", "age_years": 60},
    "encounter": {},
    "gold": {
        "principal": {"code": "J18.900", "name": "肺炎", "acceptable": ["J15.900"], "evidence": ["肺炎"]},
        "others": [{"code": "I10.x05", "name": "高血压3级", "acceptable": [], "evidence": ["高血压病3级"]}],
        "procedures": [
            {
                "code": "33.2200",
                "name": "光导纤维支气管镜检查",
                "acceptable": [],
                "evidence": ["纤维支气管镜检查"],
                "role": "main",
            }
        ],
        "denied": [{"text": "否认糖尿病", "why": "absent", "codes": ["E14.900"]}],
        "tcm": None,
        "note": "",
    },
}


@pytest.fixture
def gold() -> GoldRecord:
    return GoldRecord.model_validate(RECORD)


def evidence(words: str) -> tuple[Evidence, ...]:
    start = TEXT.find(words)
    return (Evidence(section="body", start=start, end=start + len(words), text=words),)


@pytest.fixture
def coding_of() -> Callable[..., Coding]:
    """A coding from (code, words) pairs, the first diagnosis principal and the first procedure main."""

    def build(diagnoses: list[tuple[str, str]], procedures: list[tuple[str, str]] | None = None) -> Coding:
        return Coding(
            diagnoses=tuple(
                CodedDiagnosis(
                    code=code,
                    name="",
                    system="icd10-nhsa-2.0",
                    role="other" if position else "principal",
                    probability=1.0,
                    assertion="present",
                    evidence=evidence(words),
                )
                for position, (code, words) in enumerate(diagnoses)
            ),
            procedures=tuple(
                CodedProcedure(
                    code=code,
                    name="",
                    system="icd9cm3-nhsa-2.0",
                    role="other" if position else "main",
                    probability=1.0,
                    assertion="present",
                    evidence=evidence(words),
                )
                for position, (code, words) in enumerate(procedures or [])
            ),
            grouping=Grouping(scheme="chs-drg-1.1", status="无法入组"),
            versions={},
            timings_ms={},
        )

    return build
