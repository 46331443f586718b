"""Fitting of the second opinion: what is learned from a few sentences, and that it is always the same."""

from __future__ import annotations

import pytest

from coder.text.second_opinion import KINDS, Judge, SecondOpinion
from coder.train.second_opinion import Example, fit

DONE = ("入院后行冠脉造影", "昨日行胃镜", "急诊行开颅手术", "今日行支架置入", "局麻下行清创缝合")
UNDONE = ("拒绝冠脉造影", "家属商量后放弃胃镜", "暂无必要做开颅手术", "待稳定后再议支架置入", "未同意清创缝合")
NAMES = ("冠脉造影", "胃镜", "开颅手术", "支架置入", "清创缝合")


def examples() -> list[Example]:
    return [
        Example(text, text.index(name), text.index(name) + len(name), "hospital_course", done)
        for done, texts in ((True, DONE), (False, UNDONE))
        for text, name in zip(texts, NAMES, strict=True)
    ]


def probability(judge: Judge, text: str, start: int, end: int) -> float:
    opinion = SecondOpinion.of(dict.fromkeys(KINDS, judge))
    return opinion.on(text).probability(start, end, "procedure", "hospital_course")


def test_it_learns_the_words_around_the_name() -> None:
    judge = fit(examples(), threshold=0.5)
    assert probability(judge, "今晨行肠镜", 3, 5) > 0.5 > probability(judge, "家属放弃肠镜", 4, 6)


def test_the_same_examples_give_the_same_model() -> None:
    assert fit(examples(), threshold=0.5) == fit(examples(), threshold=0.5)


def test_heavier_examples_count_more() -> None:
    heavy = [Example(one.text, one.start, one.end, one.section, one.there, 1 if one.there else 9) for one in examples()]
    light = fit(examples(), threshold=0.5)
    assert probability(fit(heavy, threshold=0.5), "冠脉造影", 0, 4) < probability(light, "冠脉造影", 0, 4)


def test_examples_of_one_kind_teach_nothing() -> None:
    with pytest.raises(ValueError, match="class"):
        fit([one for one in examples() if one.there], threshold=0.5)
