"""CSV columns to record fields."""

import pytest

from coder.batch.columns import ColumnAliases, map_header, record_fields
from coder.errors import InputError


def test_columns_are_known_by_several_names_whatever_case_and_spaces() -> None:
    header = [" TEXT ", "性 别", "A14", "新生儿出生体重", "总费用"]
    assert map_header(header, where="") == ("text", "patient.sex", "patient.age_years", "patient.birth_weight_g", None)


def test_a_header_without_text_or_with_a_field_twice_is_refused() -> None:
    with pytest.raises(InputError, match="没有病历文本列"):
        map_header(["编号", "性别"], where="文件 a.csv ")
    with pytest.raises(InputError, match="两列都表示 id"):
        map_header(["text", "病案号", "编号"], where="文件 a.csv ")


@pytest.mark.parametrize(("value", "sex"), [("男", "male"), ("1", "male"), ("F", "female"), ("女性", "female")])
def test_sex_is_known_by_word_and_by_number(value: str, sex: str) -> None:
    assert record_fields(("text", "patient.sex"), ("正文", value))["patient"] == {"sex": sex}


@pytest.mark.parametrize("value", ["0", "9", "未知", "-", "", " "])
def test_a_sex_that_is_not_known_is_left_out(value: str) -> None:
    assert record_fields(("text", "patient.sex"), ("正文", value)) == {"text": "正文"}


def test_an_unknown_sex_is_passed_on_for_validation_to_refuse() -> None:
    assert record_fields(("text", "patient.sex"), ("正文", "甲"))["patient"] == {"sex": "甲"}


@pytest.mark.parametrize("written", ["2025-03-04", "2025/3/4", "20250304", "2025年3月4日", "2025.3.4"])
def test_dates_of_spreadsheets_and_hospital_systems_become_iso(written: str) -> None:
    fields = record_fields(("text", "encounter.admitted_at"), ("正文", written))
    assert fields["encounter"] == {"admitted_at": "2025-03-04"}


@pytest.mark.parametrize("cell", [" ", "-", "—", "不详"])
def test_an_empty_cell_and_what_stands_for_one_mean_not_known(cell: str) -> None:
    assert record_fields(("text", "patient.age_years"), ("正文", cell)) == {"text": "正文"}


def test_one_name_for_two_fields_is_refused() -> None:
    aliases = ColumnAliases(columns={"id": ("编号",), "text": ("编 号",)}, sex={}, not_known=())
    with pytest.raises(ValueError, match="one name to two fields"):
        _ = aliases.field_of
