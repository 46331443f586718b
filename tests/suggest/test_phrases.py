"""Phrases: every one has a sentence that fires, its concepts exist, and what is denied or planned does not count."""

from __future__ import annotations

import re
from itertools import product

import pytest

from coder.record import Record
from coder.suggest.phrase_data import Phrase, phrases
from coder.suggest.phrases import PhraseFinder, load_phrases
from coder.terms import load_system
from coder.text import Reading, read
from eval.second_opinion import HEADINGS

SYSTEMS = {"diagnosis": "icd10-nhsa-2.0", "procedure": "icd9cm3-nhsa-2.0"}


def reading(text: str, section: str = "treatment_course") -> Reading:
    return read(Record(text=f"{HEADINGS.get(section, HEADINGS['treatment_course'])}：{text}"))


def found(text: str, kind: str = "procedure") -> list[str]:
    matches = load_phrases(load_system(SYSTEMS[kind])).find(reading(text))
    return [concept.name for match in matches if match.suggestion for concept in match.suggestion.concepts]


def test_ids_are_unique() -> None:
    ids = [phrase.id for phrase in phrases()]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("phrase", phrases(), ids=lambda phrase: phrase.id)
def test_every_phrase_fires_on_its_examples(phrase: Phrase) -> None:
    finder = PhraseFinder(load_system(SYSTEMS[phrase.kind]), [phrase])
    section = (phrase.sections or ("treatment_course",))[0]
    for example in phrase.examples:
        assert finder.find(reading(example, section)), example


@pytest.mark.parametrize("phrase", phrases(), ids=lambda phrase: phrase.id)
def test_every_concept_of_a_phrase_exists(phrase: Phrase) -> None:
    system = load_system(SYSTEMS[phrase.kind])
    names = [*phrase.concepts, *phrase.endoscopic, *(name for step in phrase.measures for name in step.concepts)]
    if isinstance(phrase.template, str) and not phrase.spelled:
        named = [re.search(phrase.pattern, example) for example in phrase.examples]
        names.extend(phrase.template.format(**match.groupdict()) for match in named if match)
    assert [name for name in names if not system.with_name(name)] == []


@pytest.mark.parametrize("phrase", [one for one in phrases() if one.spelled], ids=lambda phrase: phrase.id)
def test_every_spelling_of_a_group_gives_a_concept(phrase: Phrase) -> None:
    system = load_system(SYSTEMS[phrase.kind])
    templates = (phrase.template,) if isinstance(phrase.template, str) else phrase.template or ()
    for values in product(*(words.values() for words in phrase.spelled.values())):
        names = [template.format(**dict(zip(phrase.spelled, values, strict=True))) for template in templates]
        assert any(system.with_name(name) for name in names), names


def test_a_group_is_spelled_as_names_spell_it() -> None:
    assert "骶尾区Ⅱ期压疮" in found("骶尾部见3x3cm 2期压力性损伤，泡沫敷料。", "diagnosis")
    assert "跟骨区Ⅲ期压疮" in found("左足跟压疮（3期），清创换药。", "diagnosis")


def test_a_finding_that_its_own_words_deny_is_none() -> None:
    assert "手术后切口感染" in found("切口红肿、渗脓，拆线换药。", "diagnosis")
    assert "手术后切口感染" not in found("切口无红肿渗脓，拆线换药。", "diagnosis")


@pytest.mark.parametrize("text", ["输卵管积水不存在，行造口取消", "尿潴留未达到，导尿取消"])
def test_what_falls_short_in_the_first_clause_of_a_match_is_no_finding(text: str) -> None:
    assert found(text, kind="diagnosis") == []


def test_what_is_denied_between_the_clauses_of_a_match_is_another_thing() -> None:
    told = "术后当晚患者出现胡言乱语、拔引流管，查头颅CT未见新发梗死，请神内会诊，予小剂量奥氮平"
    assert set(found(told, kind="diagnosis")) == {"手术后谵妄"}


