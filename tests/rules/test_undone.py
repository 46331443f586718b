"""Procedures that the record names only as not done."""

import pytest

from tests.rules.conftest import fired

WHEN = {"named_only_as_not_done": {"words": ["拒绝", "拟", "未行"]}}


@pytest.mark.parametrize(
    ("text", "selected", "answer"),
    [
        ("诊疗经过：家属拒绝气管切开。", {}, True),
        ("诊疗经过：拟行气管切开，未行气管切开。", {}, True),
        # one place that tells it as done, and a place that selection reads
        ("诊疗经过：家属拒绝气管切开。次日行气管切开。", {}, False),
        ("诊疗经过：拟气管切开。", {"气管切开": "31.1x00x005"}, False),
        ("既往史：5年前行气管切开术。", {}, True),
        ("诊疗经过：予吸氧。", {}, False),
    ],
)
def test_a_procedure_that_is_named_only_as_not_done(text: str, selected: dict[str, str], answer: bool) -> None:
    page = {"principal": "J44.000", "procedures": ["31.1x00x005"], "for_each": "procedure"}
    assert fired(WHEN, text=text, selected=selected, **page) is answer


def test_without_text_nothing_is_known() -> None:
    assert fired(WHEN, principal="J44.000", procedures=["31.1x00x005"], for_each="procedure") is None
