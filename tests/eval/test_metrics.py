"""The figures, on codings that are right and wrong in known ways."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.coding import Coding
from eval.metrics import RecordScore, Tally, match, percentile, score_record, summarise
from eval.records import GoldRecord

RIGHT = [("J18.900", "肺炎"), ("I10.x05", "高血压病3级")]
SCOPE = [("33.2200", "纤维支气管镜检查")]

Build = Callable[..., Coding]


@pytest.fixture
def score(gold: GoldRecord, coding_of: Build) -> Callable[..., RecordScore]:
    return lambda *codes: score_record(gold, coding_of(*codes), listed=gold.gold.diagnoses, milliseconds=5.0)


def test_a_perfect_coding_reaches_one_everywhere(score: Callable[..., RecordScore]) -> None:
    figures = summarise([score(RIGHT, SCOPE)])
    for name in ("principal_accuracy", "other_f1", "other_category_f1", "diagnosis_f1", "procedure_f1",
                 "main_procedure_accuracy", "listed_recall", "evidence_exact", "evidence_quoted"):  # fmt: skip
        assert figures[name] == 1.0, name
    assert figures["denied_records"] == 0.0
    assert figures["diagnoses_per_gold"] == 1.0
    assert figures["tcm_disease_accuracy"] is None
    assert figures["milliseconds_median"] == 5.0


def test_an_acceptable_code_is_right(score: Callable[..., RecordScore]) -> None:
    assert score([("J15.900", "肺炎")]).principal_right


def test_an_acceptable_code_beside_the_gold_code_scores_once(score: Callable[..., RecordScore]) -> None:
    scored = score([("J18.900", "肺炎"), ("J15.900", "肺炎")])
    assert scored.diagnoses == Tally(right=1, predicted=2, gold=2)
    assert scored.wrong == ("J15.900",)


def test_the_right_category_with_another_code_counts_at_category_level_only(score: Callable[..., RecordScore]) -> None:
    scored = score([("J18.000", "肺炎"), ("I10.x04", "高血压病3级")])
    assert (scored.principal_right, scored.principal_category_right) == (False, True)
    assert (scored.others.right, scored.other_categories.right) == (0, 1)
    assert scored.missed == ("J18.900", "I10.x05", "33.2200")


def test_the_principal_among_the_others_is_no_right_principal(score: Callable[..., RecordScore]) -> None:
    scored = score([("I10.x05", "高血压病3级"), ("J18.900", "肺炎")])
    assert not scored.principal_right
    assert scored.others.right == 0
    assert scored.diagnoses.right == 2


def test_a_code_of_a_denied_condition_is_told(score: Callable[..., RecordScore]) -> None:
    scored = score([*RIGHT, ("E14.900", "糖尿病")])
    assert scored.denied == ("E14.900",)
    assert summarise([scored, score(RIGHT)])["denied_records"] == 0.5


def test_evidence_that_is_not_the_text_is_told(gold: GoldRecord, coding_of: Build) -> None:
    coding = coding_of(RIGHT)
    first = coding.diagnoses[0]
    shifted = first.evidence[0].model_copy(update={"start": 0, "end": 2})
    broken = coding.model_copy(
        update={"diagnoses": (first.model_copy(update={"evidence": (shifted,)}), *coding.diagnoses[1:])}
    )
    assert summarise([score_record(gold, broken, listed=())])["evidence_exact"] == 0.5


def test_a_right_code_on_other_words_is_not_quoted(score: Callable[..., RecordScore]) -> None:
    assert score([("J18.900", "否认")]).quoted == Tally(right=0, predicted=1)


def test_no_prediction_at_all_is_no_division_by_zero(score: Callable[..., RecordScore]) -> None:
    figures = summarise([score([])])
    assert (figures["principal_accuracy"], figures["other_precision"], figures["other_f1"]) == (0.0, None, 0.0)
    assert summarise([])["principal_accuracy"] is None


CODES = st.lists(st.sampled_from("ABCDE"), max_size=5)


@given(CODES, st.lists(st.sets(st.sampled_from("ABCDE"), min_size=1, max_size=3), max_size=5))
def test_a_matching_is_one_to_one_and_true(predicted: list[str], gold: list[set[str]]) -> None:
    matched = match(predicted, gold)
    assert len(set(matched.values())) == len(matched)
    assert all(predicted[position] in gold[index] for position, index in matched.items())


@given(CODES)
def test_a_list_matches_itself_whole(codes: list[str]) -> None:
    assert len(match(codes, [{code} for code in codes])) == len(codes)


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.01, 1))
def test_a_percentile_is_a_value_that_the_fraction_does_not_exceed(values: list[float], fraction: float) -> None:
    ordered = sorted(values)
    found = percentile(ordered, fraction)
    assert found in ordered
    assert sum(value <= found for value in ordered) >= fraction * len(ordered) - 1e-9
