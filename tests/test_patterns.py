"""What a pattern asks for, as against what it only forbids."""

from __future__ import annotations

import pytest

from coder.patterns import asks_for_absence, wanted


@pytest.mark.parametrize(
    ("pattern", "asked"),
    [
        ("出血|渗血", "出血|渗血"),
        ("(?<!不)未(?!见(?:到)?)出血", "未出血"),
        ("渗[^无,]血", "渗血"),
        (r"(?!未[)\]]见)出血\(", r"出血\("),
        ("(?=未)出血", "(?=未)出血"),
    ],
)
def test_what_is_only_forbidden_is_left_out(pattern: str, asked: str) -> None:
    assert wanted(pattern) == asked


@pytest.mark.parametrize(
    ("pattern", "asks"),
    [("未见(?:出血|渗血)", True), ("[无未]渗血", True), ("(?!未)出血", False), ("渗[^无]血", False)],
)
def test_absence_is_asked_for_only_where_a_match_holds_it(pattern: str, asks: bool) -> None:
    assert asks_for_absence(pattern) is asks
