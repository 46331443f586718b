"""How long something lasted, by the dates and times that stand beside its beginning and its end.

>>> hours_between("9-19 15:10插管接呼吸机,9-20 10:00拔管。", begin=(11, 14), end=(15, 27))
18.83
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

_BEFORE = 400
"""So far before a beginning its date is looked for."""
_LONGEST = timedelta(days=120)
_LEAP = 2000
_YEAR = timedelta(days=366)
_MORNING = 9
"""The hour that 次日 means where no other is said."""

# Numbers with one of these after them are no date: 3-5天, 1/2量, 4.0x30mm.
_NO_DATE = r"(?!\d|\s*(?:天|周|月|年|次|级|分|枚|个|小时|h|cm|mm|ml|m?g|u|%|/|岁|万|人|肋|区|组|[a-z×*^]))"
_DATE = (
    r"(?:(?P<year>(?:19|20)\d\d) *[-./年] *)?(?<![\d.])(?P<month>1[0-2]|0?[1-9])"
    r"(?: *(?:[-/月]|(?<=[-./]\d)\.|(?<=[-./]\d\d)\.) *|(?<=[\n,。;(于至到 ]\d\d)\.|(?<=[\n,。;(于至到 ]\d)\.)"
    rf"(?P<day>3[01]|[12]\d|0?[1-9])日?{_NO_DATE}"
)
_TIME = r"(?:[ ,]*(?P<hour>[01]?\d|2[0-4])(?::|时|点)(?P<minute>[0-5]\d)?)?"
_STAY = (
    r"(?<![a-z])(?P<count>pod|d|第|术后第?|入院后?第?|生后第?)(?P<number>\d{1,3})"
    r"(?:天|日|(?=[-~至到,。; 拔脱撤停插上起予行]))"
)
# Ranges of scores and settings are no dates: apgar 6-8-9, peep 8-10.
_SCALE = (
    r"(?:apgar|gcs|rass|peep|fio2|评分|血糖|压力|维持在?)[^,。;\n\d]{0,6}\d{1,3}(?:[-~]\d{1,3})+(?!日|月| *\d{1,2}:)"
)
_STAMP = re.compile(rf"{_SCALE}|{_DATE}{_TIME}|{_STAY}|(?P<next>次日|翌日|第2天)(?!复查)")
_RANGE = re.compile(r" *(?:至|到|~|-|—)")


@dataclass(frozen=True, slots=True)
class _Stamp:
    start: int
    end: int
    scale: str
    """What it counts: ``date``, or the day of a stay or of an operation by its own word."""
    at: datetime
    dated: bool
    """Whether the year stands with it."""


def hours_between(text: str, begin: tuple[int, int], end: tuple[int, int]) -> float | None:
    """Hours between what stands at ``begin`` and at ``end``; ``None`` where the text does not tell both.

    The date of the end is the last one in what ends; the date of the beginning is one directly after its words, where
    a range follows (呼吸机辅助07-14至07-27), or else the last one before them.
    """
    stamps = list(_stamps(text, max(0, begin[0] - _BEFORE), end[1]))
    last = next((one for one in reversed(stamps) if one.start >= end[0]), None)
    if last is None:
        return None
    first = next((one for one in stamps if begin[1] <= one.start <= begin[1] + 4 and _RANGE.match(text, one.end)), None)
    first = first or next((one for one in reversed(stamps) if one.end <= begin[1] and one.scale == last.scale), None)
    if first is None or first.scale != last.scale or first is last:
        return None
    begun, over = first.at, last.at
    if first.scale == "date" and not (first.dated and last.dated):
        begun, over = begun.replace(year=_LEAP), over.replace(year=_LEAP)
        over += _YEAR if over < begun else timedelta()
    lasted = over - begun
    return round(lasted / timedelta(hours=1), 2) if timedelta() <= lasted <= _LONGEST else None


def _stamps(text: str, start: int, end: int) -> Iterator[_Stamp]:
    known: _Stamp | None = None
    for match in _STAMP.finditer(text, start, end):
        stamp = _read(match, known)
        if stamp is not None:
            known = stamp
            yield stamp


def _read(match: re.Match[str], known: _Stamp | None) -> _Stamp | None:
    start, end = match.span()
    if not match.lastgroup:
        return None
    if match["next"]:
        if known is None:
            return None
        at = known.at.replace(hour=_MORNING, minute=0) + timedelta(days=1)
        return _Stamp(start, end, known.scale, at, known.dated)
    if match["count"]:
        at = datetime(_LEAP, 1, 1) + timedelta(days=int(match["number"]))
        return _Stamp(start, end, match["count"], at, dated=False)
    try:
        at = datetime(int(match["year"] or _LEAP), int(match["month"]), int(match["day"]))
    except ValueError:
        return None
    at += timedelta(hours=int(match["hour"] or 0), minutes=int(match["minute"] or 0))
    return _Stamp(start, end, "date", at, dated=bool(match["year"]))
