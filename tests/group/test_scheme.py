"""The engine as a coder sees it: groups, severity, named statuses, trails."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.errors import InputError
from coder.group import Case, Scheme, Status, load_scheme, scheme_names
from coder.group.compiled import definition_of
from coder.terms import load_crosswalk, load_system
from coder.terms.keys import code_key
from eval.group_agreement import compare, maker, rule_file
from eval.group_agreement_reference import PlainGrouper

SCHEME = load_scheme("chs-drg-1.1")
DIAGNOSES = SCHEME.compiled.diagnoses.codes
PROCEDURES = SCHEME.compiled.procedures.codes
MCC = [code for code in DIAGNOSES if SCHEME.severity_of(code) == "mcc"]
RANK = {"none": 0, "cc": 1, "mcc": 2}
APPENDICITIS = Case(principal="K35.800x001", procedures=("47.0100",), sex="male", age_years=30)

#: What no case can reach, and why.
UNREACHABLE = {
    "chs-drg-1.0": {"YR29": "both codes of YR2 are on the list of YC1, which in this edition asks for no procedure"},
    "chs-drg-1.1": {},
    "chs-drg-1.2draft": {},
}


def cases() -> st.SearchStrategy[Case]:
    """Complete cases of any codes."""
    return st.builds(
        lambda principal, others, procedures, sex, years, days, weight: Case(
            principal=principal,
            others=tuple(others),
            procedures=tuple(procedures),
            sex=sex,
            age_years=years,
            age_days=days if years == 0 else None,
            birth_weight_g=weight if years == 0 else None,
        ),
        st.sampled_from(DIAGNOSES),
        st.lists(st.sampled_from(DIAGNOSES), max_size=6),
        st.lists(st.sampled_from(PROCEDURES), max_size=3),
        st.sampled_from(["male", "female"]),
        st.integers(0, 99),
        st.integers(0, 364),
        st.integers(300, 5000),
    )


def test_trail_names_every_step() -> None:
    grouping = SCHEME.group(replace(APPENDICITIS, others=("J96.000",)))
    assert grouping.drg == "GD23"
    assert [step.split("（")[0] for step in grouping.trail] == [
        "符合MDCG",
        "符合GD2",
        "其他诊断J96.000是MCC",
        "入组GD23",
    ]


def test_without_trail_the_group_is_the_same() -> None:
    assert SCHEME.group(APPENDICITIS, trail=False) == SCHEME.group(APPENDICITIS).model_copy(update={"trail": ()})


def test_trail_names_the_codes_of_rules_that_ask_for_several_procedures() -> None:
    case = Case(principal="C50.900", procedures=("85.2200", "40.2300"), sex="female", age_years=50)
    assert "命中的手术操作：85.2200、40.2300" in SCHEME.group(case).trail


def test_severity_considers_exclusion_by_the_principal() -> None:
    assert SCHEME.severity_of("J15.900") == "cc"
    assert SCHEME.severity_of("J15.900", "J18.900") == "none"
    assert SCHEME.severity_of("J15.900", "K35.800x001") == "cc"
    assert SCHEME.severity_of("A41.900", "A41.900") == "none"
    assert SCHEME.severity_of("no such code") == "none"


def test_foreign_code_is_translated_and_said_so() -> None:
    grouping = SCHEME.group(Case(principal="I10.x00x032"))
    assert grouping.drg == "FV25"
    assert grouping.trail[0].startswith("诊断I10.x00x032是icd10-gl-2.0编码")


def test_foreign_procedure_beside_the_main_one_is_left_out_and_said_so() -> None:
    grouping = SCHEME.group(replace(APPENDICITIS, procedures=("47.0100", "99.zz")))
    assert grouping.drg == "GD25"
    assert any("99.zz" in step and "不参与分组" in step for step in grouping.trail)


def test_asterisk_half_that_the_table_lacks_falls_back_to_the_dagger_half() -> None:
    grouping = SCHEME.group(Case(principal="E11.900+G99.8*", sex="male", age_years=60))
    assert grouping.status == Status.GROUPED
    assert "按剑号部分E11.900处理" in grouping.trail[0]


def test_no_procedure_moves_up_into_an_empty_main_place() -> None:
    assert SCHEME.group(replace(APPENDICITIS, procedures=("", "47.0100"))).adrg == "GZ1"


@pytest.mark.parametrize(
    ("case", "status"),
    [
        (Case(), Status.CHECK_FAILED),
        (Case(principal=""), Status.CHECK_FAILED),
        (Case(principal="N40.x00"), Status.CHECK_FAILED),
        (Case(principal="？"), Status.DIAGNOSIS_INVALID),
        (Case(principal="\x00\x01%s{}"), Status.DIAGNOSIS_INVALID),
        (Case(principal="M80000/3"), Status.DIAGNOSIS_INVALID),
    ],
)
def test_bad_input_ends_in_a_named_status_and_a_named_group(case: Case, status: Status) -> None:
    grouping = SCHEME.group(case)
    assert grouping.status == status
    assert (grouping.mdc, grouping.adrg, grouping.drg) == ("0000", "00", "0000")
    assert grouping.trail


def test_a_code_of_another_system_without_counterpart_has_its_own_status() -> None:
    known = {code_key(code) for code in DIAGNOSES}
    maps = load_crosswalk(source="icd10-gl-2.0", target="icd10-nhsa-2.0")
    foreign = next(
        code
        for code in load_system("icd10-bj-601").codes
        if code_key(code) not in known and not maps.translate(code) and "+" not in code
    )
    assert SCHEME.group(Case(principal=foreign)).status == Status.DIAGNOSIS_NOT_TRANSLATABLE


def test_qy_is_a_switch_of_the_scheme() -> None:
    case = Case(principal="J18.900", procedures=("51.2200",), sex="male", age_years=50)
    assert SCHEME.group(case).drg == "ES35"
    grouping = SCHEME.with_options(ambiguous="main").group(case)
    assert (grouping.status, grouping.mdc, grouping.adrg, grouping.drg) == ("歧义病案", "E", "QY", "EQY")


def test_unknown_scheme_lists_those_there_are() -> None:
    with pytest.raises(InputError, match=r"chs-drg-1\.1"):
        load_scheme("chs-drg-9")


def test_schemes_are_the_three_shipped_ones() -> None:
    assert scheme_names() == ("chs-drg-1.0", "chs-drg-1.1", "chs-drg-1.2draft")


def test_only_the_draft_has_a_weight_table_that_fits() -> None:
    assert load_scheme("chs-drg-1.1").weight_table is None
    table = load_scheme("chs-drg-1.2draft").weight_table
    assert table is not None
    assert table.name == "not-stated-1.2draft"


@settings(max_examples=300, deadline=None)
@given(cases())
def test_every_case_ends_in_a_status_and_a_group(case: Case) -> None:
    result = SCHEME.run(case)
    assert result.mdc
    assert result.adrg
    assert result.drg
    assert result.trail
    assert (result.status is Status.GROUPED) == (result.drg in SCHEME.drgs)


@settings(max_examples=300, deadline=None)
@given(cases(), st.sampled_from(MCC))
def test_adding_an_mcc_that_is_not_excluded_never_lowers_severity(case: Case, code: str) -> None:
    before = SCHEME.run(case)
    after = SCHEME.run(replace(case, others=(*case.others, code)))
    if before.severity and after.severity and SCHEME.severity_of(code, case.principal) == "mcc":
        assert RANK[after.severity] >= RANK[before.severity]
        assert after.severity == "mcc"


@settings(max_examples=300, deadline=None)
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_other_diagnoses_never_changes_the_group(case: Case, order: object) -> None:
    others = list(case.others)
    order.shuffle(others)  # type: ignore[attr-defined]
    one, other = SCHEME.run(case, trail=False), SCHEME.run(replace(case, others=tuple(others)), trail=False)
    assert one == other


@settings(max_examples=200, deadline=None)
@given(cases())
def test_an_unknown_fact_never_gives_another_group_only_a_demand_for_it(case: Case) -> None:
    known = SCHEME.run(case, trail=False)
    for unknown in (replace(case, sex=None), replace(case, age_days=None), replace(case, birth_weight_g=None)):
        result = SCHEME.run(unknown, trail=False)
        assert result == known or result.status is Status.CHECK_FAILED or known.status is not Status.GROUPED


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=12), st.lists(st.text(max_size=8), max_size=3), st.lists(st.text(max_size=8), max_size=3))
def test_no_text_in_place_of_codes_raises(principal: str, others: list[str], procedures: list[str]) -> None:
    case = Case(principal=principal, others=tuple(others), procedures=tuple(procedures))
    assert SCHEME.run(case).drg


@pytest.mark.parametrize("name", scheme_names())
def test_engine_agrees_with_a_plain_reading_of_the_rules(name: str) -> None:
    scheme = load_scheme(name)
    outcomes, differences = compare(scheme, PlainGrouper(rule_file(definition_of(scheme.compiled))), count=600, seed=11)
    assert not differences
    assert outcomes["grouped"] > 400


@pytest.mark.slow
@pytest.mark.parametrize("name", scheme_names())
def test_every_drg_can_be_reached(name: str) -> None:
    scheme = load_scheme(name)
    made = maker(scheme, seed=2024)
    missed = {drg for drg in scheme.drgs if made.reaching(scheme, drg) is None}
    assert missed == UNREACHABLE[name].keys()


def test_a_scheme_is_shared_between_threads() -> None:
    scheme = Scheme(SCHEME.compiled)
    made = list(maker(scheme, seed=3).cases(400))
    wanted = [SCHEME.run(case) for case in made]
    answers: list[list[object]] = [[] for _ in range(4)]
    threads = [
        threading.Thread(target=lambda out: out.extend(scheme.run(case) for case in made), args=(answer,))
        for answer in answers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(answer == wanted for answer in answers)
