"""Splitting a phrase into the parts that may each name a concept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.suggest.parts import MAX_PARTS, clean, split_parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("右肺腺癌伴骨转移", ("右肺腺癌", "骨转移")),
        ("高血压;2型糖尿病,冠心病", ("高血压", "2型糖尿病", "冠心病")),
        ("颈7-胸3椎体病变", ()),
        ("肺部感染?心衰", ("肺部感染", "心衰")),
        ("1.5级", ()),
        ("纵隔、左锁骨上淋巴结转移", ("纵隔淋巴结转移", "左锁骨上淋巴结转移")),  # what several sites share
        ("肝、骨转移", ("肝转移", "骨转移")),
        ("二尖瓣、三尖瓣关闭不全", ("二尖瓣关闭不全", "三尖瓣关闭不全")),
        ("结肠癌术后肝转移", ("结肠癌", "肝转移")),
        ("直肠癌术后化疗", ()),  # a stay for one purpose, no second disease
        ("肝继发恶性肿瘤", ()),  # part of a name, nothing that joins two
    ],
)
def test_parts(text: str, parts: tuple[str, ...]) -> None:
    assert split_parts(text) == parts


@given(st.text(max_size=200))
def test_parts_are_few_distinct_and_of_the_text(text: str) -> None:
    cleaned = clean(text)
    parts = split_parts(cleaned)
    assert len(parts) <= MAX_PARTS
    assert len(set(parts)) == len(parts)
    assert all(set(part) <= set(cleaned) for part in parts)


@given(st.text(max_size=100))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)
