"""Batch input: every row is read or carries the reason why not."""

import json
from pathlib import Path

import pytest

from coder.batch import formats
from coder.batch.formats import BatchRow, open_rows
from coder.errors import InputError


def rows_of(tmp_path: Path, name: str, content: bytes | str) -> list[BatchRow]:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with open_rows(path) as source:
        return list(source.rows)


def texts(rows: list[BatchRow]) -> list[str | None]:
    return [None if row.record is None else row.record.text for row in rows]


def test_json_lines_give_records_in_order(tmp_path: Path) -> None:
    lines = [{"id": "a", "text": "肺炎"}, {"id": 7, "text": "胃炎", "patient": {"sex": "female"}, "note": "x"}]
    rows = rows_of(tmp_path, "in.jsonl", "\n\n".join(json.dumps(line, ensure_ascii=False) for line in lines))
    assert [(row.number, row.record_id) for row in rows] == [(1, "a"), (2, "7")]
    assert texts(rows) == ["肺炎", "胃炎"]


def test_each_line_may_be_utf8_or_gb18030(tmp_path: Path) -> None:
    line = '{"text": "肺炎"}\n'
    rows = rows_of(tmp_path, "in.jsonl", b"\xef\xbb\xbf" + line.encode() + line.encode("gb18030"))
    assert texts(rows) == ["肺炎", "肺炎"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"{", "不是合法的 JSON"),
        (b"[]", "不是 JSON 对象"),
        (b"\xff\xff", "GB18030"),
        (b'{"id": "a"}', "缺少 text"),
        (b'{"text": ""}', "文本为空"),
        (b'{"text": "a", "patient": {"sex": "x"}}', "patient.sex"),
        (b'{"text": "a\\ud800"}', "Unicode"),
    ],
)
def test_a_bad_line_is_a_row_with_a_reason_and_the_next_goes_on(tmp_path: Path, line: bytes, words: str) -> None:
    bad, good = rows_of(tmp_path, "in.jsonl", line + b'\n{"text": "ok"}\n')
    assert bad.record is None
    assert bad.reason is not None
    assert words in bad.reason
    assert good.record is not None


def test_a_line_that_is_too_long_is_one_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "_MAX_LINE_BYTES", 40)
    rows = rows_of(tmp_path, "in.jsonl", b'{"text": "' + b"a" * 500 + b'"}\n{"text": "ok"}')
    assert texts(rows) == [None, "ok"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_either_encoding_with_line_breaks_in_cells(tmp_path: Path, encoding: str) -> None:
    content = '"病案号","病历","性别","年龄"\r\n1,"主诉：咳嗽\n诊断：肺炎",男,30\r\n\r\n2,胃炎,女,\r\n'
    rows = rows_of(tmp_path, "in.csv", content.encode(encoding))
    assert texts(rows) == ["主诉：咳嗽\n诊断：肺炎", "胃炎"]
    assert [row.record_id for row in rows] == ["1", "2"]
    assert rows[0].record is not None
    assert rows[0].record.patient.age_years == 30


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("1", "列"),
        ("1,肺炎,多余", "列"),
        ("1,", "文本为空"),
        (",", "文本为空"),
        ('1,"肺炎"x', "不是合法的 CSV"),
    ],
)
def test_a_bad_csv_line_is_a_row_with_a_reason(tmp_path: Path, line: str, words: str) -> None:
    bad, good = rows_of(tmp_path, "in.csv", f"id,text\n{line}\n2,胃炎\n")
    assert bad.reason is not None
    assert words in bad.reason
    assert good.record is not None


def test_undecodable_bytes_refuse_their_row_only(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, "in.csv", "id,text\n1,肺炎\n2,".encode() + b"\xff\xff" + "\n3,胃炎\n".encode())
    assert texts(rows) == ["肺炎", None, "胃炎"]


def test_an_unclosed_quote_does_not_lose_what_came_before(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, "in.csv", 'id,text\n1,肺炎\n2,"未闭合\n3,胃炎\n')
    assert [row.number for row in rows] == [1, 2]
    assert rows[1].reason is not None


def test_a_csv_line_that_is_too_long_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "_MAX_LINE_BYTES", 40)
    rows = rows_of(tmp_path, "in.csv", "id,text\n1," + "a" * 500 + "\n2,ok\n")
    assert texts(rows) == [None, "ok"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [("in.xlsx", b"", "格式"), ("in.csv", b"", "是空的"), ("in.csv", b"a,b\n1,2\n", "没有病历文本列")],
)
def test_a_file_that_is_no_batch_is_refused(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        rows_of(tmp_path, name, content)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="找不到文件"), open_rows(tmp_path / "absent.jsonl"):
        pass
