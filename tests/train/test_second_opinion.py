"""Fitting of the second opinion: what is learned from a few sentences, and that it is always the same."""

from __future__ import annotations

import pytest

from coder.train.second_opinion import Example, fit

pytest.importorskip("sklearn")

DONE = ("入院后行冠脉造影", "昨日行胃镜", "急诊行开颅手术", "今日行支架置入", "局麻下行清创缝合")
UNDONE = ("拒绝冠脉造影", "家属商量后放弃胃镜", "暂无必要做开颅手术", "待稳定后再议支架置入", "未同意清创缝合")
NAMES = ("冠脉造影", "胃镜", "开颅手术", "支架置入", "清创缝合")


def examples() -> list[Example]:
    return [
        Example(text, text.index(name), text.index(name) + len(name), "hospital_course", done)
        for done, texts in ((True, DONE), (False, UNDONE))
        for text, name in zip(texts, NAMES, strict=True)
    ]


def test_it_learns_the_words_around_the_name() -> None:
    opinion = fit(examples(), threshold=0.5)
    for text, doubted in (("今晨行肠镜", False), ("家属放弃肠镜", True)):
        start = text.index("肠镜")
        assert opinion.doubts(text, start, start + 2, section="hospital_course") is doubted


def test_the_same_examples_give_the_same_model() -> None:
    text = "家属放弃肠镜"
    first, second = (fit(examples(), threshold=0.5) for _ in range(2))
    assert first.probability(text, 4, 6, section="body") == second.probability(text, 4, 6, section="body")


def test_heavier_examples_count_more() -> None:
    heavy = [Example(one.text, one.start, one.end, one.section, one.done, 1 if one.done else 9) for one in examples()]
    text = "冠脉造影"
    light = fit(examples(), threshold=0.5).probability(text, 0, 4, section="body")
    assert fit(heavy, threshold=0.5).probability(text, 0, 4, section="body") < light


def test_examples_of_one_kind_teach_nothing() -> None:
    with pytest.raises(ValueError, match="class"):
        fit([one for one in examples() if one.done], threshold=0.5)
