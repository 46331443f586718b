import pytest

from coder.evidence.codeset import CodeSet
from coder.evidence.conditions import Condition, Measurement, conditions, conditions_named, conditions_of, covered_by
from coder.terms import load_system


def test_every_code_pattern_of_every_condition_hits_a_real_code() -> None:
    tables = (load_system("icd10-nhsa-2.0").codes, load_system("icd9cm3-nhsa-2.0").codes)
    for condition in conditions().values():
        for patterns, codes in (
            ((*condition.codes, *condition.covered_by), tables[0]),
            (condition.procedures, tables[1]),
        ):
            assert CodeSet.parse(patterns).first_unused(codes) is None, condition.id


def test_every_proposal_is_a_code_that_may_be_submitted() -> None:
    system = load_system("icd10-nhsa-2.0")
    for condition in conditions().values():
        if condition.proposal is not None:
            assert not system.concept(condition.proposal).is_gray, condition.id


@pytest.mark.parametrize(
    ("comparison", "below", "equal", "above"),
    [("<", True, False, False), ("<=", True, True, False), (">", False, False, True), (">=", False, True, True)],
)
def test_bounds(comparison: str, below: bool, equal: bool, above: bool) -> None:
    bound = Measurement.parse(f"potassium {comparison} 3.5")
    assert bound is not None
    assert [bound.holds(3.4), bound.holds(3.5), bound.holds(3.6)] == [below, equal, above]


def test_words_are_no_bounds_and_unknown_analytes_are_refused() -> None:
    assert Measurement.parse("血钾低") is None
    with pytest.raises(ValueError, match="unknown analyte"):
        Measurement.parse("kryptonite < 3")


def test_the_most_specific_condition_of_a_code_comes_first() -> None:
    assert [condition.id for condition in conditions_of("J18.903")] == ["severe_pneumonia", "pneumonia"]
    assert conditions_of("H25.100") == ()


def test_a_condition_is_covered_by_codes_that_include_it() -> None:
    assert "pneumonia" in covered_by("J44.000")
    assert "pneumonia" not in covered_by("J44.900")


def test_a_proposal_must_be_among_the_codes() -> None:
    with pytest.raises(ValueError, match="not among its codes"):
        Condition(id="x", name="x", codes=("I10",), proposal="E87.600", wanted=("y",))
    with pytest.raises(ValueError, match="neither codes nor procedures"):
        Condition(id="x", name="x", wanted=("y",))


def test_a_code_is_judged_only_by_conditions_that_its_name_says() -> None:
    assert [one.id for one in conditions_of("N10.x02")] == ["urinary_infection"]
    assert conditions_named("N10.x02", ("急性肾盂肾炎",)) == ()
    assert [one.id for one in conditions_named("J96.000", ("急性呼吸衰竭",))] == ["respiratory_failure"]
    assert [one.id for one in conditions_named("96.7201", ("呼吸机治疗",))] == ["ventilated_long"]


def test_a_change_is_the_greatest_value_over_the_least() -> None:
    rise = Measurement.parse("creatinine max/min >= 1.5")
    assert rise is not None
    assert rise.meeting((62.0, 80.0, 118.0)) == (62.0, 118.0)
    assert rise.meeting((80.0, 90.0)) == ()
    assert rise.meeting(()) == ()
