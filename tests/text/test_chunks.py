from __future__ import annotations

import pytest

from coder.text.chunks import ChunkFinder
from coder.text.normalise import normalise
from coder.text.segment import Segmenter


def chunks(text: str) -> list[tuple[str, str]]:
    normal = normalise(text).text
    found = ChunkFinder.load().find(Segmenter.load().segment(normal))
    return [(chunk.kind, normal[chunk.start : chunk.end]) for chunk in found]


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("CT提示右肺中叶腺癌，伴渗出", "右肺中叶腺癌"),
        ("彩超见右肾小囊肿", "右肾小囊肿"),
        ("心包少量积液", "心包少量积液"),
        ("急性非ST段抬高型心肌梗死", "急性非st段抬高型心肌梗死"),
        ("胃窦高级别上皮内瘤变", "胃窦高级别上皮内瘤变"),
    ],
)
def test_conditions(text: str, phrase: str) -> None:
    assert ("diagnosis", phrase) in chunks(text)


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("全麻下行单孔胸腔镜下左肺下叶切除术，顺利", "单孔胸腔镜下左肺下叶切除术"),
        ("行左前臂自体动静脉内瘘成形术", "左前臂自体动静脉内瘘成形术"),
        ("予右颈内静脉置管", "右颈内静脉置管"),
        ("行膀胱癌根治术后", "膀胱癌根治术"),
        ("行根治性全胃切除术+食管空肠Roux-Y吻合术", "根治性全胃切除术+食管空肠roux-y吻合术"),
        ("行左股骨粗隆间骨折闭合复位PFNA内固定术", "左股骨粗隆间骨折闭合复位pfna内固定术"),
    ],
)
def test_procedures(text: str, phrase: str) -> None:
    assert ("procedure", phrase) in chunks(text)


def test_the_last_head_decides() -> None:
    assert chunks("膀胱结石碎石术") == [("procedure", "膀胱结石碎石术")]


@pytest.mark.parametrize("text", ["患者一般情况好", "予抗感染治疗", "手术顺利", "自发病以来精神可", "无特殊不适"])
def test_plain_prose_names_nothing(text: str) -> None:
    assert chunks(text) == []
