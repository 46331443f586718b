"""DIP: catalogues built from history, written, read, and grouped by."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from coder.errors import InputError, TableError
from coder.group import Case, Status, load_scheme
from coder.group.dip import (
    DipCatalogue,
    DipEntry,
    DipGrouper,
    DipHistoryCase,
    build_catalogue,
    read_catalogue,
    write_catalogue,
)
from coder.group.dip.policy import default_policy, read_policy

SCHEME = load_scheme("chs-drg-1.1")
POLICY = default_policy().model_copy(update={"core_threshold": 3, "stratum_threshold": 2})
APPENDECTOMY = Case(principal="K35.800x001", procedures=("47.0100",), sex="male", age_years=30, los=5)
CONSERVATIVE = Case(principal="K35.800x001", sex="male", age_years=30, los=2)


def history() -> list[DipHistoryCase]:
    old = replace(APPENDECTOMY, age_years=70, others=("J96.000",))
    return [
        *[DipHistoryCase(APPENDECTOMY, 10_000.0)] * 2,
        *[DipHistoryCase(old, 20_000.0)] * 2,
        *[DipHistoryCase(CONSERVATIVE, 3_000.0)] * 3,
        DipHistoryCase(Case(principal="K36.x02", procedures=("47.0901",)), 9_000.0),
        DipHistoryCase(Case(principal="K36.x02"), 1_000.0),
        DipHistoryCase(Case(), 5_000.0),
        DipHistoryCase(APPENDECTOMY, 0.0),
    ]


@pytest.fixture
def catalogue() -> DipCatalogue:
    return build_catalogue(history(), name="某市-2024", policy=POLICY, severity_scheme=SCHEME)


def test_frequent_combinations_are_core_and_the_rest_gathers(catalogue: DipCatalogue) -> None:
    kinds = {entry.code: (entry.kind, entry.cases, entry.mean_cost) for entry in catalogue.entries}
    assert kinds == {
        "K35.8:47.0100": ("核心", 4, 15_000.0),
        "K35.8:保守治疗": ("核心", 3, 3_000.0),
        "K36:手术操作": ("综合", 1, 9_000.0),
        "K36:保守治疗": ("综合", 1, 1_000.0),
    }


def test_scores_stand_to_each_other_as_costs_and_average_to_the_base(catalogue: DipCatalogue) -> None:
    cases = sum(entry.cases or 0 for entry in catalogue.entries)
    assert sum(entry.score * (entry.cases or 0) for entry in catalogue.entries) / cases == pytest.approx(1000)


def test_auxiliary_lists_hold_strata_with_enough_cases(catalogue: DipCatalogue) -> None:
    entry = next(entry for entry in catalogue.entries if entry.code == "K35.8:47.0100")
    assert entry.factors["age"] == pytest.approx({"18–64岁": 2 / 3, "65–79岁": 4 / 3})
    assert entry.factors["severity"] == pytest.approx({"none": 2 / 3, "mcc": 4 / 3})
    assert "los" not in entry.factors


def test_a_written_catalogue_reads_back(catalogue: DipCatalogue, tmp_path: Path) -> None:
    path = tmp_path / "cat.csv"
    write_catalogue(path, catalogue)
    again = read_catalogue(path, name=catalogue.name)
    for one, other in zip(catalogue.entries, again.entries, strict=True):
        assert (one.code, one.kind, one.category, one.procedures) == (
            other.code,
            other.kind,
            other.category,
            other.procedures,
        )
        assert other.score == pytest.approx(one.score, abs=1e-3)
    assert again.mean_cost == pytest.approx(catalogue.mean_cost)


def grouper(catalogue: DipCatalogue) -> DipGrouper:
    return DipGrouper(catalogue, policy=POLICY, severity_scheme=SCHEME)


def test_core_first_then_comprehensive_then_nothing(catalogue: DipCatalogue) -> None:
    group = grouper(catalogue).group

    def code(case: Case) -> str | None:
        entry = group(case).entry
        return entry.code if entry else None

    assert code(APPENDECTOMY) == "K35.8:47.0100"
    assert code(replace(APPENDECTOMY, procedures=("51.2200", "47.0100"))) == "K35.8:47.0100"
    assert code(CONSERVATIVE) == "K35.8:保守治疗"
    assert code(Case(principal="K36.x01", procedures=("47.0901",))) == "K36:手术操作"
    assert code(replace(CONSERVATIVE, procedures=("99.9999",))) == "K35.8:保守治疗"
    result = group(Case(principal="I10.x05"))
    assert result.status is Status.UNGROUPED
    assert result.to_grouping().drg == "0000"
    assert group(Case()).status is Status.CHECK_FAILED


@pytest.mark.parametrize(
    ("cost", "deviation", "share"),
    [(1_499.0, "low", 1_499 / 3_000), (1_500.0, None, 1.0), (6_000.0, None, 1.0), (6_300.0, "high", 1.1)],
)
def test_costs_out_of_bounds_are_deviations(
    catalogue: DipCatalogue, cost: float, deviation: str | None, share: float
) -> None:
    ordinary = grouper(catalogue).group(CONSERVATIVE)
    result = grouper(catalogue).group(CONSERVATIVE, cost=cost)
    assert result.deviation == deviation
    assert ordinary.score is not None
    assert result.score == pytest.approx(ordinary.score * share, abs=1e-3)


def test_factors_of_the_auxiliary_lists_change_the_score(catalogue: DipCatalogue) -> None:
    plain = grouper(catalogue).group(replace(APPENDECTOMY, age_years=None))
    old = grouper(catalogue).group(replace(APPENDECTOMY, age_years=70))
    assert plain.score is not None
    assert old.score == pytest.approx(plain.score * 4 / 3, abs=1e-3)
    assert any("年龄特征：65–79岁" in step for step in old.trail)


def test_the_entry_that_asks_for_most_wins_and_alternatives_are_as_good() -> None:
    def entry(code: str, *procedures: frozenset[str]) -> DipEntry:
        return DipEntry(code=code, name=code, kind="核心", category="I21.0", procedures=procedures, score=1.0)

    stent, balloon, angiography = frozenset({"36.0600", "36.0700"}), frozenset({"36.0601"}), frozenset({"88.5500"})
    catalogue = DipCatalogue(
        name="t", entries=(entry("a", angiography), entry("b", stent, angiography), entry("c", balloon))
    )
    group = DipGrouper(catalogue).group
    case = Case(principal="I21.003", procedures=("88.5500", "36.0700"))
    assert group(case).entry == catalogue.entries[1]
    assert group(replace(case, procedures=("88.5500",))).entry == catalogue.entries[0]


def test_published_catalogue_with_a_bad_score_names_the_cell(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text("病种编码,主要诊断代码,操作编码,分值\n1,K35.8,47.0100,高\n", encoding="gb18030")
    with pytest.raises(TableError, match=r"p\.csv 第 2 行 列「分值」"):
        read_catalogue(path)


def test_history_without_usable_cases_is_refused() -> None:
    with pytest.raises(InputError, match="没有可用的病例"):
        build_catalogue([], name="x")


def test_a_wrong_policy_names_the_figure(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text("core_threshold: 0\n", encoding="utf-8")
    with pytest.raises(TableError, match=r"p\.yaml"):
        read_policy(path)
