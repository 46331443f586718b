"""Procedures as courses and operation notes tell them (``eval/data/assertion/told-procedures.tsv``)."""

from __future__ import annotations

import pytest

from coder.pipeline import Coder
from coder.record import Record
from eval.second_opinion import told_procedures, told_record


@pytest.fixture(scope="module")
def coder() -> Coder:
    return Coder.load()


def _codes(coder: Coder, text: str) -> list[str]:
    return [item.code for item in coder.code(Record(text=text)).procedures]


@pytest.mark.parametrize(("diagnosis", "sentence", "expected"), list(told_procedures()))
def test_told_procedures_are_found(coder: Coder, diagnosis: str, sentence: str, expected: str) -> None:
    codes = [item.code for item in coder.code(told_record(diagnosis, sentence)).procedures]
    missed = [one for one in expected.split() if not any(code.startswith(tuple(one.split("/"))) for code in codes)]
    assert not missed, codes


@pytest.mark.parametrize(
    "course",
    [
        "经讨论后于2024年5月6日行{}",
        "患者及其丈夫签字同意，于5.6行{}",
        "与患者及其父母沟通后，同意手术，于当日行{}",
        "择期于5月6日行{}",
        "择期全麻下{}，术毕安返病房",
        "因患者3年前曾行剖宫产，本次行{}",
        "保守治疗无效，遂行{}",
        "无手术禁忌，在全身麻醉下行{}",
    ],
)
@pytest.mark.parametrize(("name", "code"), [("腹腔镜下阑尾切除术", "47.01"), ("腹膜透析置管术", "54.93")])
def test_what_was_done_is_present(coder: Coder, course: str, name: str, code: str) -> None:
    codes = _codes(coder, f"出院记录\n诊疗经过：{course.format(name)}。治疗后好转出院。\n出院诊断：急性阑尾炎\n")
    assert any(one.startswith(code) for one in codes), codes


@pytest.mark.parametrize(
    "text",
    [
        "诊疗经过：入院后予药物治疗，建议{}，患者拒绝。",
        "诊疗经过：入院后予药物治疗，家属商议后放弃行{}。",
        "诊疗经过：入院后予药物治疗，经讨论暂不行{}。",
        "诊疗经过：入院后予药物治疗。\n出院医嘱：1月后返院行{}。",
        "现病史：患者2年前在外院行{}，术后恢复可。\n诊疗经过：入院后予药物治疗。",
        "既往史：2021年5月6日行{}。\n诊疗经过：入院后予药物治疗。",
    ],
)
@pytest.mark.parametrize("name", ["腹腔镜下阑尾切除术", "腹膜透析置管术", "冠状动脉支架置入术"])
def test_what_was_not_done_this_stay_is_left_out(coder: Coder, text: str, name: str) -> None:
    assert _codes(coder, f"出院记录\n{text.format(name)}\n出院诊断：急性胃肠炎\n") == []
