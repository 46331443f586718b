"""One approach for several procedures."""

from __future__ import annotations

import pytest

from coder.record import Record
from coder.suggest import shared_approaches
from coder.text import read


def shared(operations: str) -> list[str]:
    reading = read(Record(text=f"手术名称：{operations}"))
    return list(shared_approaches(reading.mentions, reading.normalised.text).values())


@pytest.mark.parametrize(
    ("operations", "expected"),
    [
        ("腹腔镜下卵巢囊肿剥除术+盆腔粘连松解术", ["腹腔镜下盆腔粘连松解术"]),
        ("卵巢囊肿剥除术+盆腔粘连松解术", []),  # no approach to share
        ("腹腔镜下胆囊切除术+宫腔镜检查", []),  # the second has its own
    ],
)
def test_approaches(operations: str, expected: list[str]) -> None:
    assert shared(operations) == expected
