"""The names that other programs may rely on."""

from __future__ import annotations

import importlib

import pytest

NAMES = {
    "coder": ["Coder", "CoderConfig", "CoderError", "Coding", "Encounter", "Patient", "Record"],
    "coder.terms": [
        "CodeSystem", "Concept", "Crosswalk", "Heading", "Hierarchy", "load_crosswalk", "load_system",
    ],
    "coder.text": [
        "AssertionRules", "Mention", "NormalisedText", "Reading", "Section", "Segment", "Segmenter", "normalise",
        "normalise_term", "read",
    ],
    "coder.group": ["Case", "GroupResult", "Scheme", "Severity", "Status", "load_scheme", "scheme_names"],
}  # fmt: skip


@pytest.mark.parametrize(("module", "names"), NAMES.items())
def test_exported_names(module: str, names: list[str]) -> None:
    found = importlib.import_module(module)
    assert sorted(found.__all__) == sorted(names)
    assert all(getattr(found, name) is not None for name in names)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="Codder"):
        importlib.import_module("coder").Codder  # noqa: B018
