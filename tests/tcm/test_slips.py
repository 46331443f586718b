"""Slips of the keyboard and names that are in no table."""

from __future__ import annotations

import pytest

from coder.tcm.slips import Slips
from coder.tcm.systems import KINDS, TermKind


@pytest.mark.parametrize(
    ("text", "name", "way"),
    [
        ("肝阳上抗证", "肝阳上亢证", "sound"),
        ("痰热雍肺", "痰热壅肺", "sound"),
        ("三脚湿热证", "三焦湿热证", "sound"),
        ("凶痹心痛", "胸痹心痛", "sound"),
        ("肝肾阴大虚证", "肝肾阴虚证", "near"),
    ],
)
def test_a_slip_finds_its_term(text: str, name: str, way: str) -> None:
    match = Slips.load().match(text, KINDS)
    assert match is not None
    assert (match[0][0].text, match[1]) == (name, way)


def test_several_names_one_character_off_are_no_reading() -> None:
    kinds: tuple[TermKind, ...] = ("syndrome",)
    assert Slips.load().match("肝乙虚证", kinds) is None


def test_the_kind_that_is_wanted_counts() -> None:
    kinds: tuple[TermKind, ...] = ("disease",)
    assert Slips.load().match("肝阳上抗证", kinds) is None


def test_similar_syndromes_share_organs_and_causes() -> None:
    names = [form.text for form in Slips.load().similar("肝火乱心证")]
    assert names
    assert all("肝" in name or "心" in name or "火" in name for name in names)


def test_nothing_is_similar_to_other_words() -> None:
    assert Slips.load().similar("门诊随访三月") == ()
