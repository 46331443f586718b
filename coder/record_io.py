"""Records from files: ``.txt`` and ``.json``, UTF-8 first and GB18030 second, bad input refused in one line.

Nothing is guessed and nothing is repaired silently: a file that cannot be read as it is raises
:class:`~coder.errors.InputError` with what is wrong and what to do. Messages never carry text of the record.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from coder.errors import InputError
from coder.record import Record
from coder.validation import explain_errors

MAX_RECORD_BYTES = 2_000_000
"""The largest record in bytes of UTF-8: about 650,000 Chinese characters, far more than a whole stay's documents."""

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_PRIVATE_USE = re.compile("[\ue000-\uf8ff]")
# GB18030 gives a meaning to almost every byte pair: text of another encoding shows as private-use characters.
_MAX_PRIVATE_USE_SHARE = 0.01
_SIGNATURES = (
    (b"%PDF", "PDF 文件"),
    (b"PK\x03\x04", "Office 文档或压缩包"),
    (b"\xd0\xcf\x11\xe0", "旧版 Office 文档"),
    (b"\x1f\x8b", "压缩包"),
    (b"{\\rtf", "RTF 文档"),
    (b"\xff\xfe", "UTF-16 编码的文件"),
    (b"\xfe\xff", "UTF-16 编码的文件"),
)


@dataclass(frozen=True, slots=True)
class DecodedText:
    """Text with the encoding that it was found in: ``UTF-8`` or ``GB18030``."""

    text: str
    encoding: str


@dataclass(frozen=True, slots=True)
class RecordFile:
    """A record with how it was read: its encoding, and the JSON fields that no stage uses."""

    record: Record
    encoding: str
    unused_fields: tuple[str, ...] = ()


def decode(data: bytes, *, where: str = "输入") -> DecodedText:
    """Decode bytes as UTF-8 (with or without a mark), else as GB18030.

    >>> decode("主诉：胸痛".encode("gb18030"))
    DecodedText(text='主诉：胸痛', encoding='GB18030')

    Raises:
        InputError: the bytes are not text in either encoding.
    """
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            raise InputError(f"{where}是{kind}，不是纯文本：请另存为 UTF-8 编码的 .txt 或 .json 再试")
    try:
        return DecodedText(data.decode("utf-8-sig"), "UTF-8")
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{where}既不是 UTF-8 也不是 GB18030 编码（第 {error.start} 字节起无法解码）：请另存为 UTF-8 再试"
        ) from None
    if not _CONTROL.search(text) and len(_PRIVATE_USE.findall(text)) > _MAX_PRIVATE_USE_SHARE * len(text):
        raise InputError(f"{where}既不是 UTF-8 也不像 GB18030 编码（可能是 Big5 等其他编码）：请另存为 UTF-8 再试")
    return DecodedText(text, "GB18030")


def check_text(text: str, *, where: str = "病历") -> str:
    """The text itself when it can be coded.

    Raises:
        InputError: the text is empty or blank, too long, binary, or not valid Unicode.
    """
    if not text.strip():
        raise InputError(f"{where}文本为空：请提供至少一个非空白字符的病历文本")
    if len(text) > MAX_RECORD_BYTES:
        raise _too_large(where)
    try:
        size = len(text.encode("utf-8"))
    except UnicodeEncodeError as error:
        problem = f"{where}第 {error.start} 个字符不是有效的 Unicode（孤立代理项）"
        raise InputError(f"{problem}：请修正导出程序后再试") from None
    if size > MAX_RECORD_BYTES:
        raise _too_large(where)
    if control := _CONTROL.search(text):
        raise InputError(f"{where}含控制字符（第 {control.start()} 个字符），像是二进制内容：请提供纯文本病历")
    return text


