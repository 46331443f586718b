"""Pinyin initials of names, so that a doctor can type ``gxy`` for 高血压."""

from __future__ import annotations

from functools import cache

from coder.terms.keys import name_key


def pinyin_initials(name: str) -> str:
    """First letter of each syllable; Latin letters and digits stay as they are.

    >>> pinyin_initials("急性心梗"), pinyin_initials("2型糖尿病")
    ('jxxg', '2xtnb')
    """
    return "".join(_initial(char) for char in name_key(name))


@cache
def _initial(char: str) -> str:
    from pypinyin import Style, lazy_pinyin

    if char.isascii():
        return char
    found: list[str] = lazy_pinyin(char, style=Style.FIRST_LETTER, errors="ignore")
    return found[0][:1] if found else ""
