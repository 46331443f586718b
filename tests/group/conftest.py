"""A scheme small enough to read: two MDCs, four ADRGs, one of them split three ways."""

from __future__ import annotations

from typing import Any

import pytest

from coder.group.definition import SchemeDefinition, parse_definition


def tiny_data() -> dict[str, Any]:
    return {
        "scheme": "tiny",
        "edition": "测试方案",
        "mdcs": [
            {"code": "G", "name": "消化", "when": {"principal_diagnosis": "g"}},
            {
                "code": "Z",
                "name": "多发创伤",
                "when": {"principal_and_sites": {"sites": {"头": ["S06.000"], "胸": ["S27.301"]}, "min_sites": 2}},
            },
        ],
        "adrg_rules": [
            {"adrg": "GD2", "mdc": "G", "name": "阑尾切除", "when": {"main_procedure": "appendix"}},
            {"adrg": "GJ1", "mdc": "G", "name": "其他手术", "when": {"main_procedure_valid": True}},
            {"adrg": "GZ1", "mdc": "G", "name": "其他", "when": {"principal_diagnosis": "g"}},
            {"adrg": "ZZ1", "mdc": "Z", "name": "创伤", "when": {"no_valid_procedure": True}},
        ],
        "drgs": [
            {"drg": "GD29", "name": "阑尾切除", "adrg": "GD2", "severity": "none"},
            {"drg": "GJ19", "name": "其他手术", "adrg": "GJ1", "severity": "none"},
            {"drg": "GZ11", "name": "其他，MCC", "adrg": "GZ1", "severity": "mcc"},
            {"drg": "GZ13", "name": "其他，CC", "adrg": "GZ1", "severity": "mcc_or_cc"},
            {"drg": "GZ15", "name": "其他，无", "adrg": "GZ1", "severity": "none"},
            {"drg": "ZZ19", "name": "创伤", "adrg": "ZZ1", "severity": "none"},
        ],
        "cc": {"E87.600": 7},
        "mcc": {"J96.000": 8},
        "exclusion_table_of_principal": {"K35.800x001": 7, "K29.700": 8},
        "valid_procedures": ["47.0100", "51.2200"],
        "sets": {"g": ["K35.800x001", "K29.700"], "appendix": ["47.0100"]},
    }


@pytest.fixture
def tiny() -> SchemeDefinition:
    return parse_definition(tiny_data(), origin="tiny.json")


@pytest.fixture
def tiny_json() -> dict[str, Any]:
    return tiny_data()
