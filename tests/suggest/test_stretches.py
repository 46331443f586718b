"""Stretches: searched one by one they hold the matches that the whole text holds."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.suggest.stretches import looks_ahead, marks_between

Spans = list[tuple[tuple[int, int], ...]]
"""Of each match the spans of all groups."""


@pytest.mark.parametrize(
    ("pattern", "marks"),
    [
        ("胃镜", ",;。\n"),
        ("[,。]胃镜", ",;。\n"),
        ("(?:[,。]|\\A)(?:胃|肠)镜", ",;。\n"),
        ("胃[,。]镜", ";\n"),
        ("[,。]+胃镜", ";\n"),
        (r"胃\s*镜", ",;。"),
        (r"胃\S*镜", "\n"),
        (r"胃\W镜", ""),
        ("胃.{2}镜", "\n"),
        ("胃[^,\n]*镜", ",\n"),
        ("胃[!-~]镜", "。\n"),
        ("胃镜(?![,。])", ",;。\n"),
        ("胃镜|肠,镜", ";。\n"),
        (r"(?=(.))胃\1", ""),
        ("(?i)胃镜", ""),
        ("胃(?i:镜)", ""),
        ("胃镜(?=.*肠镜)", ""),
    ],
)
def test_marks_that_no_match_goes_on_past(pattern: str, marks: str) -> None:
    assert marks_between(pattern) == marks


@pytest.mark.parametrize(
    ("pattern", "ahead"),
    [
        ("胃镜", 0),
        ("(?<=行)胃镜", 0),
        ("胃镜(?!术后)", 4),
        ("(?:胃镜(?=术(?=后)))?", 4),
        ("胃镜$", 2),
        (r"胃镜\b|肠", 2),
    ],
)
def test_how_far_a_pattern_looks_ahead(pattern: str, ahead: int) -> None:
    assert looks_ahead(pattern) == ahead


def spans_in(pattern: str, text: str, marks: str) -> Spans:
    """The spans of all groups of the matches that are found stretch by stretch."""
    bounds = [0, *(place for place, one in enumerate(text) if one in marks), len(text)]
    ahead = looks_ahead(pattern)
    return [
        match.regs
        for start, end in pairwise(bounds)
        for match in re.compile(pattern).finditer(text, start, end + ahead)
        if match.start() < end
    ]


_PIECES = st.sampled_from(
    [
        "胃",
        "[,。]",
        "(?:胃|镜)+",
        "(?:[;\n]|\\A)",
        "[^,。]{0,3}",
        r"\s*",
        "(?=镜|,)",
        "(?!。镜)",
        "(?<=,)",
        "$",
        r"\b",
        ".",
        "(镜)?",
    ]
)


@given(st.lists(_PIECES, min_size=1, max_size=5).map("".join), st.text(alphabet="胃镜,;。\n", max_size=14))
def test_stretch_by_stretch_the_same_is_found(pattern: str, text: str) -> None:
    marks = marks_between(pattern)
    whole = [match.regs for match in re.finditer(pattern, text) if match.group()]
    assert [regs for regs in spans_in(pattern, text, marks) if regs[0][0] < regs[0][1]] == whole
