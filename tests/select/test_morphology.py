"""Morphology: the longest name of the right behaviour, from the diagnosis first, then from pathology."""

from __future__ import annotations

import pytest

from coder import Coder, Record
from coder.select.morphology import MorphologyFinder, morphology_rules
from coder.terms import load_system


@pytest.mark.parametrize(
    ("text", "behaviour", "code"),
    [
        ("右肺上叶腺癌", "3", "M81400/3"),
        ("食管胸中段鳞癌", "3", "M80700/3"),
        ("左乳浸润性导管癌", "3", "M85000/3"),  # not 导管癌 alone: the longest name wins
        ("子宫肌瘤", "0", "M88900/0"),
        ("胃癌", "3", None),  # that there is a tumour is no morphology
        ("右肺上叶腺癌", "0", None),  # the wrong behaviour
    ],
)
def test_best(text: str, behaviour: str, code: str | None) -> None:
    found = MorphologyFinder.load().best(text, behaviour=behaviour)
    assert (found and found[0]) == code


def morphologies(text: str) -> list[str]:
    coding = Coder.load().code(Record(text=text))
    return [item.code for item in coding.diagnoses if item.role == "morphology"]


def test_pathology_speaks_where_the_diagnosis_does_not() -> None:
    assert morphologies("病理诊断：胃窦中分化腺癌\n出院诊断：胃窦恶性肿瘤") == ["M81400/3"]


def test_no_tumour_no_morphology() -> None:
    assert morphologies("病理诊断：慢性炎症，未见腺癌\n出院诊断：慢性胃炎") == []


def test_a_denied_morphology_is_not_given() -> None:
    assert morphologies("病理诊断：未见腺癌\n出院诊断：胃窦恶性肿瘤") == []


def test_rules_speak_of_codes_and_names_that_exist() -> None:
    rules, icd10, morphology = (
        morphology_rules(),
        load_system("icd10-nhsa-2.0"),
        load_system("icdo-morphology-nhsa-1.0"),
    )
    assert all(icd10.with_prefix(code) for line in rules.behaviours for code in line.codes)
    assert [name for name in rules.aliases.values() if not morphology.with_name(name)] == []
