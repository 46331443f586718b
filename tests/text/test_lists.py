from __future__ import annotations

from itertools import pairwise
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.text.lists import ListSplitter
from coder.text.normalise import normalise


def items(text: str, kind: Literal["diagnosis", "procedure"] = "diagnosis") -> list[str]:
    normal = normalise(text).text
    return [normal[start:end] for start, end in ListSplitter.load().items(normal, 0, len(normal), kind=kind)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.冠心病\n2.高血压病3级\n3.2型糖尿病", ["冠心病", "高血压病3级", "2型糖尿病"]),
        ("1、冠心病 2、高血压 3、脂肪肝", ["冠心病", "高血压", "脂肪肝"]),
        ("1.冠心病2.高血压3.2型糖尿病", ["冠心病", "高血压", "2型糖尿病"]),
        ("（1）冠心病（2）高血压", ["冠心病", "高血压"]),
        ("①冠心病②高血压", ["冠心病", "高血压"]),
        ("一、冠心病\n二、高血压", ["冠心病", "高血压"]),
        ("冠心病\n  不稳定型心绞痛\n  心功能Ⅲ级", ["冠心病", "不稳定型心绞痛", "心功能3级"]),
        ("- 冠心病\n- 高血压", ["冠心病", "高血压"]),
        ("冠心病；高血压；2型糖尿病", ["冠心病", "高血压", "2型糖尿病"]),
        ("冠心病，高血压，2型糖尿病", ["冠心病", "高血压", "2型糖尿病"]),
        ("冠心病、高血压、2型糖尿病。", ["冠心病", "高血压", "2型糖尿病"]),
        ("冠心病 高血压 2型糖尿病", ["冠心病", "高血压", "2型糖尿病"]),
        ("ⅰ.冠心病\nⅱ.高血压\nⅲ.便秘", ["冠心病", "高血压", "便秘"]),
        ("A.冠心病 B.高血压 C.便秘", ["冠心病", "高血压", "便秘"]),
        ("1 胆囊结石  2 脂肪肝  3 高血压", ["胆囊结石", "脂肪肝", "高血压"]),
        ("◎冠心病\n◎高血压", ["冠心病", "高血压"]),
        ("胆源性胰腺炎(轻度) 胆囊切除术后", ["胆源性胰腺炎(轻度)", "胆囊切除术后"]),
        ("妊娠合并子宫肌瘤 孕38周剖宫产 盆腔粘连", ["妊娠合并子宫肌瘤", "孕38周剖宫产", "盆腔粘连"]),
        ("不稳定型心绞痛 急性心肌梗死排除", ["不稳定型心绞痛", "急性心肌梗死排除"]),
        ("慢性胆囊炎胆总管结石高血压", ["慢性胆囊炎", "胆总管结石", "高血压"]),
    ],
)
def test_ways_of_writing_a_list(text: str, expected: list[str]) -> None:
    assert items(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("高血压3级（极高危）", ["高血压3级(极高危)"]),
        ("高血压病3级，极高危组", ["高血压病3级,极高危组"]),
        ("胃窦癌，pT2N0M0", ["胃窦癌,pt2n0m0"]),
        ("胃窦癌术后（pT3N1M0，ⅢA期）", ["胃窦癌术后(pt3n1m0,3a期)"]),
        ("颈3、4椎间盘突出", ["颈3、4椎间盘突出"]),
        ("主动脉瓣、二尖瓣关闭不全", ["主动脉瓣、二尖瓣关闭不全"]),
        ("慢性阻塞性肺疾病 急性加重期", ["慢性阻塞性肺疾病 急性加重期"]),
        ("左侧第5、6、7肋骨骨折", ["左侧第5、6、7肋骨骨折"]),
        ("左股骨、胫腓骨骨折", ["左股骨、胫腓骨骨折"]),
        ("双肺、肝、骨转移", ["双肺、肝、骨转移"]),
        ("胸12、腰1、腰2椎体骨折", ["胸12、腰1、腰2椎体骨折"]),
        ("甲状腺癌伴右颈Ⅱ、Ⅲ、Ⅳ区淋巴结转移", ["甲状腺癌伴右颈ii、iii、iv区淋巴结转移"]),
    ],
)
def test_what_belongs_together_stays_together(text: str, expected: list[str]) -> None:
    assert items(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.急性阑尾炎 治愈", ["急性阑尾炎"]),
        ("急性阑尾炎（好转）", ["急性阑尾炎"]),
        ("急性阑尾炎 K35.800", ["急性阑尾炎"]),
        ("主要诊断：急性阑尾炎", ["急性阑尾炎"]),
        ("无", []),
        ("详见病历", ["详见病历"]),
        ("2024-05-03", []),
        ("", []),
    ],
)
def test_what_is_no_part_of_an_item(text: str, expected: list[str]) -> None:
    assert items(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("腹腔镜胆囊切除术+胆总管探查术", ["腹腔镜胆囊切除术", "胆总管探查术"]),
        ("1.剖宫产术\n2.双侧输卵管结扎术", ["剖宫产术", "双侧输卵管结扎术"]),
        ("2024-05-03 全麻下行腹腔镜阑尾切除术", ["腹腔镜阑尾切除术"]),
        ("冠状动脉造影术、药物洗脱支架置入术", ["冠状动脉造影术", "药物洗脱支架置入术"]),
        ("经皮冠状动脉介入治疗（PCI）", ["经皮冠状动脉介入治疗(pci)"]),
    ],
)
def test_lists_of_procedures(text: str, expected: list[str]) -> None:
    assert items(text, "procedure") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HCC(CNLC IIIa期)PVTT LC失代偿", ["hcc(cnlc 3a期)", "pvtt", "lc失代偿"]),
        ("CAP(重症)、CPHD、HTN-3、HLP", ["cap(重症)", "cphd", "htn-3", "hlp"]),
        ("前列腺增生BPH、尿潴留 留置导尿、便秘", ["前列腺增生", "bph", "尿潴留", "便秘"]),
        ("失血性休克 乙肝LC失代偿 贫血重度", ["失血性休克", "乙肝lc失代偿", "贫血重度"]),
        ("MM IgG-κ型 DS III期A ISS II期、高钙血症", ["mm igg-κ型", "高钙血症"]),
        ("癌痛 NRS 7分", ["癌痛 nrs 7分"]),
    ],
)
def test_short_names_of_wards_are_told_apart(text: str, expected: list[str]) -> None:
    assert items(text) == expected


