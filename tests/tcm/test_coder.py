"""TCM coding of records: ways of writing, evidence, alternatives, and records that state nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.coding import CodedDiagnosis, TcmCoding
from coder.record import Record
from coder.tcm import TcmCoder
from coder.tcm.coder import stated_codes
from coder.tcm.systems import standard
from coder.text import read

DISEASES = [concept for concept in standard("disease") if not concept.is_heading and len(concept.name) > 2]
SYNDROMES = [concept for concept in standard("syndrome") if not concept.is_heading and concept.name_confirmed]


def code(text: str) -> TcmCoding | None:
    return TcmCoder.load().code(read(Record(text=text)))


def codes(text: str) -> tuple[str | None, str | None]:
    coding = code(text)
    assert coding is not None
    return (
        coding.disease.code if coding.disease else None,
        coding.syndrome.code if coding.syndrome else None,
    )


@pytest.mark.parametrize(
    ("text", "disease", "syndrome"),
    [
        ("中医诊断：胸痹心痛病 气虚血瘀证", "A04.01.01", "B03.01.03.06.02"),
        ("中医：消渴病-气阴两虚证\n西医：2型糖尿病", "A06.09", "B03.01.05"),
        ("诊断：中医：眩晕（肝阳上亢证）；西医：高血压病3级", "A17.07", "B04.02.01.04.02.01"),
        ("病名：痛经\n证型：气滞血瘀", "A09.02.02.08", "B03.01.02.02.01"),
        ("中医诊断：主病：崩漏  主证：脾不统血证", "A09.02.02.09", "B04.03.01.03.01.05"),
        ("中医诊断：痛风病湿热蕴结证", "A07.06.23", "B02.05.04.02.02"),
        ("中医诊断：气虚血瘀型胸痹", "A04.01.01", "B03.01.03.06.02"),
        ("中医诊断：眩晕病属肝阳上亢证", "A17.07", "B04.02.01.04.02.01"),
        ("中醫診斷：腰痛病 寒濕痹阻證", "A17.42", "B02.03.02.01.05"),
        ("【中医诊断】胸痹心痛病（A04.01.01）【证型】气虚血瘀证", "A04.01.01", "B03.01.03.06.02"),
        ("中医诊断：\n带下病\n　　湿热下注证\n西医诊断：阴道炎", "A09.02.06", "B02.05.04.02.06"),
        ("四诊合参，本病属祖国医学“腰痛”范畴，证属肾阳虚，治以温肾。", "A17.42", "B04.05.01.03.03"),
        ("出院诊断：肛漏病 湿热下柱证；肛瘘", "A08.03.06", "B02.05.04.02.06"),
        ("中医诊断：喘证 痰热雍肺", "A04.04.04.02", "B02.09.05.01.03.01"),
        ("中医诊断：小儿肺炎 2度\n", "A10.04.02", "B10.02.02"),
        ("中诊：消渴病（气阴两虚证） 西诊：2型糖尿病", "A06.09", "B03.01.05"),
        ("主病：胃痞（BNP020） 主证：脾胃湿热（ZZPM70）\n次病：不寐 次证：痰热扰心", "A04.03.15", "B04.06.03.01.02.05"),
        ("中医诊断：①肺积 ②咳嗽 气阴两虚兼痰瘀互结证", "A16.01.07", "B03.01.05"),
        ("中医诊断：面瘫病——\n　　风痰阻络\n西医诊断：面神经麻痹", "A07.01.01.04", "B02.02.09.03.01"),
    ],
)
def test_ways_of_writing(text: str, disease: str, syndrome: str) -> None:
    assert codes(text) == (disease, syndrome)


@pytest.mark.parametrize(
    "text",
    [
        "中 医 诊 断：消 渴 病 气 阴 两 虚 证\n西 医 诊 断：2 型 糖 尿 病",
        "中医诊断： 消 渴 病  （ 气 阴 两 虚 证 ）",
        "出院诊断：\n中医：消 渴 病\n      气 阴 两 虚 证\n西医：糖尿病",
    ],
)
def test_letters_may_be_spaced(text: str) -> None:
    coding = code(text)
    assert coding is not None
    assert coding.disease is not None
    assert coding.syndrome is not None
    assert (coding.disease.code, coding.syndrome.code) == ("A06.09", "B03.01.05")
    quotes = [words.text for words in (*coding.disease.evidence, *coding.syndrome.evidence)]
    assert quotes == ["消 渴 病", "气 阴 两 虚 证"]


@pytest.mark.parametrize(
    ("text", "disease"),
    [("中医诊断：痔病（混合痔） 湿热下注证", "A08.03.01.03"), ("中医诊断：黄疸病（阳黄） 湿热证", "A04.02.03.01")],
)
def test_a_disease_behind_its_class_takes_its_place(text: str, disease: str) -> None:
    assert codes(text)[0] == disease


def test_the_final_statement_counts() -> None:
    text = "入院诊断：中医：咳嗽（风寒袭肺证） 西医：急性支气管炎\n出院诊断：中医：咳嗽（痰热壅肺证） 西医：肺炎"
    coding = code(text)
    assert coding is not None
    assert coding.disease is not None
    assert coding.syndrome is not None
    assert coding.syndrome.name == "痰热壅肺证"
    assert [text[words.start : words.end] for words in coding.disease.evidence] == ["咳嗽", "咳嗽"]


def test_both_editions_are_given() -> None:
    coding = code("中医诊断：消渴病 气阴两虚证")
    assert coding is not None
    assert coding.disease is not None
    assert coding.syndrome is not None
    assert (coding.disease.system, coding.disease.nhsa_code, coding.disease.nhsa_name) == (
        "tcm-disease-gbt15657-2021",
        "BNV060",
        "消渴病",
    )
    assert coding.syndrome.nhsa_code == "ZYVY30"


def test_a_syndrome_of_the_insurance_edition_alone() -> None:
    coding = code("中医诊断：喘脱 阴阳离决证")
    assert coding is not None
    assert coding.syndrome is not None
    assert (coding.syndrome.system, coding.syndrome.nhsa_code) == ("tcm-syndrome-nhsa-1.0", coding.syndrome.code)


def test_less_certain_readings_have_a_lower_probability() -> None:
    exact, slip, unknown = (
        coding.syndrome.probability
        for text in ("气虚血瘀证", "气虚血淤正", "气虚瘀毒乱神证")
        if (coding := code(f"中医诊断：胸痹 {text}")) and coding.syndrome
    )
    assert exact > slip > unknown


def test_a_class_is_less_certain_than_a_disease() -> None:
    one, other = code("中医诊断：痹证 寒湿痹阻证"), code("中医诊断：尪痹 寒湿痹阻证")
    assert one is not None
    assert one.disease is not None
    assert other is not None
    assert other.disease is not None
    assert one.disease.probability < other.disease.probability


def test_words_of_several_concepts_give_alternatives() -> None:
    coding = code("中医诊断：便秘 脾气虚证")
    assert coding is not None
    assert coding.disease is not None
    assert [item.code for item in coding.disease.alternatives] == ["A04.03.06"]


def test_a_code_without_a_name_is_read() -> None:
    coding = code("中医诊断：BNX020（名称见附页）")
    assert coding is not None
    assert coding.disease is not None
    assert (coding.disease.code, coding.disease.name) == ("BNX020", "胸痹心痛病")


def test_codes_written_in_the_record_are_found() -> None:
    reading = read(Record(text="中医诊断：胸痹心痛病 BNX020 气虚血瘀证（B03.01.03.06.02）"))
    assert stated_codes(reading) == ("BNX020", "B03.01.03.06.02")


def test_other_codes_and_words_are_no_tcm_codes() -> None:
    reading = read(Record(text="中医诊断：蛇串疮 肝经郁热证（带状疱疹 B02.900x001，biopsy 待回报）"))
    assert stated_codes(reading) == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "出院诊断：急性阑尾炎",
        "中医诊断：待查",
        "中医诊断：无\n西医诊断：肺炎",
        "患者于某中医院就诊，中医予活血化瘀治疗。",
        "中医体质辨识：气虚质",
        "出院诊断：1.头痛 2.感冒",
    ],
)
def test_records_that_state_nothing(text: str) -> None:
    assert code(text) is None


def test_western_diagnoses_rank_the_counterparts() -> None:
    diabetes = CodedDiagnosis(
        code="E11.401+G63.2*",
        name="2型糖尿病性周围神经病",
        system="icd10-nhsa-2.0",
        role="principal",
        probability=0.9,
        assertion="present",
    )
    coding = TcmCoder.load().code(read(Record(text="中医诊断：消渴病 气阴两虚证")), western=[diabetes])
    assert coding is not None
    assert [item.code for item in coding.western] == ["E11.401+G63.2*"]


@settings(max_examples=60, deadline=None)
@given(
    disease=st.sampled_from(DISEASES),
    syndrome=st.sampled_from(SYNDROMES),
    before=st.sampled_from(["", "主诉：不适三天。\n", "😀Ⅲ級；"]),
    between=st.sampled_from([" ", "，", "-", "：", "\n", " — ", "（"]),
)
def test_names_are_read_and_evidence_is_verbatim(disease, syndrome, before, between) -> None:  # type: ignore[no-untyped-def]
    text = f"{before}中医诊断：{disease.name}{between}{syndrome.name}\n西医诊断：高血压"
    coding = code(text)
    assert coding is not None
    assert coding.disease is not None
    assert coding.syndrome is not None
    assert (coding.disease.code, coding.syndrome.code) == (disease.code, syndrome.code)
    for concept in (coding.disease, coding.syndrome):
        assert all(text[words.start : words.end] == words.text for words in concept.evidence)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="中医诊断病证型：主名（）气虚血瘀胸痹痛，。\nA0B.1 ", max_size=80))
def test_any_text_is_read_without_error(text: str) -> None:
    coding = code(text)
    for concept in (coding.disease, coding.syndrome) if coding else ():
        for words in concept.evidence if concept else ():
            assert text[words.start : words.end] == words.text
