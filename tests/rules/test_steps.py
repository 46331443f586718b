"""Procedures that a record tells by their steps."""

import pytest

from coder.rules import RuleEngine
from tests.rules.conftest import fired, given

SAC = {"words": ["疝囊"], "with": [["结扎", "缝扎"], ["高位", "内~~口"]], "code": "53.0202", "covered": ["53.0"]}
TOLD = {"told_by_steps": {"unsure": ["拟"], "told": [SAC]}}


@pytest.mark.parametrize(
    ("text", "procedures", "answer"),
    [
        ("手术经过：找到疝囊，内环口双重结扎。", ["62.5x00"], True),
        ("手术经过：双重结扎于高位，断疝囊。", ["62.5x00"], True),
        ("手术经过：找到疝囊，内环口双重结扎。", ["53.0201"], False),
        # a step is missing, in another sentence, or not done
        ("手术经过：找到疝囊，予以结扎。", [], False),
        ("手术经过：找到疝囊。高位结扎血管。", [], False),
        ("手术经过：找到疝囊，高位，未予结扎。", [], False),
        # planned, and told of former times
        ("诊疗经过：拟行疝囊高位结扎。", [], False),
        ("既往史：2年前疝囊高位结扎。", [], False),
        ("现病史：外院疝囊内环口结扎，高位。\n诊疗经过：抗感染。", [], False),
    ],
)
def test_a_procedure_told_by_its_steps(text: str, procedures: list[str], answer: bool) -> None:
    assert fired(TOLD, text=text, principal="Q53.101", procedures=procedures) is answer


def test_the_first_place_is_shown_by_its_longest_word(engine: RuleEngine) -> None:
    findings = engine.run(given(text="诊疗经过：循导丝放入F5双猪尾管一根于输尿管。", principal="N20.100"))
    shown = [finding.message for finding in findings if finding.codes == ("59.8x03",)]
    assert len(shown) == 1
    assert "双猪尾管" in shown[0]


def test_steps_count_beside_what_they_are_of() -> None:
    text = "手术经过：找到疝囊，内环口双重结扎。"
    about = {"told_by_steps": {"told": [{**SAC, "about": ["隐睾"]}]}}
    assert fired(about, text=text, principal="Q53.101") is False
    assert fired(about, text=text + "出院诊断：隐睾", principal="Q53.101") is True
    beside = {"told_by_steps": {"told": [{**SAC, "diagnosis": ["K40"]}]}}
    assert fired(beside, text=text, principal="Q53.101") is False
    assert fired(beside, text=text, principal="Q53.101", others=["K40.900x003"]) is True
    unless = {"told_by_steps": {"told": [{**SAC, "unless": ["补片"]}]}}
    assert fired(unless, text=text, principal="Q53.101") is True
    assert fired(unless, text="手术经过：找到疝囊，内环口双重结扎，放补片。", principal="Q53.101") is False


def test_without_text_nothing_is_known() -> None:
    assert fired(TOLD, principal="Q53.101") is None


@pytest.mark.parametrize(
    ("text", "principal", "code"),
    [
        ("当晚局麻，第二肋间划小口，塞硅胶管，外头接水封瓶。", "J93.100x001", "34.0401"),
        ("剑突下置入猪尾导管，引出淡血性液450ml，为心包积液。", "I31.300", "37.0x01"),
        ("右腋后线第8肋间进针，抽出淡黄色液体600ml。", "J90.x00", "34.9101"),
        ("左下腹进针置管，放腹水2000ml。", "K74.602", "54.9101"),
        ("CT引导下经背部取左肺下叶肿块组织4条。", "C34.300x003", "33.2600x002"),
        ("B超定位右肾下极，活检枪取肾组织2条。", "N04.900", "55.2301"),
        ("耻骨上两横指套管针刺入膀胱，留置造瘘管。", "N40.x00", "57.1701"),
        ("子宫动脉造影后以明胶海绵颗粒栓塞。", "O72.100", "68.2500x001"),
        ("清除双侧髂外、闭孔淋巴脂肪组织。", "C53.900", "40.5910"),
        ("正中神经于腕部断裂，9-0线外膜缝合。", "S64.100", "04.3x10"),
        ("钳住尾丝将T形铜环拉出。", "Z30.503", "97.7102"),
        ("双相波150J一次，转复窦性心律。", "I48.900x004", "99.6201"),
        ("右颈内静脉穿刺，置入双腔透析导管。", "N18.001", "38.9502"),
        ("肛管注气，杯口影消失，肠套叠解除。", "K56.100", "96.2900"),
        ("大腿取皮，断层皮片覆盖创面，打包加压。", "T24.300", "86.6900"),
        ("末端回肠提出腹壁外翻缝合。", "K51.900", "46.0102"),
        ("牵引下手法使肩关节复位，闻及弹响。", "S43.000", "79.7100"),
    ],
)
def test_the_library_knows_operations_by_their_steps(engine: RuleEngine, text: str, principal: str, code: str) -> None:
    findings = engine.run(given(text="诊疗经过：" + text, principal=principal))
    assert code in {found for finding in findings if finding.rule_id == "PRC-013Z" for found in finding.codes}
