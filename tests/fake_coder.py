"""A stand-in for the pipeline that codes by looking for two words: the faces under test hold no coding logic."""

import os

from coder.coding import Alternative, CodedDiagnosis, CodedProcedure, Coding, Evidence, Finding, Grouping
from coder.errors import ArtefactError, InputError
from coder.record import Record

PNEUMONIA = "肺炎"
APPENDECTOMY = "阑尾切除术"
CONTRADICTION = "自称为女性"
DEFECT = "触发程序缺陷"
CRASH = "触发进程崩溃"


class FakeCoder:
    """Finds 肺炎 and 阑尾切除术, refuses one phrase, fails on another, and ends its process on a third."""

    versions = {"terms": "test"}  # noqa: RUF012

    def code(self, record: Record) -> Coding:
        text = record.text
        if CRASH in text:
            os._exit(9)
        if DEFECT in text:
            raise KeyError(text)
        if CONTRADICTION in text and record.patient.sex == "male":
            raise InputError("病历正文的性别与 patient.sex 矛盾：请核对后改正其中之一")
        diagnoses = tuple(
            CodedDiagnosis(
                code="J18.900",
                name="肺炎",
                system="icd10-nhsa-2.0",
                role="principal",
                probability=0.9,
                assertion="present",
                severity="cc",
                evidence=(evidence,),
                alternatives=(Alternative(code="J18.000", name="支气管肺炎", probability=0.05),),
            )
            for evidence in evidence_of(PNEUMONIA, text)
        )
        procedures = tuple(
            CodedProcedure(
                code="47.0901",
                name="阑尾切除术",
                system="icd9cm3-nhsa-2.0",
                role="main",
                probability=0.8,
                assertion="present",
                evidence=(evidence,),
            )
            for evidence in evidence_of(APPENDECTOMY, text)
        )
        finding = Finding(rule_id="T-1", kind="form_field", severity="hint", message="请核对", suggestion="补录年龄")
        return Coding(
            record_id=record.id,
            diagnoses=diagnoses,
            procedures=procedures,
            findings=(finding,),
            grouping=Grouping(
                scheme="chs-drg-1.1", status="分组成功", mdc="E", adrg="ES2", drg="ES21", name="肺炎", weight=0.7
            ),
            versions=dict(self.versions),
            timings_ms={"total": 0.1},
        )


def evidence_of(word: str, text: str) -> tuple[Evidence, ...]:
    start = text.find(word)
    return () if start < 0 else (Evidence(section="body", start=start, end=start + len(word), text=word),)


def damaged_coder() -> FakeCoder:
    """A factory that fails as a damaged installation does."""
    raise ArtefactError("缺少随软件发布的文件：请重新安装")
