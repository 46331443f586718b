"""Values of form fields however they are sent: a number with or without its unit, a date in any form, a choice."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import Final

_NUMBER: Final = re.compile(
    r"[¥￥]?\s*(-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?)\s*"
    r"(元|天|日|次|岁|周岁|小时|h|分钟|分|min|ml|毫升|g|克|kg|千克|公斤)?",
    re.IGNORECASE,
)
_THOUSANDS: Final = frozenset({"kg", "千克", "公斤"})
_MOMENT: Final = re.compile(
    r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?[\sT]*(?:(\d{1,2})\s*[:时点]\s*(?:(\d{1,2})[\d:.分秒]*)?)?[Z+\d:]*"
)
_COMPACT: Final = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:(\d\d)(\d\d)\d{0,2})?")
_LABELLED: Final = re.compile(r"(\d)\s*[.、:\-]?\s*([^\d\s.].*)")
_NOTHING: Final = re.compile(r"[-—–/\\\s]*")


def is_blank(value: object) -> bool:
    """Whether a field is empty, or holds only the dash that stands for nothing.

    >>> is_blank(" — "), is_blank(0)
    (True, False)
    """
    return value is None or (isinstance(value, str) and _NOTHING.fullmatch(value) is not None)


def number_of(value: object) -> float | None:
    """The number of a field; kilograms become grams.

    >>> number_of("3,020 g"), number_of("3.02kg"), number_of("Ⅱ/甲")
    (3020.0, 3020.0, None)
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    return _number_in(str(value))


@lru_cache(maxsize=4096)
def _number_in(text: str) -> float | None:
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        return None
    number = float(match[1].replace(",", ""))
    return round(number * 1000, 6) if (match[2] or "").lower() in _THOUSANDS else number


def moment_of(value: object) -> tuple[datetime, bool] | None:
    """The point in time of a field, and whether it gives the time of day.

    >>> moment_of("2024年3月2日")
    (datetime.datetime(2024, 3, 2, 0, 0), False)
    >>> moment_of("2024-03-02T10:30:00")
    (datetime.datetime(2024, 3, 2, 10, 30), True)
    """
    return _moment_in(str(value))


@lru_cache(maxsize=4096)
def _moment_in(text: str) -> tuple[datetime, bool] | None:
    text = text.strip()
    match = _MOMENT.fullmatch(text) or _COMPACT.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute = match.groups()
    try:
        return datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0)), hour is not None
    except ValueError:
        return None


def comparable(left: object, right: object) -> tuple[float, float] | None:
    """Two values as numbers that compare: points in time (by the day where one gives no time of day), or numbers.

    >>> comparable("2024-01-02", "2024-01-02 10:00")
    (738887.0, 738887.0)
    """
    moments = moment_of(left), moment_of(right)
    if moments[0] is not None and moments[1] is not None:
        (first, first_timed), (second, second_timed) = moments[0], moments[1]
        if first_timed and second_timed:
            start = datetime(1900, 1, 1)
            return (first - start).total_seconds(), (second - start).total_seconds()
        return float(first.toordinal()), float(second.toordinal())
    numbers = number_of(left), number_of(right)
    return None if numbers[0] is None or numbers[1] is None else (numbers[0], numbers[1])


def choices_of(value: object) -> frozenset[str]:
    """What a choice may be written as: its text, and apart from each other the digit and the words of 2.医嘱转院.

    >>> sorted(choices_of("2.医嘱转院"))
    ['2', '2.医嘱转院', '医嘱转院']
    >>> sorted(choices_of(2.0))
    ['2']
    """
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
    match = _LABELLED.fullmatch(text)
    return frozenset({text, *match.groups()}) if match else frozenset({text})
