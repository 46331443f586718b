"""The pipeline end to end: what must hold for every coding."""

from __future__ import annotations

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder import Coder, CoderConfig, Record
from coder.coding import CodedDiagnosis, CodedProcedure
from coder.errors import InputError, UnknownCodeSystemError
from coder.record import Patient
from coder.terms import load_system

EXAMPLE = Path(__file__).parent.parent / "examples" / "discharge.txt"
PIECES = st.sampled_from(
    [
        "出院诊断：",
        "1.急性心肌梗死",
        "2.高血压病3级（极高危）",
        "；2型糖尿病伴周围神经病变",
        "否认高血压、糖尿病病史。",
        "行腹腔镜下胆囊切除术",
        "\n",
        "手术名称：",
        "肺ca？",
        "Ⅲ級",
        "其父患冠心病",
        "，",
        "😀",
        "\u3000",
        "血钾2.8mmol/L",
    ]
)


@pytest.fixture(scope="module")
def coder() -> Coder:
    return Coder.load()


def test_the_example_is_coded(coder: Coder) -> None:
    coding = coder.code(Record(text=EXAMPLE.read_text(encoding="utf-8")))
    codes = {item.code for item in coding.diagnoses}
    assert coding.principal is not None
    assert coding.principal.code == "I20.000"
    assert {"I25.103", "I10.x05", "E11.900", "E87.600"} <= codes
    assert {"36.0700", "00.4500"} <= {item.code for item in coding.procedures}
    assert coding.grouping.status == "分组成功"
    assert coding.grouping.drg


@pytest.mark.parametrize(
    ("items", "told"),
    [
        (
            "出院诊断：左肱骨髁上骨折。",
            "入院当晚在全麻下行左肱骨骨折闭合复位克氏针内固定术，透视对位好，予抗感染治疗。",
        ),
        (
            "出院诊断：1.混合痔；2.高血压病2级。",
            "患者便血3年入院，第2日行吻合器痔上黏膜环切术，术后予止血治疗，恢复顺利。",
        ),
        (
            "诊断：右肾囊肿，2型糖尿病。",
            "入院后予胰岛素控制血糖，于全麻下行腹腔镜下右肾囊肿去顶术，术后无出血，恢复好。",
        ),
    ],
)
def test_a_list_and_a_course_in_one_line_are_coded_like_two_lines(coder: Coder, items: str, told: str) -> None:
    def codes(text: str) -> list[str]:
        coding = coder.code(Record(text=text))
        return [*(item.code for item in coding.diagnoses), *(item.code for item in coding.procedures)]

    assert codes(items + told) == codes(f"{items}\n{told}")


def test_denied_and_family_conditions_are_not_coded(coder: Coder) -> None:
    text = "现病史：咳嗽3天。\n既往史：否认高血压、糖尿病、冠心病病史。\n家族史：其父患肺癌。\n出院诊断：1.急性支气管炎"
    codes = {item.code[:3] for item in coder.code(Record(text=text)).diagnoses}
    assert codes == {"J20"}


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=14).map("".join).filter(str.strip))
def test_what_holds_for_every_record(text: str) -> None:
    coder = Coder.load()
    coding = coder.code(Record(text=text))
    diagnoses, procedures = load_system("icd10-nhsa-2.0"), load_system("icd9cm3-nhsa-2.0")
    morphology = load_system("icdo-morphology-nhsa-1.0")
    for item in coding.diagnoses:
        assert item.code in (morphology if item.role == "morphology" else diagnoses)
        assert item.evidence
    for procedure in coding.procedures:
        assert procedure.code in procedures
        assert procedure.evidence
    both: list[CodedDiagnosis | CodedProcedure] = [*coding.diagnoses, *coding.procedures]
    for found in both:
        assert all(text[one.start : one.end] == one.text for one in found.evidence)
        assert found.code not in {other.code for other in found.alternatives}
    assert sum(item.role == "principal" for item in coding.diagnoses) <= 1
    codes = [item.code for item in coding.diagnoses]
    assert len(codes) == len(set(codes))
    assert coding.grouping.status


def test_threads_share_a_coder_and_agree(coder: Coder) -> None:
    record = Record(text=EXAMPLE.read_text(encoding="utf-8"))
    with ThreadPoolExecutor(4) as pool:
        codings = list(pool.map(lambda _: coder.code(record).model_dump(exclude={"timings_ms"}), range(8)))
    assert all(coding == codings[0] for coding in codings)


def test_other_systems_and_schemes_can_be_chosen() -> None:
    config = CoderConfig(diagnosis_system="icd10-gl-2.0", procedure_system="icd9cm3-pumch-2017", scheme="chs-drg-1.0")
    coding = Coder.load(config).code(Record(text="出院诊断：急性阑尾炎\n手术名称：阑尾切除术"))
    assert coding.diagnoses[0].system == "icd10-gl-2.0"
    assert coding.procedures[0].system == "icd9cm3-pumch-2017"
    assert coding.grouping.scheme == "chs-drg-1.0"


def test_an_unknown_system_is_refused() -> None:
    with pytest.raises(UnknownCodeSystemError, match="icd11"):
        Coder.load(CoderConfig(diagnosis_system="icd11"))


def test_contradictory_sex_is_refused(coder: Coder) -> None:
    with pytest.raises(InputError, match="性别"):
        coder.code(Record(text="姓名：某 性别：男\n出院诊断：急性阑尾炎", patient=Patient(sex="female")))


def test_a_warm_coder_compiles_no_pattern_for_a_record(coder: Coder, monkeypatch: pytest.MonkeyPatch) -> None:
    coder.warm_up()
    compiled: list[str] = []
    compile_pattern, own_thread = re._compiler.compile, threading.get_ident()  # type: ignore[attr-defined]

    def recorded(pattern: Any, flags: int = 0) -> Any:
        # Threads of the test runner may compile patterns of their own meanwhile.
        if threading.get_ident() == own_thread:
            compiled.append(pattern)
        return compile_pattern(pattern, flags)

    monkeypatch.setattr("re._compiler.compile", recorded)
    coder.code(
        Record(text="现病史：拟行胆囊切除术，家属拒绝。诊疗经过：予胃镜下套扎术。出院诊断：食管静脉曲张破裂出血")
    )
    assert compiled == []


def test_timings_and_versions_are_given(coder: Coder) -> None:
    coding = coder.code(Record(text="出院诊断：急性阑尾炎"))
    assert {"read", "suggest", "select", "group", "total"} <= set(coding.timings_ms)
    assert coding.versions["diagnosis_system"] == "icd10-nhsa-2.0"


def test_past_operations_are_coded_as_past_where_no_diagnosis_is_listed_and_do_not_group(coder: Coder) -> None:
    coding = coder.code(Record(text="患者3月前因直肠癌于我院行直肠癌根治术，术后恢复好。"))
    assert coding.procedures
    assert {item.assertion for item in coding.procedures} == {"historical"}
    assert not any("手术" in step and item.code in step for step in coding.grouping.trail for item in coding.procedures)


def test_past_operations_are_not_this_stays_where_diagnoses_are_listed(coder: Coder) -> None:
    coding = coder.code(Record(text="既往史：10年前行阑尾切除术。\n出院诊断：1.急性支气管炎"))
    assert coding.procedures == ()
