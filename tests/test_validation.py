"""Validation errors in words, without the values."""

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from coder.record import Record
from coder.validation import explain_error, explain_errors

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(ANY_JSON, ANY_JSON, ANY_JSON)
def test_whatever_is_wrong_with_a_record_is_said_in_one_line(patient: object, encounter: object, text: object) -> None:
    try:
        TypeAdapter(Record).validate_python({"text": text, "patient": patient, "encounter": encounter})
    except ValidationError as error:
        message = explain_errors(error.errors())
        assert message
        assert "\n" not in message


def test_an_expectation_without_words_of_its_own_has_general_ones() -> None:
    assert explain_error({"type": "something_new"}) == "取值无效"
    assert explain_error({"type": "less_than_equal"}) == "应不大于 …"
