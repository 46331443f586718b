"""Patterns are tried only where a word that they need stands."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from coder.suggest.needed import NeededWords

_WORDS = st.lists(st.lists(st.sampled_from(["胃", "胃镜", "镜", "肠镜", "管"]), max_size=3), max_size=5)


@given(_WORDS, st.text(alphabet="胃镜肠管,", max_size=8))
def test_exactly_the_patterns_with_a_word_of_the_text_or_without_words_are_asked(
    words: list[list[str]], text: str
) -> None:
    expected = [number for number, some in enumerate(words) if not some or any(word in text for word in some)]
    assert NeededWords(words).asked(text) == expected
