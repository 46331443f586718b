from __future__ import annotations

from itertools import pairwise

import pytest

from coder.record import Record
from coder.text import Mention, read


def mentions(text: str) -> tuple[Mention, ...]:
    return read(Record(text=text)).mentions


def brief(text: str) -> list[tuple[str, str, str]]:
    return [(mention.text, mention.kind, mention.assertion) for mention in mentions(text)]


def test_every_item_of_a_diagnosis_list_is_a_mention() -> None:
    found = mentions("出院诊断：\n1.急性化脓性阑尾炎伴穿孔\n2.高血压病3级（极高危）\n3.肺部阴影待查")
    assert [(mention.text, mention.origin, mention.section) for mention in found] == [
        ("急性化脓性阑尾炎伴穿孔", "list", "discharge_diagnosis"),
        ("高血压病3级(极高危)", "list", "discharge_diagnosis"),
        ("肺部阴影", "list", "discharge_diagnosis"),
    ]


@pytest.mark.parametrize(
    ("item", "core", "assertion"),
    [
        ("肺癌？", "肺癌", "possible"),
        ("肺癌待排", "肺癌", "possible"),
        ("肺癌（待排）", "肺癌", "possible"),
        ("左乳肿物性质待查", "左乳肿物", "possible"),
        ("考虑肺结核", "肺结核", "possible"),
        ("排除肺栓塞", "肺栓塞", "excluded"),
        ("不除外肺结核", "肺结核", "possible"),
        ("既往脑梗死", "脑梗死", "historical"),
        ("胆囊切除术后", "胆囊切除术后", "present"),
        ("无症状性菌尿", "无症状性菌尿", "present"),
    ],
)
def test_an_items_own_cues_decide(item: str, core: str, assertion: str) -> None:
    assert brief(f"出院诊断：{item}") == [(core, "diagnosis", assertion)]


@pytest.mark.parametrize(
    ("items", "stands", "gone"),
    [
        ("1、输卵管妊娠破裂 2、失血性贫血？——术后Hb 112g/L，予以取消", ["输卵管妊娠破裂"], ["失血性贫血"]),
        ("左声门型喉癌？——术后更正：左声带息肉伴轻度异型", ["左声带息肉伴轻度异型"], ["左声门型喉癌"]),
        ("重症湿疹？修改：特应性皮炎伴皮肤感染", ["特应性皮炎伴皮肤感染"], ["重症湿疹"]),
        ("1.急性阑尾炎（修正为：急性盲肠憩室炎）2.高血压", ["急性盲肠憩室炎", "高血压"], ["急性阑尾炎"]),
        ("1.肺结核→更正为：肺腺癌 2.2型糖尿病", ["肺腺癌", "2型糖尿病"], ["肺结核"]),
        ("1.脑梗死（已排除，改诊为：周围性眩晕）2.高血压病", ["周围性眩晕", "高血压病"], ["脑梗死"]),
        ("急性胆囊炎；急性胰腺炎（此诊断撤销）；高血压病", ["急性胆囊炎", "高血压病"], ["急性胰腺炎"]),
        ("1.急性胰腺炎——淀粉酶正常，予以删除 2.高血压病", ["高血压病"], ["急性胰腺炎"]),
        ("类风湿关节炎改为骨关节炎；高血压病", ["骨关节炎", "高血压病"], ["类风湿关节炎"]),
        ("急性心肌梗死？造影正常，诊断改为应激性心肌病", ["应激性心肌病"], ["急性心肌梗死"]),
        ("高血压3级，肺栓塞？CTPA阴性，取消。", ["高血压3级"], ["肺栓塞"]),
        ("2型糖尿病，改为胰岛素治疗", ["2型糖尿病", "改为胰岛素治疗"], []),
        ("低钠血症（已纠正）", ["低钠血症(已纠正)"], []),
    ],
)
def test_of_a_corrected_item_stands_what_it_was_corrected_to(items: str, stands: list[str], gone: list[str]) -> None:
    found = brief(f"出院诊断：{items}")
    assert [text for text, _, assertion in found if assertion == "present"] == stands
    assert [text for text, _, assertion in found if assertion == "excluded"] == gone


