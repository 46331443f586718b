"""Mends what hands and scanners do to codes and names, and counts each mend."""

from __future__ import annotations

import re
import unicodedata

from coder.terms.build.report import BuildReport
from coder.terms.keys import code_key

_LETTER_FOR_DIGIT = str.maketrans({"O": "0", "I": "1", "L": "1"})
_DIGIT_PLACES = re.compile(r"^([A-Z]?)([0-9OIL]{2})(.*)$")
_AFTER_POINT = re.compile(r"\.[0-9OIL]{1,3}")
_PLACEHOLDERS = {"", "NAN", "NULL", "NONE", "-", "/", "无"}
_SHAPE = re.compile(r"[A-Z]{0,4}[0-9][A-Za-z0-9.+*/-]*|[A-Z]{3}[A-Z0-9]{0,4}")
_ZERO_IN_NAME = re.compile(r"(?<![0-9.])0[1-9](?=群|型|血)|[A-Z]0(?=型|群)")


def clean_code(code: str, report: BuildReport) -> str:
    """A code in the form of the tables, each kind of correction counted.

    >>> report = BuildReport("demo")
    >>> clean_code("I1O.x00×032", report), dict(report.counts)
    ('I10.x00x032', {'code_times_sign': 1, 'code_letter_for_digit': 1})
    """
    mended = code_key(code)
    if mended != code:
        report.note("code_times_sign" if "×" in code or "X" in code[1:] else "code_width", code)
    digits = _digits(mended)
    if digits != mended:
        report.note("code_letter_for_digit", code)
    return digits


def is_placeholder(code: str) -> bool:
    """Whether a cell says in one of the usual ways that there is no code."""
    return code_key(code) in _PLACEHOLDERS


def is_code(code: str) -> bool:
    """Whether a cleaned text has the shape of a code of any of the systems.

    >>> is_code("I10.x00x032"), is_code("81.5100"), is_code("ZBMRG0"), is_code("高血压")
    (True, True, True, False)
    """
    return _SHAPE.fullmatch(code) is not None


def _digits(code: str) -> str:
    parts = re.split(r"(\+)", code)
    return "".join(_digits_of_half(part) for part in parts)


def _digits_of_half(part: str) -> str:
    found = _DIGIT_PLACES.match(part)
    if found is None:
        return part
    letter, two, rest = found.groups()
    rest = _AFTER_POINT.sub(lambda match: match.group(0).translate(_LETTER_FOR_DIGIT), rest, count=1)
    return letter + two.translate(_LETTER_FOR_DIGIT) + rest


def clean_name(name: str, report: BuildReport) -> str:
    """A name as published, blanks mended; what looks like a slip is counted, not changed.

    Names are official wording and other software matches them to the letter, so width and 0/O are left alone here and
    made equal by the search keys.
    """
    mended = " ".join(name.split())
    if mended != name:
        report.note("name_blank", name.strip())
    if any(unicodedata.east_asian_width(char) == "F" and char.isalnum() for char in mended):
        report.note("name_full_width", mended)
    if _ZERO_IN_NAME.search(mended):
        report.note("name_zero_for_letter", mended)
    return mended
