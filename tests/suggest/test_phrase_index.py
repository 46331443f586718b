"""Which phrases a text is searched for."""

from __future__ import annotations

from coder.suggest.phrase_data import CompiledPhrase, Wording
from coder.suggest.phrase_index import PhraseIndex

STENT = CompiledPhrase(
    id="stent",
    kind="procedure",
    pattern="置入[^,。]{0,8}支架",
    anchors=(("支架",), ("置入",)),
    beside=(("冠脉", "冠状动脉"),),
    between=",。",
)
FREE = Wording(id="free", kind="procedure", pattern="置管")
PUMP = CompiledPhrase(id="pump", kind="procedure", pattern="泵.*入", anchors=(("泵",), ("入",)))


def test_a_phrase_is_looked_for_where_its_words_stand_together() -> None:
    text = "冠脉造影示狭窄。支架已备。于前降支置入药物支架1枚,观察。"
    [(number, [(start, end)])] = PhraseIndex([STENT]).in_text(text)
    assert (number, text[start:end]) == (0, "。于前降支置入药物支架1枚")


def test_words_that_marks_part_or_a_record_without_the_words_beside_need_no_search() -> None:
    index = PhraseIndex([STENT])
    assert index.in_text("冠脉造影,支架已备。置入胃管") == []
    assert index.in_text("输尿管置入支架") == []


def test_a_match_that_may_hold_any_mark_is_looked_for_in_the_whole_text() -> None:
    text = "微泵。\n入院"
    assert PhraseIndex([PUMP]).in_text(text) == [(0, [(0, len(text))])]
    assert PhraseIndex([PUMP]).in_text("微泵") == []


def test_a_phrase_without_anchors_is_always_looked_for() -> None:
    assert PhraseIndex([STENT, FREE]).in_text("") == [(1, [(0, 0)])]
