"""Anchors: no match without one of them, whatever the pattern is made of."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.suggest.anchors import anchors


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("胃镜", {"胃镜"}),
        ("胃镜|肠镜检查", {"胃镜", "肠镜检查"}),
        ("(?:行|予)?胃镜", {"胃镜"}),
        ("[胃肠]镜", {"胃镜", "肠镜"}),
        ("置入[^,]{0,9}支架", {"置入"}),
        ("(?:球囊){2}", {"球囊"}),
        ("(?<!未)透析(?=治疗)", {"透析"}),
    ],
)
def test_words_of_which_every_match_holds_one(pattern: str, expected: set[str]) -> None:
    assert anchors(pattern) == frozenset(expected)


@pytest.mark.parametrize("pattern", ["", ".*", "(?:胃镜)?", "胃镜|.", r"\d+l?|胃镜"])
def test_nothing_is_promised_where_a_match_may_hold_no_word(pattern: str) -> None:
    assert anchors(pattern) is None


_PIECES = st.sampled_from(["胃", "肠镜", "[胃肠]", "(?:行|予以)", "(?:术)?", "[^,]{0,3}", "(?:胃|肠镜)+", "镜|管", "."])


@given(st.lists(_PIECES, min_size=1, max_size=5).map("".join), st.text(alphabet="胃肠镜行予以术管,", max_size=12))
def test_no_text_without_an_anchor_matches(pattern: str, text: str) -> None:
    words = anchors(pattern)
    if words is not None and re.search(pattern, text):
        assert any(word in text for word in words)
