"""Shorthand is written out in the words of the tables."""

import pytest

from coder.suggest.shorthand import written_out


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("VATS肺大泡缝扎术", "胸腔镜下肺大疱缝扎术"),
        ("右桡骨远段骨折ORIF", "右桡骨骨折切开复位内固定术"),
        ("右髋THA", "右髋全髋关节置换"),
        ("(膀胱镜左侧)输尿管支架置入术((98.7654+12.3456))", "膀胱镜左侧输尿管支架置入术"),
        ("((68.2201))", "((68.2201))"),
        ("冠状动脉搭桥术", "冠状动脉旁路移植术"),
        ("股腘动脉旁路术", "股腘动脉搭桥术"),
        ("冠状动脉旁路术", "冠状动脉旁路术"),
        ("右小腿截肢术", "右小腿截断术"),
        ("阑尾切除术", "阑尾切除术"),
        ("VATS下左肺上叶结节切除术", "胸腔镜下左肺病损切除术"),
        ("左输尿管D-J管置入术", "左输尿管支架置入术"),
        ("Salter骨盆截骨术+左股骨骨折术后内固定取出术", "骨盆截骨术+左股骨内固定装置去除术"),
        ("左股骨颈骨折闭合复位内固定术", "左股骨骨折闭合复位内固定术"),
        ("支撑喉镜下声带良性肿物摘除术", "支撑喉镜下声带病损切除术"),
        ("L4/5椎间盘摘除术", "腰椎间盘切除术"),
        ("腰1椎体成形术", "腰椎经皮椎骨成形术"),
        ("膝关节镜下前十字韧带重建术", "关节镜膝关节前交叉韧带重建术"),
        ("左胫骨肿瘤穿刺活检术", "左胫骨穿刺活组织检查"),
        ("听神经瘤切除术", "听神经瘤切除术"),
        ("子宫肌瘤切除术", "子宫肌瘤切除术"),
        ("大隐静脉剥脱术((38.5903.01+38.5902.01))", "大隐静脉剥脱术"),
        ("全麻", "全麻"),
        ("", ""),
    ],
)
def test_procedures(text: str, expected: str) -> None:
    assert written_out(text, family="procedure") == expected


def test_letters_inside_a_longer_word_stay() -> None:
    assert written_out("ALSO", family="procedure") == "ALSO"


def test_brackets_stay_as_they_are() -> None:
    assert written_out("前列腺电切(TURP)+LC", family="procedure") == "前列腺电切(TURP)+腹腔镜下胆囊切除术"


def test_a_bracket_that_never_opened_does_no_harm() -> None:
    assert written_out("电切)LC", family="procedure") == "电切)腹腔镜下胆囊切除术"


def test_other_families_have_none() -> None:
    assert written_out("LC术后", family="diagnosis") == "LC术后"