def test_running_text_in_a_list_is_no_item() -> None:
    assert items("患者入院后完善检查，予抗感染治疗，体温正常后出院，继续门诊随访治疗。") == []


@given(st.text(alphabet=st.sampled_from("1234.、,;+()冠心病高血压?\n 术"), max_size=50))
def test_items_are_spans_in_order_without_overlap(text: str) -> None:
    spans = ListSplitter.load().items(text, 0, len(text), kind="diagnosis")
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("脑出血(右侧壳核) 高血压病3级 极高危", ["脑出血(右侧壳核)", "高血压病3级 极高危"]),
        ("冠心病 急性下壁、右室心梗 Killip 1级", ["冠心病", "急性下壁、右室心梗", "killip 1级"]),
        ("2型糖尿病 糖尿病肾病、糖尿病周围神经病", ["2型糖尿病", "糖尿病肾病", "糖尿病周围神经病"]),
        ("重度抑郁发作，不伴精神病性症状", ["重度抑郁发作,不伴精神病性症状"]),
    ],
)
def test_blanks_part_whole_items_only(text: str, expected: list[str]) -> None:
    assert items(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("心律失常：阵发性心房颤动", ["阵发性心房颤动"]),
        ("车祸多发伤：脾破裂；左侧血气胸", ["脾破裂", "左侧血气胸"]),
        ("1.多发伤:(1)脾破裂 (2)左锁骨骨折 2.休克", ["脾破裂", "左锁骨骨折", "休克"]),
        ("1慢性支气管炎 2肺部感染 3前列腺增生", ["慢性支气管炎", "肺部感染", "前列腺增生"]),
        ("1.高血压 2型糖尿病", ["高血压", "2型糖尿病"]),
        ("颅骨骨折\n拟3月后行颅骨修补\n注:家属拒绝手术", ["颅骨骨折"]),
        ("同前,加:冠心病", ["冠心病"]),
        ("1.高血压病2级:氨氯地平改为厄贝沙坦片,继续监测血压,门诊随访2周", ["高血压病2级"]),
        ("心律失常", ["心律失常"]),
    ],
)
def test_what_only_announces_an_item_is_none(text: str, expected: list[str]) -> None:
    assert items(text) == expected


