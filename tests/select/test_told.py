"""What the record tells and the list forgets: statuses, causes, complications; and what stands in their way."""

from __future__ import annotations

import pytest

from coder import Coder, Record

Case = tuple[str, str, str, bool]

CASES: list[Case] = [
    # statuses
    ("右股骨颈骨折", "既往史：2018年因冠心病于前降支植入支架1枚。", "Z95.501", True),
    ("右股骨颈骨折", "既往史：冠心病，未植入支架。", "Z95.501", False),
    ("右股骨颈骨折", "既往史：2019年因急性心梗行PCI。", "I25.200", True),
    ("右股骨颈骨折", "既往史：其父2019年因急性心梗去世。", "I25.200", False),
    # an allergy in passing is not told: front pages leave it out more often than not
    ("右股骨颈骨折", "既往史：对磺胺过敏。", "Z88.200x001", False),
    ("胆囊结石", "既往史：5年前因甲状腺癌行手术切除，复查无复发转移。", "Z85.804", True),
    ("胆囊结石", "既往史：其母5年前因甲状腺癌行手术切除，无复发。", "Z85.804", False),
    ("甲状腺癌", "既往史：5年前因甲状腺癌行手术切除，复查无复发转移。", "Z85.804", False),
    # causes need an injury that is fresh
    ("右股骨颈骨折", "现病史：患者在家中厨房因地面湿滑摔倒，右髋着地。", "W01.x00", True),
    ("急性阑尾炎", "现病史：患者在家中厨房因地面湿滑摔倒。", "W01.x00", False),
    ("右踝骨折", "现病史：下楼梯踩空扭伤右踝2小时。", "W10.x00", True),
    ("左颧骨骨折", "现病史：被他人拳击面部1小时。", "Y04.x00", True),
    ("左肱骨骨折", "现病史：不慎摔伤致左上臂疼痛。", "W19.x00", False),  # the more exact cause is there
    # complications by finding and treatment
    ("右膝关节病", "诊疗经过：全麻下手术。术后第1天Hb 74g/L，输红细胞2U。", "D62.x00", True),
    ("右膝关节病", "诊疗经过：全麻下手术。术后第1天Hb 112g/L。", "D62.x00", False),
    ("抑郁发作", "诊疗经过：血清铁蛋白6ng/ml，予多糖铁口服。", "D50.900", True),
    ("重症肺炎", "诊疗经过：骶尾部压疮Ⅲ期，换药。", "L89.201", True),
    ("重症肺炎", "诊疗经过：CAM-ICU（+），予喹硫平。", "F05.900", True),
    ("胃窦癌", "病理：淋巴结转移2/34。", "C77.201", True),
    ("胃窦癌", "病理：大弯淋巴结未见癌转移（0/3）。", "C77.201", False),
    # a doctor's name goes before the value, and several electrolytes may be named together
    ("急性阑尾炎", "诊疗经过：血小板18×10^9/L，诊断免疫性血小板减少症，激素治疗。", "D69.300", True),
    ("急性阑尾炎", "诊疗经过：血小板18×10^9/L，诊断免疫性血小板减少症，激素治疗。", "D69.500", False),
    ("肠梗阻", "诊疗经过：低钾、低钠血症，静脉补充后纠正。", "E87.600", True),
    ("肠梗阻", "诊疗经过：低钾、低钠血症，静脉补充后纠正。", "E87.102", True),
    ("肝硬化", "诊疗经过：呕血500ml，胃镜示食管静脉重度曲张，套扎6环。", "K74.615+I98.3*", True),
    # chronic conditions under treatment
    ("胆囊结石", "既往史：高血压10年，口服硝苯地平控释片。", "I10.x00x002", True),
    ("胆囊结石", "既往史：母亲高血压，服硝苯地平。", "I10.x00x002", False),
    ("胆囊结石", "既往史：否认高血压、糖尿病。", "I10.x00x002", False),
]


@pytest.mark.parametrize(("listed", "told", "code", "expected"), CASES)
def test_what_is_told_is_coded_where_it_counts(listed: str, told: str, code: str, expected: bool) -> None:
    coding = Coder.load().code(Record(text=f"{told}\n出院诊断：{listed}"))
    assert (code in [item.code for item in coding.diagnoses]) is expected
