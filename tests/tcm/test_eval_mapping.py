"""The second reading of TCM disease → ICD-10, and the encoder's proposals."""

from __future__ import annotations

import pytest

from coder.tcm.mapping import western_table
from coder.tcm.systems import standard
from coder.terms import load_system
from eval.tcm_encoder import proposals
from eval.tcm_mapping import SecondReading, agreement, main, second_readings


def common() -> list[SecondReading]:
    return [one for one in second_readings() if one.tier == "common"]


def test_three_hundred_common_diseases_were_read_twice() -> None:
    assert len(common()) == 300
    assert len({one.tcm_code for one in second_readings()}) == len(second_readings())
    assert all(western_table()[one.tcm_code][0].reviewed for one in common())


def test_what_the_second_reader_accepts_exists() -> None:
    categories = {code[:3] for code in load_system("icd10-nhsa-2.0").codes}
    for one in second_readings():
        assert standard("disease").concept(one.tcm_code).name == one.tcm_name
        assert 1 <= len(one.accepted) <= 4
        assert set(one.accepted) <= categories


def test_the_verdict_says_what_happened() -> None:
    for one in second_readings():
        agreed = one.accepts(one.first_at_review)
        assert agreed is (one.verdict in ("agreed", "refined")), one.tcm_name
        assert (one.first_now == one.first_at_review) is (one.verdict in ("agreed", "kept")), one.tcm_name
        assert bool(one.note) is (one.verdict != "agreed"), one.tcm_name
        assert one.accepts(one.first_now) or one.verdict == "kept", one.tcm_name


def test_first_candidates_are_acceptable() -> None:
    right, total = agreement(common(), lambda one: one.first_at_review)
    assert right / total >= 0.9
    now, _ = agreement(common(), lambda one: one.first_now)
    assert now >= right
    assert agreement(common(), lambda one: one.first_now, kept=True) == (total, total)


def test_disagreements_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    main()
    printed = capsys.readouterr().out
    assert "独立比较，修改前" in printed
    assert "A07.06.01.01 行痹：I00.x01 → M79.000" in printed


@pytest.mark.slow
def test_the_encoder_proposes_and_a_coder_takes() -> None:
    found = list(proposals([standard("disease").concept("A04.03.21")], threshold=0.0))
    assert [item.words for item in found][:1] == ["胃石病"]
    assert all(0.0 <= item.probability <= 1.0 for item in found)