def test_a_dependent_word_stays_with_its_item() -> None:
    assert items("左输尿管结石伴肾积水、感染；痛风") == ["左输尿管结石伴肾积水、感染", "痛风"]


def test_measures_of_an_operation_are_running_text() -> None:
    text = "全麻下行疝囊高位结扎，切口长约4cm，逐层进腹，术中出血10ml，未放置引流，术后安返病房"
    assert items(text, kind="procedure") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("带状疱疹（右胸）→PHN；陈旧性心梗", ["带状疱疹(右胸)", "phn", "陈旧性心梗"]),
        ("便秘——麻痹性肠梗阻", ["便秘", "麻痹性肠梗阻"]),
        ("癫痫持续状态←自身免疫性脑炎", ["癫痫持续状态", "自身免疫性脑炎"]),
        ("腰椎管狭窄症（L4/5）＋L4/5椎间盘突出", ["腰椎管狭窄症(l4/5)", "l4/5椎间盘突出"]),
        ("自发性气胸(右)右肺大疱左侧少量胸腔积液", ["自发性气胸(右)", "右肺大疱", "左侧少量胸腔积液"]),
        ("胆囊结石(多发)伴急性胆囊炎", ["胆囊结石(多发)伴急性胆囊炎"]),
        ("糖尿病双下肢血管病变", ["糖尿病双下肢血管病变"]),
        ("双下肢肌间静脉血栓 T2DM HTN3级", ["双下肢肌间静脉血栓", "t2dm", "htn3级"]),
    ],
)
def test_what_only_touches_is_parted_and_what_goes_on_is_not(text: str, expected: list[str]) -> None:
    assert items(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "左房黏液瘤；脑栓塞（右大脑中动脉供血区，1月前，恢复期）",
            ["左房黏液瘤", "脑栓塞(右大脑中动脉供血区,1月前,恢复期)"],
        ),
        ("冠心病 PCI术后1周", ["冠心病", "pci术后1周"]),
        ("马兜铃酸肾病，CKD 4期，肾性贫血", ["马兜铃酸肾病", "ckd 4期", "肾性贫血"]),
        ("左输尿管结石（1.1cm）并左肾积水", ["左输尿管结石(1.1cm)并左肾积水"]),
        ("胸腺瘤 重症肌无力（眼肌型 MGFA Ⅰ）", ["胸腺瘤", "重症肌无力(眼肌型 mgfa i)"]),
        ("左示、中、环指完全离断", ["左示、中、环指完全离断"]),
        ("复发性抑郁障碍，目前重度发作伴精神病性症状", ["复发性抑郁障碍,目前重度发作伴精神病性症状"]),
        ("高血压；肾动脉狭窄？（CTA正常）；失血性休克（否）", ["高血压"]),
        ("肺癌；双侧腹股沟疝（已于10年前修补）", ["肺癌"]),
    ],
)
def test_what_a_bracket_and_a_blank_mean_in_an_item(text: str, expected: list[str]) -> None:
    assert items(text) == expected


def test_sentences_below_operations_are_no_operations() -> None:
    told = "手法复位\n翻身眩晕一分钟内，右侧试验阳性，旋转上跳眼震，复位两次消失，颅脑磁共振阴性。"
    assert items(told, "procedure") == ["手法复位"]
    assert len(items("剖腹探查，坏死小肠切除，肠吻合，腹腔粘连松解，大网膜部分切除术。", "procedure")) > 3
