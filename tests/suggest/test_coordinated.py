"""Phrases that name several things, looked up part by part."""

from __future__ import annotations

import pytest

from coder.proposals import shared_suggester


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("肝肺转移", ["肝部和肝内胆管继发性恶性肿瘤", "肺部继发性恶性肿瘤"]),
        ("T12、L1压缩性骨折（新鲜）", ["胸椎压缩性骨折", "腰椎骨折L1"]),
        ("右肺癌伴脑、骨转移", ["右肺恶性肿瘤", "脑继发恶性肿瘤", "骨继发恶性肿瘤"]),
        ("脾、肾梗死", ["脾梗死", "肾梗死"]),
        ("左侧第2-8肋骨骨折并血气胸", ["四根以上肋骨骨折不伴第一肋骨骨折", "血气胸"]),
        ("二尖瓣及三尖瓣关闭不全", ["二尖瓣及三尖瓣关闭不全"]),  # a name of its own
        ("胃、十二指肠溃疡", ["复合性溃疡"]),
    ],
)
def test_each_part_is_looked_up(text: str, names: list[str]) -> None:
    found = shared_suggester("icd10-nhsa-2.0").suggest([text])[0]
    assert [concept.name for concept in found.concepts] == names
