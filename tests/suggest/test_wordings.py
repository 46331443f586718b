"""Wordings: what a mention is looked up as."""

from __future__ import annotations

import pytest

from coder.coding import Coding
from coder.pipeline import Coder
from coder.record import Record
from coder.suggest.wordings import as_in_tables

RECORD = "2型糖尿病20年"


@pytest.fixture(scope="module")
def coder() -> Coder:
    return Coder.load()


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("l4/5椎间盘突出症", "腰椎间盘突出症"),
        ("克罗恩病(回肠末段,a2l1b2p)并不全肠梗阻", "回肠克罗恩病并不全肠梗阻"),
        ("周围神经病变(酒精性)", "酒精中毒性周围神经病"),
        ("急性髓系白血病(m2,伴t(8;21),低危组)诱导化疗后cr", "急性髓细胞白血病m2型"),
        ("弥漫大b细胞淋巴瘤 r-chop第4周期化疗", "弥漫大b细胞淋巴瘤、恶性肿瘤维持性化学治疗"),
        ("宫颈鳞癌iiic1r期 根治性放化疗", "宫颈鳞癌、恶性肿瘤放射治疗、化学治疗"),
        ("电解质紊乱(低钾、低镁、低磷)", "低钾、低镁、低磷"),
        ("l2-3脊柱结核并左腰大肌脓肿", "腰椎结核并左腰大肌脓肿"),
        ("l1爆裂骨折(ao a3型)伴不全瘫(asia d)", "l1爆裂骨折、腰部脊髓不完全损伤"),
        ("c5-6椎间盘突出", "颈椎间盘突出"),
        ("l3-5椎管狭窄", "腰椎椎管狭窄"),
        ("l4椎体1度滑脱", "腰椎滑脱"),
        ("右胫腓骨开放性粉碎性骨折(gustiloiiic)", "右胫腓骨粉碎性骨折"),
        ("左胫骨平台骨折(schatzker 6型)", "左胫骨平台骨折"),
        ("右肺中央型小细胞癌", "右肺小细胞癌"),
        ("肾病4期", "糖尿病肾病4期"),
        ("hbp3级", "高血压3级"),
        ("高血压 10年 氨氯地平", "高血压"),
        ("房颤(永久性)利伐沙班", "房颤(永久性)"),
        ("前列腺癌(gleason 4+3=7,骨转移)", "前列腺癌伴骨转移"),
        ("急性阑尾炎", "急性阑尾炎"),
    ],
)
def test_words_of_the_tables(text: str, meant: str) -> None:
    assert as_in_tables(text, RECORD) == meant


@pytest.mark.parametrize(
    ("listed", "codes"),
    [
        ("抑郁发作，伴精神病性症状（重度）", ["F32.300"]),
        ("双相情感障碍，目前躁狂发作，伴精神病性症状", ["F31.200"]),
        ("右胫腓骨开放性粉碎性骨折（GustiloⅢC）", ["S82.212"]),
        ("右胫骨Pilon骨折（开放性，GustiloⅡ）", ["S82.310"]),
        ("主动脉夹层（Stanford B型，复杂型）TEVAR术后", ["I71.000x021"]),
        ("腹主动脉瘤（肾下型，破裂）", ["I71.300"]),
        ("L4/5椎间盘突出症（右侧脱出型）伴神经根病", ["M51.100x002+G55.1*"]),
        ("L5/S1椎间盘突出伴椎管狭窄", ["M51.202", "M48.005"]),
        ("T11、L1压缩骨折", ["S32.000x011", "S22.000x003"]),
        ("2型DM 20年, PDR Ⅳ期 PRP术后, 肾病Ⅳ期", ["E11.300x031+H36.0*", "E11.200x214+N08.3*"]),
        ("COPD GOLD 3级", ["J44.900x004"]),
        ("社区获得性肺炎（重症）Ⅰ型呼衰", ["J15.903", "J96.900x002"]),
        ("胆囊结石、急性胆囊炎；胆总管结石；急性胆管炎；胆囊坏疽", ["K80.304", "K80.001"]),
        ("食管胃底静脉曲张（重度）", ["I85.900x001"]),
        ("发热待查 不考虑：结核、淋巴瘤", ["R50.900"]),
        ("痛风（化脓性关节炎已排除）", ["M10.900"]),
        ("左输尿管结石，阑尾炎、宫外孕均可除外", ["N20.100"]),
        ("高血压；主动脉夹层（CTA排除）", ["I10.x00x002"]),
        ("右肺腺癌（脑、骨、肝未见转移）", ["C34.900x005", "M81400/3"]),
        ("左输尿管结石并左肾积水、感染（脓肾）", ["N13.602"]),
    ],
)
def test_most_specific_code_of_a_list(coder: Coder, listed: str, codes: list[str]) -> None:
    coding: Coding = coder.code(Record(text=f"出院诊断：{listed}"))
    assert sorted(item.code for item in coding.diagnoses) == sorted(codes)
