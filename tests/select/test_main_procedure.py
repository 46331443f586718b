from __future__ import annotations

import pytest

from coder.coding import Assertion
from coder.select.gather import Gathered
from coder.select.main_procedure import in_order
from coder.suggest.suggestion import ScoredConcept
from coder.terms import load_system

_PRESENT: Assertion = "present"


def _main(principal: str, *procedures: str) -> str:
    diagnoses, system = load_system("icd10-nhsa-2.0"), load_system("icd9cm3-nhsa-2.0")
    entries = [
        Gathered(ScoredConcept(concept.code, concept.name, 0.9), _PRESENT)
        for name in procedures
        for concept in system.with_name(name)[:1]
    ]
    assert len(entries) == len(procedures)
    concept = diagnoses.with_name(principal)[0]
    return in_order(entries, ScoredConcept(concept.code, concept.name, 0.9))[0].concept.name


@pytest.mark.parametrize(
    ("principal", "main", "others"),
    [
        ("急性下壁心肌梗死", "药物洗脱冠状动脉支架置入", ["用两根导管的冠状动脉造影术", "经皮冠状动脉血栓抽吸术"]),
        ("输尿管结石", "经尿道输尿管镜输尿管激光碎石取石术", ["经尿道输尿管支架置入术"]),
        ("显微镜下多脉管炎", "肾穿刺活组织检查", ["纤维支气管镜检查伴肺泡灌洗术", "红细胞输入"]),
        ("结核性胸膜炎", "胸腔镜胸膜活组织检查", ["胸腔闭式引流术"]),
        ("溃疡性结肠炎", "结肠镜下大肠活组织检查", ["单克隆抗体治疗"]),
        ("慢性全鼻窦炎", "内镜下全组鼻窦开窗术", ["内镜下鼻息肉切除术", "鼻甲骨折术"]),
        ("股骨颈骨折", "全髋关节置换", ["皮牵引", "红细胞输入"]),
        ("大肠杆菌脓毒症", "呼吸机治疗[大于等于96小时]", ["经尿道输尿管支架置入术", "输入血小板"]),
        ("敌敌畏中毒", "呼吸机治疗[小于96小时]", ["血液灌流", "胃灌洗"]),
        ("稽留流产", "负压吸引人工流产术", ["子宫颈病损切除术"]),
        ("胎盘粘连伴出血", "手取胎盘", ["分娩后刮宫术", "近期产科会阴裂伤修补术"]),
        ("骨质疏松伴有病理性骨折", "经皮椎体球囊扩张成形术", ["椎骨活组织检查"]),
    ],
)
def test_what_treats_goes_before_what_serves(principal: str, main: str, others: list[str]) -> None:
    assert _main(principal, *others, main) == main
