"""Names looked up as they are written."""

from __future__ import annotations

import pytest

from coder.suggest.exact import ExactSuggester


@pytest.fixture(scope="module")
def suggester() -> ExactSuggester:
    return ExactSuggester.load("icd10-nhsa-2.0")


def test_a_name_and_an_alias_are_found_and_are_exact(suggester: ExactSuggester) -> None:
    (found,) = suggester.suggest(["急性心肌梗死"])
    assert [(one.code, one.probability, one.exact) for one in found.concepts] == [("I21.900", 1.0, True)]
    assert found.candidates == found.concepts


@pytest.mark.parametrize("text", ["", "急性心肌梗死可能", "心前区不适三天"])
def test_what_is_no_name_has_no_concept_and_no_other_candidate(suggester: ExactSuggester, text: str) -> None:
    (found,) = suggester.suggest([text])
    assert found.text == text
    assert found.concepts == found.candidates == ()
