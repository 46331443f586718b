"""Records from files: what is accepted, and that everything else is refused in one line."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.errors import InputError
from coder.record_io import MAX_RECORD_BYTES, check_text, decode, load_record, read_record

TEXT = "主诉：转移性右下腹痛1天。\n出院诊断：急性化脓性阑尾炎"


def write(tmp_path: Path, name: str, content: bytes | str | dict[str, object]) -> Path:
    path = tmp_path / name
    if isinstance(content, dict):
        content = json.dumps(content, ensure_ascii=False)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("codec", "encoding"), [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("gb18030", "GB18030"), ("gbk", "GB18030")]
)
def test_a_text_file_is_read_in_either_encoding_and_says_which(tmp_path: Path, codec: str, encoding: str) -> None:
    loaded = load_record(write(tmp_path, "record.txt", TEXT.encode(codec)))
    assert (loaded.record.text, loaded.encoding) == (TEXT, encoding)


def test_line_endings_are_kept_so_that_offsets_fit_the_file(tmp_path: Path) -> None:
    assert read_record(write(tmp_path, "record.txt", b"a\r\nb\r\n")).text == "a\r\nb\r\n"


def test_a_json_file_gives_patient_and_encounter(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "record.json",
        {"id": "r1", "text": TEXT, "patient": {"sex": "male", "age_years": 30}, "encounter": {"department": "普外科"}},
    )
    record = read_record(path)
    assert record.id == "r1"
    assert (record.patient.sex, record.patient.age_years) == ("male", 30)
    assert record.encounter.department == "普外科"


def test_fields_that_no_stage_uses_are_reported(tmp_path: Path) -> None:
    loaded = load_record(write(tmp_path, "record.json", {"text": TEXT, "gold": {}, "note": ""}))
    assert loaded.unused_fields == ("gold", "note")


BAD_FILES = {
    "empty.txt": (b"", "文本为空"),
    "blank.txt": (" \n\t\u3000".encode(), "文本为空"),
    "large.txt": (b"x" * 10_000_000, "2 MB 的上限"),
    "binary.txt": (bytes(range(256)) * 4, "编码"),
    "nul.txt": (b"abc\x00def", "控制字符"),
    "scan.txt": (b"%PDF-1.7 ...", "PDF"),
    "word.txt": (b"PK\x03\x04rest", "Office"),
    "utf16.txt": (TEXT.encode("utf-16"), "UTF-16"),
    "big5.txt": ("病人主訴胸痛，伴有發熱。既往高血壓，糖尿病。".encode("big5"), "Big5"),
    "unknown.txt": (b"\xff\xff\xff\xff", "GB18030"),
    "broken.json": (b'{"text": "abc"', "第 1 行第 15 列"),
    "list.json": (b'["abc"]', "不是 JSON 对象"),
    "deep.json": (b"[" * 200_000, "嵌套过深"),
    "empty.json": (b"", "为空"),
    "no-text.json": (b'{"patient": {"sex": "male"}}', "缺少 text"),
    "null-text.json": (b'{"text": null}', "缺少 text"),
    "number-text.json": (b'{"text": 42}', "不是字符串"),
    "blank-text.json": (b'{"text": "  "}', "文本为空"),
    "surrogate.json": (b'{"text": "abc\\ud800"}', "Unicode"),
    "sex.json": (b'{"text": "abc", "patient": {"sex": "M"}}', "patient.sex"),
    "age.json": (b'{"text": "abc", "patient": {"age_years": -1}}', "patient.age_years"),
    "typo.json": (b'{"text": "abc", "patient": {"gender": "male"}}', "patient.gender"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_input_is_refused_in_one_line_that_says_why(tmp_path: Path, name: str) -> None:
    content, words = BAD_FILES[name]
    with pytest.raises(InputError, match=words) as caught:
        read_record(write(tmp_path, name, content))
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_directory_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="找不到文件"):
        read_record(tmp_path / "absent.txt")
    with pytest.raises(InputError, match="是目录"):
        read_record(tmp_path)


def test_the_limit_counts_bytes_of_utf8() -> None:
    assert check_text("a" * MAX_RECORD_BYTES)
    with pytest.raises(InputError):
        check_text("痛" * (MAX_RECORD_BYTES // 3 + 1))


@given(st.binary(max_size=64))
def test_any_bytes_are_decoded_or_refused_and_never_echoed(data: bytes) -> None:
    try:
        decoded = decode(data)
    except InputError as error:
        message = str(error)
        assert "\n" not in message
    else:
        assert decoded.encoding in ("UTF-8", "GB18030")


@given(st.text(alphabet=st.characters(codec="gb18030", exclude_categories=("Cc", "Cs", "Co")), min_size=1))
def test_gb18030_text_round_trips(text: str) -> None:
    decoded = decode(("中文病历" + text).encode("gb18030"))
    assert decoded.encoding == "UTF-8" or decoded.text == "中文病历" + text