def build_record(fields: Mapping[str, Any], *, where: str = "病历") -> Record:
    """A record from JSON fields, its text checked.

    >>> build_record({"text": "出院诊断：急性阑尾炎", "patient": {"sex": "male"}}).patient.sex
    'male'

    Raises:
        InputError: no text, text that cannot be coded, or a field with a wrong value; the message names the field.
    """
    text = fields.get("text")
    if text is None:
        raise InputError(f'{where}缺少 text 字段：请写成 {{"text": "病历全文", "patient": {{…}}}} 的形式')
    if not isinstance(text, str):
        raise InputError(f"{where}的 text 字段不是字符串：请把病历全文放进 text")
    check_text(text, where=where)
    try:
        return Record.model_validate(fields)
    except ValidationError as error:
        raise InputError(f"{where}字段有误：{explain_errors(error.errors(include_url=False))}") from None


def parse_json_object(text: str, *, where: str = "输入") -> dict[str, Any]:
    """A JSON object from text.

    Raises:
        InputError: the text is not JSON, or not an object.
    """
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        place = f"第 {error.lineno} 行第 {error.colno} 列"
        raise InputError(f"{where}不是合法的 JSON（{place}）：请检查引号、逗号和括号") from None
    except (ValueError, RecursionError):
        raise InputError(f"{where}不是可用的 JSON（数字过长或嵌套过深）：请检查导出程序") from None
    if not isinstance(value, dict):
        raise InputError(f'{where}不是 JSON 对象：请写成 {{"text": "病历全文"}} 的形式')
    return value


def load_record(path: Path | str) -> RecordFile:
    """Read a record from a ``.txt`` or ``.json`` file, ``-`` for standard input.

    A ``.json`` file, or standard input that starts with ``{``, holds the fields of :class:`~coder.record.Record`;
    fields that a record does not have are left out and reported. Any other file is taken as the text itself.

    Raises:
        InputError: the file is missing, too large, binary, in another encoding, or not a record.
    """
    data, where = _read_bytes(path)
    decoded = decode(data, where=where)
    if Path(path).suffix.lower() != ".json" and not (str(path) == "-" and decoded.text.lstrip().startswith("{")):
        record = Record(text=check_text(decoded.text, where=where))
        return RecordFile(record, decoded.encoding)
    if not decoded.text.strip():
        raise InputError(f"{where}为空：请提供病历")
    fields = parse_json_object(decoded.text, where=where)
    known = {name: value for name, value in fields.items() if name in Record.model_fields}
    record = build_record(known, where=where)
    return RecordFile(record, decoded.encoding, tuple(name for name in fields if name not in known))


def read_record(path: Path | str) -> Record:
    """The record in a file; :func:`load_record` also tells how it was read.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "record.txt"
    >>> _ = path.write_text("主诉：转移性右下腹痛1天", encoding="gb18030")
    >>> read_record(path).text
    '主诉：转移性右下腹痛1天'

    Raises:
        InputError: as :func:`load_record`.
    """
    return load_record(path).record


def _read_bytes(path: Path | str) -> tuple[bytes, str]:
    """At most one byte more than a record may have, and the name of the source for messages."""
    if str(path) == "-":
        where = "标准输入"
        data = sys.stdin.buffer.read(MAX_RECORD_BYTES + 1)
    else:
        where = f"文件 {Path(path).name} "
        try:
            with Path(path).open("rb") as stream:
                data = stream.read(MAX_RECORD_BYTES + 1)
        except FileNotFoundError:
            raise InputError(f"找不到文件 {path}：请检查路径") from None
        except IsADirectoryError:
            raise InputError(f"{path} 是目录：请给出一个 .txt 或 .json 文件") from None
        except (OSError, ValueError) as error:
            raise InputError(f"无法读取 {path}（{type(error).__name__}）：请检查权限和路径") from None
    if len(data) > MAX_RECORD_BYTES:
        raise _too_large(where)
    return data, where


def _too_large(where: str) -> InputError:
    limit = MAX_RECORD_BYTES // 1_000_000
    return InputError(f"{where}超过 {limit} MB 的上限：请确认只含一份病历，多份病历请用 coder batch")
