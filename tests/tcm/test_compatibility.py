"""Syndromes that a disease admits, and plain contradictions."""

from __future__ import annotations

import pytest

from coder.errors import ArtefactError
from coder.tcm.compatibility import CompatibilityData, compatibility, disease_groups, group_of
from coder.tcm.elements import element_data, elements_of
from coder.tcm.systems import standard
from coder.text.datafile import parse_data
from eval.records import load_records


def test_every_disease_belongs_to_a_group() -> None:
    assert [entry.code for entry in standard("disease") if not entry.is_heading and group_of(entry.code) is None] == []


def test_every_prefix_is_a_code() -> None:
    assert [code for code in disease_groups() if code not in standard("disease")] == []


@pytest.mark.parametrize("record", [item for item in load_records("dev") if item.gold.tcm], ids=lambda item: item.id)
def test_the_pairs_of_records_are_compatible(record) -> None:  # type: ignore[no-untyped-def]
    tcm = record.gold.tcm
    assert compatibility(tcm.disease.code, tcm.syndrome.name).compatible


@pytest.mark.parametrize(
    ("disease", "syndrome", "reason"),
    [
        ("A01.01.01", "胞宫虚寒证", "感冒不涉及病位：胞宫"),
        ("A04.01.01", "风热犯肺证", "胸痹心痛与真心痛不涉及病位：肺"),
        ("A09.02.06", "暑湿困脾证", "月经与带下与病因不符：暑"),
        ("A04.05.01", "惊恐伤神证", "肾系病不涉及病因：情志"),
    ],
)
def test_contradictions(disease: str, syndrome: str, reason: str) -> None:
    verdict = compatibility(disease, syndrome)
    assert (verdict.compatible, verdict.reason) == (False, reason)


def test_a_syndrome_without_elements_fits_everywhere() -> None:
    assert elements_of("虚实夹杂证").causes == elements_of("虚实夹杂证").organs == frozenset()
    assert compatibility("A04.01.01", "虚实夹杂证").compatible


def test_an_insurance_code_is_judged_as_its_counterpart() -> None:
    assert not compatibility("BNX020", "肛门湿热证").compatible


def test_an_unknown_disease_admits_all() -> None:
    assert compatibility("BNV170", "肛门湿热证").compatible


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("groups: [{title: 甲, codes: [A01], organs: [翅], causes: every}]", "未定义的要素 翅"),
        (
            "groups: [{title: 甲, codes: [A01], organs: every, causes: every},"
            " {title: 乙, codes: [A01], organs: every, causes: every}]",
            "编码前缀 A01 出现两次",
        ),
    ],
)
def test_a_bad_table_is_refused(text: str, fault: str) -> None:
    with pytest.raises(ArtefactError, match=fault):
        parse_data(text, CompatibilityData, label="x")


def test_elements_are_read_from_names() -> None:
    assert elements_of("肝阳上亢证").organs == {"肝"}
    assert elements_of("痰热壅肺证").causes == {"痰", "热"}
    assert set(element_data().organs) > {"心", "肝", "脾", "肺", "肾"}
