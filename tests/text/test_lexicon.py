from __future__ import annotations

import ahocorasick_rs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.columnar import ColumnFile, read_columns, write_columns
from coder.terms import load_system
from coder.text.lexicon import DIAGNOSIS, PROCEDURE, Lexicon


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> ColumnFile:
    path = tmp_path_factory.mktemp("lexicon") / "lexicon.zip"
    surfaces = sorted(["肺炎", "肺炎链球菌肺炎", "链球菌肺炎", "炎症", "阑尾切除术", "阑尾", "ab", "abc", "肺"])
    write_columns(
        path,
        header={"name": "lexicon"},
        columns={"surfaces": surfaces, "keys": [f"s:{surface}" for surface in surfaces]},
        arrays={"kinds": np.array([2 if "术" in surface else 1 for surface in surfaces], dtype=np.uint8)},
    )
    return read_columns(path)


def test_the_longest_name_at_the_leftmost_place_wins(table: ColumnFile) -> None:
    text = "肺炎链球菌肺炎,阑尾切除术后,肺炎症"
    found = Lexicon(table).find(text)
    assert [text[match.start : match.end] for match in found] == ["肺炎链球菌肺炎", "阑尾切除术", "肺炎"]


def test_kinds_and_keys(table: ColumnFile) -> None:
    lexicon = Lexicon(table)
    assert lexicon.kinds("阑尾切除术") == PROCEDURE
    assert lexicon.kinds("肺炎") == DIAGNOSIS
    assert lexicon.kinds("胃炎") == 0
    assert lexicon.concept_keys("肺炎") == ("s:肺炎",)
    assert lexicon.concept_keys("胃炎") == ()
    assert "肺炎" in lexicon
    assert len(lexicon) == 9


@given(text=st.text(alphabet=st.sampled_from("肺炎链球菌症阑尾切除术abc"), max_size=30))
def test_the_matches_are_those_of_an_aho_corasick_automaton(table: ColumnFile, text: str) -> None:
    names = [surface for surface in table.strings("surfaces") if len(surface) > 1]
    automaton = ahocorasick_rs.AhoCorasick(names, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
    peer = [(start, end) for _, start, end in automaton.find_matches_as_indexes(text)]
    assert [(match.start, match.end) for match in Lexicon(table).find(text)] == peer


def test_every_key_of_the_shipped_lexicon_is_a_code_of_its_system() -> None:
    lexicon = Lexicon.load()
    for name in ("急性阑尾炎", "2型糖尿病", "阑尾切除术", "房颤", "copd"):
        for key in lexicon.concept_keys(name):
            system, _, code = key.partition(":")
            assert code in load_system(system)
    assert lexicon.concept_keys("急性阑尾炎")
