"""Abbreviations of diagnoses: by the record, never inside words or brackets, and to names that the tables have."""

import pytest

from coder.suggest import ConventionSuggester, LexicalSuggester
from coder.terms import load_system
from coder.text.abbreviations import AbbreviationData, spelled_out
from coder.text.datafile import load_data

SYSTEM = "icd10-nhsa-2.0"
ENTRIES = load_data("abbreviations.yaml", AbbreviationData).diagnoses


@pytest.mark.parametrize(
    ("text", "record", "expected"),
    [
        ("sap(高脂血症性)", "血淀粉酶升高", "急性重症胰腺炎(高脂血症性)"),
        ("sap", "活动后胸痛", "sap"),
        ("as(双侧骶髂关节炎)", "双侧骶髂关节炎", "强直性脊柱炎(双侧骶髂关节炎)"),
        ("支扩并咯血", "", "支气管扩张并咯血"),
        ("孔源性视网膜脱离rrd", "", "孔源性视网膜脱离rrd"),
        ("心力衰竭(hfref)", "", "心力衰竭(hfref)"),
        ("肌间静脉血栓3cm", "隐球菌", "肌间静脉血栓3cm"),
    ],
)
def test_an_abbreviation_is_written_out_by_what_the_record_speaks_of(text: str, record: str, expected: str) -> None:
    assert spelled_out(text, record) == expected


def test_what_abbreviations_stand_for_is_known_by_name() -> None:
    names = ConventionSuggester(LexicalSuggester.load(SYSTEM), load_system(SYSTEM))
    found = names.suggest([entry.full for entry in ENTRIES])
    doubtful = [
        one.text
        for one in found
        if not one.concepts or any(not (c.exact or c.probability >= 0.8) for c in one.concepts)
    ]
    assert doubtful == []
