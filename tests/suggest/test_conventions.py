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
        ("剖宫产切口瘢痕部位妊娠（II型）", "子宫瘢痕处妊娠"),
        ("CSP（Ⅱ型）", "子宫瘢痕处妊娠"),
        ("单活婴", "单胎活产"),
        ("双胎之一胎死宫内", "双胎妊娠一胎宫内死亡"),
        ("带环妊娠", "具有子宫内避孕装置的妊娠"),
        ("妊娠合并宫内节育器", "具有子宫内避孕装置的妊娠"),
        ("围绝经期功血", "绝经前期出血过多"),
        ("青春期功血", "青春期月经过多"),
        ("阴道出血原因待查", "异常的子宫和阴道出血"),
        ("绝经后阴道流血", "绝经后出血"),
        ("VaIN I", "阴道上皮内肿瘤，Ⅰ级"),
        ("VaIN Ⅱ级", "阴道上皮内肿瘤，Ⅱ级"),
        ("VAIN III级", "阴道上皮内瘤变III级[VAINIII级]"),
        ("ASC-US", "女性生殖器官标本的异常的细胞学所见"),
        ("宫颈LEEP术后出血", "操作后宫颈出血"),
        ("宫颈锥切术后创面出血", "操作后宫颈出血"),
        ("阴道残端裂开", "手术后伤口裂开"),
        ("双侧副乳", "副乳房"),
        ("双子宫", "先天性双子宫单宫颈"),
        ("雄激素不敏感综合征", "雄激素抵抗综合征"),
        ("阴道穹隆脱垂", "子宫切除术后阴道穹隆脱垂"),
        ("子宫内膜异位症（深部浸润型DIE，直肠阴道隔）", "直肠阴道隔子宫内膜异位症"),
        ("HPV16感染", "乳头状瘤病毒作为分类于其他章疾病的原因"),
        ("HPV16、18感染", "乳头状瘤病毒作为分类于其他章疾病的原因"),
        ("双侧输卵管结扎术后", "双侧输卵管绝育术后"),
        ("新生儿大量肺出血", "起源于围生期的大量肺出血"),
        ("新生儿肺出血", "起源于围生期的肺出血"),
        ("肥厚性幽门狭窄", "先天性肥大性幽门狭窄"),
        ("脐膨出", "先天性脐膨出"),
        ("新生儿出血症", "新生儿出血病"),
        ("晚发性维生素K缺乏性出血症", "新生儿维生素K缺乏性出血症"),
        ("新生儿产瘤", "产伤致新生儿头皮水肿"),
        ("新生儿贫血（失血性）", "胎儿失血所致的先天性贫血"),
        ("小儿厌食症", "食欲缺乏"),
        ("误吞电池", "消化道内异物"),
        ("Dandy-Walker畸形", "第四脑室孔闭塞综合征"),
        ("幼年特发性关节炎（全身型）", "幼年型关节炎伴有全身性发病"),
        ("幼年特发性关节炎（少关节型）", "少关节性幼年型关节炎"),
        ("幼年特发性关节炎（附着点炎相关型）", "幼年型脊椎关节炎"),
        ("幼年特发性关节炎", "幼年型特发性关节炎"),
        ("毒性腺瘤", "甲状腺毒症伴有毒性单个甲状腺结节"),
        ("甲状腺高功能腺瘤", "甲状腺毒症伴有毒性单个甲状腺结节"),
        ("高LDL血症", "高低密度脂蛋白胆固醇血症"),
        ("糖原累积病II型", "Ⅱ型糖原贮积症"),
        ("庞贝病", "Ⅱ型糖原贮积症"),
        ("糖原累积病Ia型", "Ⅰ型糖原贮积症"),
        ("糖原累积病III型", "Ⅲ型糖原贮积症"),
        ("糖原累积病", "糖原贮积病"),
        ("MEN2A", "多发性内分泌腺瘤病"),
        ("多发性内分泌腺瘤病2A型", "多发性内分泌腺瘤病"),
        ("高雄激素血症", "雄激素过多"),
        ("多毛", "多毛症"),
        ("甲减性心脏病", "甲状腺功能减退性心脏病"),
        ("P-J综合征", "波伊茨-耶格综合征"),
        ("黑斑息肉综合征", "波伊茨-耶格综合征"),
        ("膜增生性肾炎", "膜性增生性肾小球肾炎"),
        ("孤立肾", "单侧肾缺如"),
        ("类风湿关节炎伴间质性肺病", "类风湿性关节炎伴肺间质纤维化"),
        ("银屑病关节炎", "银屑病性关节炎"),
        ("假性痛风", "假性痛风性关节炎"),
        ("CPPD", "焦磷酸盐结晶性关节炎（病）"),
        ("植物状态", "去皮层状态"),
        ("原发灶不明转移癌（CUP）", "恶性肿瘤，原发部位未特指"),
        ("转移性腺癌（原发灶不明）", "恶性肿瘤，原发部位未特指"),
        ("造血干细胞采集（供者）", "供干细胞者"),
        ("人工髋关节脱位", "髋关节假体障碍"),
        ("膝关节置换术后假体脱位", "膝关节假体障碍"),
        ("人工肩关节脱位", "肩关节假体障碍"),
        ("ICD电池耗竭", "除颤器更换"),
        ("椎间融合器移位", "脊柱内固定装置障碍"),
        ("螺钉松动（腰椎）", "脊柱内固定装置障碍"),
        ("颅骨修补术后钛网外露", "植入物脱出"),
        ("疝补片感染", "植入装置后感染"),
        ("拔除PICC", "血管通路装置的调整和管理"),
        ("PICC维护", "血管通路装置的调整和管理"),
        ("气管套管更换", "气管造口维护"),
        ("肾造瘘管更换", "更换肾盂造瘘导管"),
        ("膀胱造瘘管更换", "更换膀胱造瘘导管"),
        ("胃造瘘管更换", "更换胃造瘘导管"),
        ("造口脱垂", "结肠造口脱垂"),
        ("造口回缩", "肠造口术后功能障碍"),
        ("胃癌术后吻合口出血", "手术后胃吻合口出血"),
        ("直肠癌术后吻合口出血", "手术后肠吻合口出血"),
        ("吻合口出血", "操作后出血"),
        ("乳糜漏", "淋巴管瘘"),
        ("肿瘤术后复查", "恶性肿瘤手术后的随诊检查"),
        ("肿瘤放疗后复查", "恶性肿瘤放射治疗后的随诊检查"),
        ("肿瘤化疗后复查", "恶性肿瘤化学治疗后的随诊检查"),
        ("恶性肿瘤综合治疗后复查", "恶性肿瘤联合治疗后的随诊检查"),
        ("肿瘤家族史", "恶性肿瘤家族史"),
        ("左小腿截肢术后", "后天性小腿缺失"),
        ("右大腿截肢术后", "后天性膝以上大腿缺失"),
        ("双下肢截肢术后", "后天性双下肢缺失"),
        ("左足拇趾截除术后", "后天性趾缺失"),
        ("甲状腺切除术后", "甲状腺术后"),
        ("甲状腺次全切除术后", "甲状腺术后"),
        ("食管吻合口狭窄", "食管胃吻合口狭窄"),
        ("CRAB感染", "耐碳青霉烯类的鲍曼不动杆菌（CRAB）"),
        ("CRPA感染", "耐碳青霉烯类的铜绿假单胞菌（CRPA）"),
        ("CRE感染", "耐碳青霉烯类的肠杆菌科菌（CRE）"),
        ("VRE感染", "耐万古霉素肠球菌（VRE）"),
        ("胎母输血综合征", "出血流入母体循环"),
        ("妊娠合并重症肺炎", "妊娠合并肺部感染"),
        ("妊娠合并ITP", "妊娠合并血小板减少性紫癜"),
        ("妊娠合并SLE", "妊娠合并系统性红斑狼疮"),
        ("妊娠合并艾滋病", "HIV并发于妊娠、分娩和产褥期"),
        ("妊娠合并甲流", "其他病毒性疾病，并发于妊娠、分娩和产褥期"),
        ("妊娠合并房间隔缺损（继发孔型）", "妊娠合并心脏病"),
        ("妊娠合并先心病", "妊娠合并心脏病"),
        ("妊娠合并主动脉夹层", "妊娠合并循环系统疾病"),
        ("妊娠合并溃疡性结肠炎", "妊娠合并消化系统疾病"),
        ("妊娠合并偏头痛", "妊娠合并神经系统疾病"),
        ("sIUGR", "胎儿生长发育迟缓"),
        ("孕早期出血", "妊娠早期出血"),
        ("药流后宫腔残留", "不完全性药物流产"),
        ("人流术中子宫穿孔", "人工流产后子宫穿孔"),
        ("人流术后出血", "医疗性流产并发出血"),
        ("流产后感染", "流产、异位妊娠和葡萄胎妊娠后生殖道和盆腔感染"),
        ("胎盘植入（穿透性）", "胎盘植入（穿透型）"),
        ("剖宫产术后肠梗阻", "产褥期肠梗阻"),
        ("产褥期发热", "产褥期不明原因发热"),
        ("产后会阴血肿", "产后会阴伤口血肿"),
        ("产后子宫复旧不良", "产后子宫复旧不良"),
        ("孕期耻骨联合分离", "妊娠合并耻骨联合分离"),
        ("产后耻骨联合分离", "产伤性耻骨联合分离"),
        ("左侧输卵管积脓", "输卵管积脓"),
        ("尿失禁（混合型）", "混合性尿失禁"),
        ("尿失禁（急迫性）", "紧迫性尿失禁"),
        ("子宫颈上皮内瘤变2-3级", "子宫颈上皮内瘤变III级[CINIII级]"),
        ("叶状肿瘤（良性）", "乳房良性肿瘤"),
        ("乳腺叶状肿瘤（恶性）", "乳房恶性肿瘤"),
        ("垂体瘤术后垂体功能低下", "操作后垂体功能减退症"),
        ("HRS-AKI", "肝肾综合征"),
        ("十二指肠乳头腺瘤", "十二指肠良性肿瘤"),
        ("肝紫癜病", "紫癜样肝病"),
        ("异位ACTH综合征", "异位促肾上腺皮质激素综合征"),
        ("胆道出血", "胆管出血"),
        ("溃疡性结肠炎（左半结肠型，中度，活动期）", "左侧结肠炎"),
        ("腹膜后副神经节瘤", "腹膜后肿瘤"),
        ("颈静脉球瘤", "颈静脉球肿瘤"),
        ("副神经节瘤", "主动脉体和其他节旁体动态未定或动态未知的肿瘤"),
        ("抗凝血酶缺乏", "抗凝血酶原Ⅲ缺乏症"),
        ("蛋白S缺乏", "遗传性蛋白S缺陷症"),
        ("蛋白C缺乏症", "遗传性蛋白C缺陷症"),
        ("地贫（α轻型）", "α型地中海贫血"),
        ("HIT", "继发性血小板减少"),
        ("TMA", "血栓性微血管病"),
        ("系膜增生性肾炎", "系膜增生性肾小球肾炎"),
        ("骨髓衰竭", "再生障碍性贫血"),
        ("移植肾失功", "移植肾无功能"),
        ("慢性移植肾肾病", "移植肾功能不全"),
        ("透析低血压", "低血压"),
        ("长期导管功能障碍", "为肾透析的静脉导管功能不良"),
        ("血透通路血栓", "肾透析的血管通路血栓形成"),
        ("内瘘感染", "肾透析的动静脉瘘感染"),
        ("腹膜透析漏液", "腹膜透析管并发症"),
        ("免疫相关性肾炎", "药物性肾病"),
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
