"""The selection policy: what its schema refuses."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from coder.select.policy import Companion, SelectionPolicy, selection_policy


def with_companions(*rules: Companion) -> SelectionPolicy:
    data = selection_policy().model_dump() | {"companions": tuple(rule.model_dump() for rule in rules)}
    return SelectionPolicy.model_validate(data)


def test_a_rule_that_an_earlier_one_hides_is_refused() -> None:
    wide, narrow = Companion(of=("F05",), unless=("F05",)), Companion(of=("F05.8",), unless=("F10",))
    assert with_companions(narrow, wide).companions == (narrow, wide)
    with pytest.raises(ValidationError, match="holds for F05"):
        with_companions(wide, narrow)
