"""Which diagnosis leads where course or pathology name what the list does not, and what counts without a list."""

from __future__ import annotations

import pytest

from coder import Coder, Record


@pytest.mark.parametrize(
    ("record", "principal"),
    [
        (
            "诊疗经过：急诊胃镜：十二指肠球部前壁见1.5cm溃疡，见活动性渗血。\n出院诊断：1.上消化道出血 2.高血压病",
            "K26.401",
        ),
        ("出院诊断：上消化道大出血 / 食管胃底静脉曲张破裂 / 酒精性肝硬化失代偿期", "K70.306+I98.3*"),
        ("出院诊断：1.胆囊结石伴胆囊炎 2.胆总管结石 急性胆管炎", "K80.304"),
        ("出院诊断：特重型颅脑损伤：左急性硬膜下血肿、脑疝；多发肋骨骨折", "S06.500x004"),
        ("病理：食管ESD：鳞状细胞癌，高分化，切缘（-）\n出院诊断：食管病变ESD术后 高血压1级", "C15.900"),
        ("临床诊断：乙状结肠占位 肠梗阻\n病理诊断：（乙状结肠）溃疡型中分化腺癌", "C18.700"),
        ("入院诊断：左下肢动脉硬化闭塞症，2型糖尿病\n出院诊断同前，加：冠心病；高血压。", "I70.204"),
        ("出院诊断：异位妊娠（右侧输卵管妊娠破裂）", "O00.102"),
        ("出院诊断：火焰烧伤52%（浅Ⅱ5% 深Ⅱ22% Ⅲ25%）全身多处", "T29.300x001"),
    ],
)
def test_what_was_found_leads(record: str, principal: str) -> None:
    coding = Coder.load().code(Record(text=record))
    assert coding.principal is not None
    assert coding.principal.code == principal


def test_what_bleeds_takes_the_place_of_the_bleeding() -> None:
    record = "诊疗经过：急诊胃镜：十二指肠球部见溃疡，见活动性渗血。\n出院诊断：1.上消化道出血 2.高血压病"
    codes = [item.code for item in Coder.load().code(Record(text=record)).diagnoses]
    assert not any(code.startswith("K92") for code in codes)


def test_without_a_list_symptoms_do_not_stand_beside_a_disease() -> None:
    codes = [
        item.code for item in Coder.load().code(Record(text="患者腹痛、发热2天，诊为急性阑尾炎，已手术。")).diagnoses
    ]
    assert codes
    assert not any(code.startswith("R") for code in codes)
