"""Which phrases a text is searched for."""

from __future__ import annotations

from coder.suggest.phrase_data import CompiledPhrase, Wording
from coder.suggest.phrase_index import PhraseIndex

STENT = CompiledPhrase(
    id="stent",
    kind="procedure",
    pattern="置入[^,]{0,8}支架",
    anchors=(("支架",), ("置入",)),
    beside=(("冠脉", "冠状动脉"),),
    reach=12,
)
FREE = Wording(id="free", kind="procedure", pattern="置管")


def test_a_phrase_is_looked_for_from_where_its_words_are_near_one_another() -> None:
    text = "冠脉造影示狭窄。支架已备。于前降支置入药物支架1枚"
    [(number, start)] = PhraseIndex([STENT]).in_text(text)
    assert number == 0
    assert start <= text.index("置入")


def test_words_too_far_apart_or_a_record_without_the_words_beside_need_no_search() -> None:
    index = PhraseIndex([STENT])
    assert index.in_text("冠脉造影，支架已备。" + "观察。" * 10 + "置入胃管") == []
    assert index.in_text("输尿管置入支架") == []


def test_a_phrase_without_anchors_is_always_looked_for() -> None:
    assert PhraseIndex([STENT, FREE]).in_text("") == [(1, 0)]
