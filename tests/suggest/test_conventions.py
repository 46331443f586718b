"""Conventions: set expressions give the concept that coders give; everything else is asked of the base suggester."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from coder.artefacts import artefact_path
from coder.suggest.conventions import (
    CONVENTION_FILE,
    Convention,
    ConventionSuggester,
    compile_conventions,
    conventions,
)
from coder.suggest.lexical_suggester import LexicalSuggester
from coder.terms import load_system

SYSTEMS = {"diagnosis": "icd10-nhsa-2.0", "procedure": "icd9cm3-nhsa-2.0"}
ALL = [(kind, one) for kind, found in conventions().items() for one in found]


def meant(text: str, kind: str = "diagnosis") -> list[str]:
    system = load_system(SYSTEMS[kind])
    suggester = ConventionSuggester(LexicalSuggester.load(system.name), system)
    return [concept.name for concept in suggester.suggest([text])[0].concepts]


@pytest.mark.parametrize(("kind", "convention"), ALL, ids=lambda value: getattr(value, "text", value))
def test_patterns_compile_and_a_name_exists(kind: str, convention: Convention) -> None:
    re.compile(convention.text)
    assert any(load_system(SYSTEMS[kind]).with_name(name) for name in convention.names)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("急性肾损伤", "急性肾衰竭"),
        ("反流性肾病", "膀胱输尿管反流"),
        ("透析低血压", "血液透析并发症"),
        ("右侧孤立肾", "单侧肾缺如"),
        ("Kümmell病", "屈梅尔脊柱炎"),
        ("白线疝", "腹疝，不伴有梗阻或坏疽"),
        ("再喂养综合征", "电解质代谢紊乱"),
        ("急性腹泻", "腹泻"),
        ("羊水Ⅲ度", "急性羊水型胎儿宫内窘迫"),
        ("右第5-7肋骨骨折", "三根肋骨骨折不伴第一肋骨骨折"),
        ("左第1-3肋骨骨折", "肋骨多发性骨折伴第一肋骨骨折"),
        ("T7、T8、T9椎体压缩性骨折", "胸椎多处骨折"),
        ("右侧L1-3横突骨折", "多发性腰椎骨折"),
        ("骨巨细胞瘤（股骨远端）", "下肢骨动态未定肿瘤"),
        ("左膝内侧半月板撕裂（陈旧性）", "陈旧性膝内侧半月板损伤"),
        ("左人工髋关节脱位", "髋关节假体障碍"),
        ("椎间隙感染", "椎间盘感染（脓性）"),
        ("回肠造口状态", "回肠造口状态"),
        ("VIN3", "外阴上皮内瘤变III级[VINIII级]"),
        ("左喉返神经麻痹", "声带麻痹"),
        ("海绵状血管瘤（脑干）", "脑干血管瘤"),
        ("胆脂瘤型中耳炎", "慢性化脓性中耳炎胆脂瘤型"),
        ("左副乳", "副乳房"),
        ("急性肾损伤（KDIGO 3期）", "急性肾衰竭"),
        ("左膝人工关节置换术后", "人工膝关节"),
        ("心功能Ⅱ级（Killip分级）", "KillipII级"),
        ("心功能Ⅲ级", "心功能III级（NYHA分级）"),
        ("慢性肾脏病基础上急性肾损伤（药物性）", "急性肾衰竭"),
        ("右侧人工股骨头置换术后", "人工髋关节"),
        ("左膝单髁置换术后", "人工膝关节"),
        ("重度贫血（失血性）", "急性出血后贫血"),
        ("失血性贫血（慢性，中度）", "慢性失血性贫血"),
        ("贫血（中度）", "中度贫血"),
        ("胰腺挫裂伤", "胰腺损伤"),
        ("左示、中、环指末节骨折", "手指多处骨折"),
        ("左小腿皮肤脱套伤", "小腿撕脱伤"),
        ("反复肩关节脱位", "复发性肩关节脱位"),
        ("双眼化学性烧伤（碱）", "眼部腐蚀伤"),
        ("双足冻伤（Ⅲ度）", "足部冻伤伴组织坏死"),
        ("41、42冠折", "创伤性牙折断"),
        ("火焰烧伤45%TBSA（深Ⅱ°20%，Ⅲ°25%）全身多处", "多处三度烧伤"),
        ("双胎妊娠（双绒毛膜双羊膜囊，IVF-ET术后）", "双胎妊娠"),
        ("骨质疏松症伴T12椎体压缩性骨折（重度骨质疏松）", "骨质疏松伴有病理性骨折"),
        ("2型DM伴肾、眼、神经并发症", "2型糖尿病伴多个并发症"),
        ("AKI（ATN）", "急性肾小管坏死"),
        ("急性下壁+后壁+右室心梗", "急性下壁后壁右心室心肌梗死"),
        ("急性胰腺炎（MAP 胆源性）", "急性胆源型胰腺炎，轻症"),
        ("尘肺（矽肺二期）", "矽肺[硅肺]II期"),
        ("ALCL（ALK+）", "间变性大细胞淋巴瘤，ALK阳性"),
        ("狂犬病暴露后（III级）", "接触和暴露于狂犬病"),
        ("CRE定植", "传染病病原携带者，其他的"),
        ("Alport综合征", "奥尔波特综合征"),
        ("起搏器电池耗竭", "更换心脏起搏器脉冲发生器"),
        ("ICD电池耗竭", "除颤器更换"),
        ("起搏器囊袋感染", "心脏起搏器植入感染"),
        ("部分型肺静脉异位引流", "肺静脉连接部分异常"),
        ("完全型心内膜垫缺损", "完全性房室隔缺损"),
        ("限制型心肌病（淀粉样变）", "淀粉样变心脏损害"),
        ("先心病相关性肺动脉高压", "疾病相关性肺动脉高压"),
        ("肺动脉高压（重度）", "重度肺动脉高压"),
        ("二度AVB（2:1）", "Ⅱ度房室传导阻滞"),
        ("心跳骤停CPR后", "心脏停搏复苏成功"),
        ("TEVAR术后", "血管支架植入术后状态"),
        ("冠心病 心衰型", "缺血性心肌病"),
        ("肺炎（真菌性）", "肺真菌感染"),
        ("慢性坏死性肺曲霉病", "曲霉菌性肺炎"),
        ("肥胖低通气综合征", "极度肥胖伴低通气综合征"),
        ("右肺隔离症", "肺分离"),
        ("间质性肺炎（NSIP）", "非特异性间质性肺炎"),
        ("矽肺结核", "与结核有关的肺尘埃沉着病"),
        ("CRKP血流感染", "克雷伯杆菌脓毒症"),
        ("血流感染（屎肠球菌）", "肠球菌性脓毒症"),
        ("肺炎链球菌败血症", "肺炎链球菌性脓毒症"),
        ("登革出血热", "重症登革热"),
        ("流行性腮腺炎并睾丸炎", "流行性腮腺炎性睾丸炎"),
        ("肝功能损害（药物性）", "药物性肝损害"),
        ("布鲁菌病并腰椎炎", "布氏菌病脊柱炎"),
        ("恶性疟 脑型", "脑型疟疾"),
        ("MSA（MSA-P型）", "帕金森型多系统萎缩"),
        ("帕金森病 H-Y 4级", "帕金森病4级"),
        ("DBS术后", "具有其他特指的功能性植入物"),
        ("右侧颞叶癫痫", "颞叶性癫痫"),
        ("酒精戒断综合征（震颤谵妄）", "使用酒精引起的戒断状态伴有谵妄"),
        ("脑积水VP分流术后", "脑脊液分流状态"),
        ("抗LGI1抗体脑炎", "自体免疫性脑炎"),
        ("SMA（II型）", "婴儿型脊髓性肌萎缩，Ⅱ型"),
        ("颅骨修补术后", "颅骨板植入物"),
        ("双相情感障碍，混合发作", "双相情感障碍，目前为混合性发作"),
        ("复发性抑郁障碍 目前中度发作", "复发性抑郁障碍，目前为中度发作"),
        ("社交焦虑障碍", "社交恐怖"),
        ("强迫症", "强迫性障碍"),
        ("智力障碍（重度）", "重度精神发育迟滞"),
        ("癫痫所致精神障碍", "癫痫性精神病"),
        ("右下肺炎", "肺炎"),  # no convention: the base answers
    ],
)
def test_expressions(text: str, name: str) -> None:
    assert meant(text) == [name]


def test_a_foreign_name_is_not_another_foreign_name() -> None:
    assert "阿佩尔综合征[Apert综合征]" not in meant("Perthes病")
    assert meant("Conn综合征") == ["康恩综合征[Conn综合征]"]


def test_the_whole_expression_must_match() -> None:
    assert meant("急性肾损伤后遗症") != ["急性肾衰竭"]


def test_the_other_candidates_stay_as_alternatives() -> None:
    system = load_system("icd10-nhsa-2.0")
    suggestion = ConventionSuggester(LexicalSuggester.load(system.name), system).suggest(["急性肾损伤"])[0]
    assert suggestion.candidates[0] == suggestion.concepts[0]
    assert len({one.code for one in suggestion.candidates}) == len(suggestion.candidates) > 1


def test_a_pattern_with_a_group_of_its_own_is_refused() -> None:
    with pytest.raises(ValidationError, match="no groups"):
        Convention(text="(急性)?肾损伤", names=("急性肾衰竭",))
    assert Convention(text="(?:急性)?肾损伤", names=("急性肾衰竭",))


def test_the_shipped_conventions_are_those_of_the_data(tmp_path: Path) -> None:
    compile_conventions(tmp_path / "conventions.json")
    shipped = json.loads(artefact_path(CONVENTION_FILE).read_text(encoding="utf-8"))
    assert json.loads((tmp_path / "conventions.json").read_text(encoding="utf-8")) == shipped, (
        "run: python -m coder.suggest.build"
    )


def test_the_first_convention_that_fits_counts() -> None:
    for kind in SYSTEMS:
        patterns = [re.compile(one.text) for one in conventions()[kind]]
        for text in ("急性肾损伤", "心功能ⅲ级", "重度贫血", "胃镜", "ercp", "人工股骨头置换术"):
            first = next((number for number, one in enumerate(patterns) if one.fullmatch(text)), None)
            if first is not None:
                system = load_system(SYSTEMS[kind])
                named = next(name for name in conventions()[kind][first].names if system.with_name(name))
                assert meant(text, kind) == [named]


@pytest.mark.parametrize("words", ["LCX植入DES 1枚", "Frey术"])
def test_an_operation_of_another_name_is_none(words: str) -> None:
    assert not {"McBride手术", "REV手术"} & set(meant(words, "procedure"))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("右股腘动脉旁路移植", "股动脉-腘动脉搭桥术"),
        ("T12、L1 PKP×2", "经皮穿刺脊柱后凸成形术"),
        ("腹腔镜中转开腹胆囊切除术", "胆囊切除术"),
        ("左侧颈侧区(Ⅱ-Ⅴ)淋巴结清扫术", "根治性颈淋巴结清扫，单侧"),
        ("双侧颈清(II-IV区)", "根治性颈淋巴结清扫，双侧"),
        ("右上臂PICC", "经外周静脉穿刺中心静脉置管术"),
        ("单腔ICD", "单腔植入型心律转复除颤器置入术"),
        ("LSC阴道骶骨固定", "腹腔镜下阴道-骶前固定术"),
        ("LCX植入DES 1枚", "药物洗脱冠状动脉支架置入"),
        ("膝下动脉球囊扩张", "下肢动脉球囊扩张成形术"),
    ],
)
def test_short_names_of_operations(text: str, name: str) -> None:
    assert meant(text, "procedure") == [name]
