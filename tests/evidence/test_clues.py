"""Which conditions a record may support at all."""

import pytest

from coder.evidence.clues import Present, may_be_supported
from coder.evidence.conditions import conditions, signs_of

_NOTHING = Present(frozenset(), frozenset(), frozenset())


def test_an_empty_record_supports_nothing() -> None:
    assert may_be_supported(_NOTHING, ordered=False) == may_be_supported(_NOTHING, ordered=True) == frozenset()


@pytest.mark.parametrize("name", [name for name in conditions() if signs_of(name).stated.plain])
def test_a_name_of_a_condition_is_enough(name: str) -> None:
    named = Present(frozenset(sorted(signs_of(name).stated.plain)[:1]), frozenset(), frozenset())
    assert name in may_be_supported(named, ordered=False)


def test_what_is_measured_counts_with_care_or_orders_only() -> None:
    potassium = Present(frozenset(), frozenset(), frozenset({"potassium"}))
    found = {name for name in conditions() if any(one.analyte == "potassium" for one in signs_of(name).found.bounds)}
    alone = {name for name in found if name in may_be_supported(potassium, ordered=False)}
    assert found
    assert found <= may_be_supported(potassium, ordered=True)
    for name in found - alone:
        treated = Present(frozenset(signs_of(name).care.plain), frozenset(), potassium.analytes)
        assert name in may_be_supported(treated, ordered=False)