def test_what_was_looked_for_without_a_sign_of_it_is_excluded() -> None:
    assert brief("右乳腺癌、肿瘤标志物均查，无恶性肿瘤依据。")[0] == ("右乳腺癌", "diagnosis", "excluded")


def test_a_cue_in_one_item_says_nothing_of_the_next() -> None:
    assert [assertion for *_, assertion in brief("出院诊断：1.肺癌？ 2.冠心病 3.高血压")] == [
        "possible", "present", "present",
    ]  # fmt: skip


def test_alternatives_of_one_question_are_items_of_their_own() -> None:
    assert brief("入院诊断：水肿待查：肾病综合征？狼疮性肾炎？") == [
        ("水肿", "diagnosis", "possible"),
        ("肾病综合征", "diagnosis", "possible"),
        ("狼疮性肾炎", "diagnosis", "possible"),
    ]


def test_items_of_an_operation_list_are_procedures() -> None:
    assert brief("手术名称：腹腔镜胆囊切除术+胆总管探查术") == [
        ("腹腔镜胆囊切除术", "procedure", "present"),
        ("胆总管探查术", "procedure", "present"),
    ]


def test_a_planned_operation_is_planned() -> None:
    assert brief("拟施手术：腹腔镜胆囊切除术") == [("腹腔镜胆囊切除术", "procedure", "planned")]


def test_names_in_running_text() -> None:
    found = brief("现病史：患者有高血压10年，否认糖尿病、冠心病。")
    assert ("高血压", "diagnosis", "present") in found
    assert ("糖尿病", "diagnosis", "absent") in found
    assert ("冠心病", "diagnosis", "absent") in found


def test_a_family_members_disease_is_the_familys() -> None:
    assert brief("家族史：父亲患高血压，母亲患糖尿病。") == [
        ("高血压", "diagnosis", "family"),
        ("糖尿病", "diagnosis", "family"),
    ]


def test_running_text_in_an_operation_section_is_read_as_such() -> None:
    found = mentions("手术：2024-05-03患者在全麻下行腹腔镜下阑尾切除术，术中见阑尾穿孔，予以冲洗，手术顺利。")
    assert ("腹腔镜下阑尾切除术", "narrative") in [(mention.text, mention.origin) for mention in found]


@pytest.mark.parametrize("word", ["慢性", "损伤", "感染", "转移", "骨折", "手术", "mm", "mg"])
def test_words_that_name_nothing_alone_do_not_fire(word: str) -> None:
    assert [mention.text for mention in mentions(f"现病史：患者{word}。") if mention.text == word] == []


def test_an_abbreviation_must_stand_free() -> None:
    assert [mention.text for mention in mentions("现病史：COPD病史")] == ["copd"]
    assert mentions("现病史：XCOPDX") == ()


def test_a_prefix_that_makes_another_name_blocks_the_shorter_one() -> None:
    assert "萎缩性胃炎" not in [mention.text for mention in mentions("胃镜：慢性非萎缩性胃炎。")]


def test_concept_keys_of_exact_names_and_of_names_with_a_side() -> None:
    keys = {mention.text: mention.concept_keys for mention in mentions("出院诊断：1.急性阑尾炎 2.左肾囊肿 3.少见的病")}
    assert keys["急性阑尾炎"] == ("icd10-nhsa-2.0:K35.800x001",)
    assert any(key.startswith("icd10-nhsa-2.0:N28") for key in keys["左肾囊肿"])
    assert keys["少见的病"] == ()


def test_mentions_come_in_order_and_do_not_overlap() -> None:
    found = mentions(
        "入院诊断：冠心病\n诊疗经过：行冠状动脉造影术，见前降支狭窄，考虑不稳定型心绞痛。\n出院诊断：冠心病；高血压"
    )
    assert all(one.end <= two.start for one, two in pairwise(found))
