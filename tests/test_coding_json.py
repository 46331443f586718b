"""The JSON of a coding is a contract: these names are what other programs read."""

from pydantic import BaseModel

from coder.coding import Alternative, CodedDiagnosis, CodedProcedure, Coding, Evidence, Finding, Grouping
from coder.record import Record
from tests.fake_coder import FakeCoder

CONTRACT: dict[type[BaseModel], set[str]] = {
    Coding: {"diagnoses", "procedures", "tcm", "findings", "grouping", "versions", "timings_ms"},
    CodedDiagnosis: {
        *("code", "name", "system", "role", "probability", "assertion"),
        *("is_gray", "severity", "evidence", "alternatives"),
    },
    CodedProcedure: {
        *("code", "name", "system", "role", "probability", "assertion", "is_gray", "evidence", "alternatives"),
    },
    Evidence: {"section", "start", "end", "text"},
    Alternative: {"code", "name", "probability"},
    Finding: {
        *("rule_id", "kind", "severity", "message", "codes", "evidence", "evidence_wanted"),
        *("source", "suggestion", "group_before", "group_after"),
    },
    Grouping: {"scheme", "status", "mdc", "adrg", "drg", "name", "weight", "trail"},
}


def test_every_promised_field_is_there() -> None:
    for model, names in CONTRACT.items():
        assert names <= set(model.model_fields), model.__name__


def test_absent_values_are_null_and_empty_lists_are_lists() -> None:
    coding = FakeCoder().code(Record(text="无")).model_dump(mode="json")
    assert coding["tcm"] is None
    assert coding["diagnoses"] == coding["procedures"] == []


def test_json_round_trips() -> None:
    coding = FakeCoder().code(Record(text="肺炎，行阑尾切除术"))
    assert Coding.model_validate_json(coding.model_dump_json()) == coding
