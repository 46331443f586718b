"""Rewrites: other wordings of a phrase, alone and after one another."""

from __future__ import annotations

import pytest

from coder.suggest.anchors import anchors
from coder.suggest.lexical_suggester import LexicalSuggester
from coder.suggest.rewrites import _rewrites, wordings


def meant(text: str) -> list[str]:
    return [concept.code for concept in LexicalSuggester.load("icd10-nhsa-2.0").suggest([text])[0].concepts]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("骶尾部压疮（Ⅲ期）", "L89.201"),
        ("骶部Ⅱ期压力性损伤", "L89.101"),
        ("左足跟压疮2期", "L89.104"),
        ("右足跟Ⅱ期压疮", "L89.104"),
        ("Ⅳ期压疮（骶尾部）", "L89.301"),
        ("臀部Ⅳ期压疮", "L89.300"),
        ("右眼年龄相关性白内障", "H25.900"),
        ("左眼牵拉性视网膜脱离", "H33.400"),
        ("下唇贯通伤清创缝合术后", "S01.506"),
        ("高尿酸血证", "E79.001"),
    ],
)
def test_what_the_table_says_otherwise(text: str, code: str) -> None:
    assert meant(text) == [code]


def test_every_wording_costs_something_and_none_is_the_text_itself() -> None:
    found = list(wordings("左侧骶尾部3期压疮伴感染"))
    assert found
    assert all(0 < factor < 1 for _, factor in found)
    assert "左侧骶尾部3期压疮伴感染" not in [wording for wording, _ in found]


def test_a_rewrite_needs_the_words_that_every_match_holds() -> None:
    for pattern, one in _rewrites():
        assert frozenset(one.needs) == anchors(pattern.pattern), one.id