def test_hours_of_ventilation_decide_the_code() -> None:
    assert "呼吸机治疗[小于96小时]" in found("气管插管后呼吸机辅助通气78小时。")
    assert "呼吸机治疗[大于等于96小时]" in found("气管插管后呼吸机辅助通气5天。")


def test_stents_are_counted() -> None:
    names = found("冠脉造影后于前降支植入药物洗脱支架2枚。")
    assert "置入两根血管支架" in names
    assert "置入一根血管支架" not in names


@pytest.mark.parametrize("text", ["拟行气管切开。", "患者家属拒绝血液透析。", "建议行骨髓穿刺。", "未行腰椎穿刺。"])
def test_what_was_planned_or_refused_is_not_found(text: str) -> None:
    assert found(text) == []


def test_a_captured_operation_name_is_left_for_look_up() -> None:
    matches = load_phrases(load_system("icd9cm3-nhsa-2.0")).find(reading("于全麻下行腹腔镜下胆囊切除术。"))
    assert [(match.mention.text, match.suggestion) for match in matches] == [("腹腔镜下胆囊切除术", None)]


def test_a_plan_told_beside_an_act_does_not_undo_it() -> None:
    assert "肝脓肿穿刺引流术" in found("床旁超声引导下肝脓肿穿刺引出脓液50ml,拟行手术治疗")
    assert "颅内穿刺引流术" in found("不同意开颅,遂行软通道穿刺引流")
    assert "肝脓肿穿刺引流术" not in found("拟行肝脓肿穿刺引流,患者不同意")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("产钳已消毒铺好但最终靠产妇自己用力,会阴左侧切开后娩一女婴", "低位产钳手术伴外阴切开术"),
        ("产后出血,宫腔球囊拆了外包装又退库", "子宫产科填塞"),
        ("宫腔镜下见T型环,异物钳完整取出", "气管镜支气管异物取出术"),
        ("主动脉瓣狭窄,冠心病,右股动脉主入路,18mm球囊预扩", "股动脉球囊血管成形术"),
        ("冠心病。股浅动脉闭塞,右股动脉翻山。中段残余狭窄,置入6×100mm裸支架1枚", "冠状动脉裸支架置入术"),
        ("CTA造影示前降支中段狭窄", "单根导管的冠状动脉造影术"),
        ("外院造影示右冠闭塞", "单根导管的冠状动脉造影术"),
        ("拟行多根导管造影,冠心病", "多根导管冠状动脉造影"),
        ("甲状腺多发结节,逐个剔除", "子宫病损切除术"),
        ("盆腔脓肿,拟超声引导下猪尾管置入脓腔", "经腹盆腔穿刺引流术"),
        ("角膜移植术,间断缝合角膜16针,角膜穿通", "角膜裂伤缝合术"),
        ("间隙感染,拟颌下切口探查各间隙,脓液引流管", "颌间隙引流术"),
        ("下颌骨囊肿,囊壁刮净", "颌骨上牙囊肿切除术"),
        ("鼻翼缺损,鼻唇沟皮瓣备用", "鼻唇沟皮瓣修补术"),
        ("脂溢性角化,建议液氮冷冻", "皮肤病损冷冻治疗"),
        ("胸膜炎,心包穿刺置管,经管注入顺铂30mg", "胸膜腔药物注射治疗"),
        ("甲状腺结节。乳腺肿块超声引导下细针穿刺", "超声引导下经皮甲状腺活组织检查术"),
        ("建议四肢瘫综合训练", "截瘫肢体综合训练"),
    ],
)
def test_what_only_looks_like_the_act_is_not_found(text: str, name: str) -> None:
    assert name not in found(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("门静脉右支可疑充盈缺损,复查未见", "门静脉血栓形成"),
        ("乙肝小三阳,DNA阴性,ALT正常,不抗病毒", "慢性乙型病毒性肝炎，不伴有δ因子"),
    ],
)
def test_a_suspicion_or_a_treatment_not_given_tells_no_disease(text: str, name: str) -> None:
    assert name not in found(text, "diagnosis")
