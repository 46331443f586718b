"""Laboratory values and vital signs in running text.

>>> reader = LabReader.load()
>>> [(lab.analyte, lab.value, lab.flag) for lab in reader.read("血钾 2.8 mmol/l, wbc 13.6x10^9/l", Patient())]
[('potassium', 2.8, 'low'), ('leucocytes', 13.6, 'high')]

The text is normalised text (:func:`coder.text.normalise`); offsets count in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from ahocorasick_rs import AhoCorasick, MatchKind

from coder.evidence.analytes import Analyte, Pair, analyte_data, analytes
from coder.record import Patient
from coder.text.normalise import normalise_term

Flag = Literal["low", "normal", "high"]

_NUMBER = r"(\d{1,6}(?:\.\d+)?)"
_LATIN = re.compile(r"[a-z0-9]")
_GOAL_WINDOW = 6
_WHOLE = 2
# 白蛋白10g, 白蛋白20g/d are given and PLT,11个月 is a time, neither is measured. The unit of the quantity itself has
# been read by then.
_NO_DOSE = (
    r"(?!\d|\.\d|\s*(?:g|mg|ug|ml|u|iu|支|瓶|片|包|袋|粒|枚)(?![a-wyz%^]|/(?!d(?!l)|日|天|次))"
    r"|\s*(?:个|天|岁|年|周|小时|月|次(?![日晨])))"
)
# K 5.1→(补液后4h)2.9, Hb 98→术后1d 71: when it was taken may stand before the value.
_ASIDE = re.compile(r"(?:\([^()\n]{1,12}\)|术后(?:第?\d{1,2}[天日hd](?![a-z]))?|出院[时前]?|次日|复查)?\s*")
# 血钾6-16 3.3, 血钾7.15 3.2, 血钾8月26日2.9: the day stands before the value, and is none.
_DAY = re.compile(r"\d{1,2}(?:月\d{1,2}日|(?:[-/]\d{1,2}|\.(?:[12]\d|3[01])(?!\d))(?=[日:]?\s*:?\s+\d))日?\s*:?\s*")
# Cr 138(基线82), Hb 61(去年体检148): what it was before stands behind the value.
_BEFORE = (
    r"\((?:基线|基础|原|平素|平时|既往|此前|入院|急诊|术前|产前|伤前|病前|发病前|去年|上月|体检|当地|院外"
    r"|\d{1,2}(?:天|周|月|年|个月)前|半年前)[^()。;\n0-9]{0,6}"
)
# 低钾 7.PICC: the number of the next item of a list, which follows that of this one, is no value.
_NEXT_ITEM = re.compile(r"(\d{1,2})[.、)](?!\d)")
_LIST_BEFORE = 120
_BARE_PAIR = re.compile(r"(?<![\d./-])\d{2,3}(?:[-~]\d{2,3})?/\d{2,3}(?:[-~]\d{2,3})?\s*mmhg")


@dataclass(frozen=True, slots=True)
class LabValue:
    """One measured value, in the analyte's own unit; ``start`` and ``end`` span name, value and unit.

    ``flag`` compares with the reference interval for the patient's sex and age, ``None`` where that is not known.
    """

    analyte: str
    value: float
    unit: str
    start: int
    end: int
    flag: Flag | None


def flag_of(analyte: Analyte, value: float, patient: Patient) -> Flag | None:
    """Where a value lies against the reference interval.

    >>> flag_of(analytes()["potassium"], 3.4, Patient())
    'low'
    """
    interval = analyte.interval(patient)
    if interval is None:
        return None
    if value < interval.low:
        return "low"
    return "high" if value > interval.high else "normal"


@dataclass(frozen=True, slots=True)
class _Name:
    """One way of writing a quantity, with the expressions that read what follows it."""

    text: str
    target: Analyte | Pair
    blocked_by: tuple[str, ...]
    needs_unit: bool


def _alternatives(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word)))


class LabReader:
    """Finds quantities by their names, then reads number and unit behind them; built once, used by all threads."""

    def __init__(self) -> None:
        data = analyte_data()
        names: dict[str, list[_Name]] = {}
        targets: tuple[Analyte | Pair, ...] = (*data.analytes, *data.pairs)
        for target in targets:
            blocked = target.not_after if isinstance(target, Analyte) else ()
            for written in target.names:
                text = normalise_term(written)
                unit = isinstance(target, Analyte) and target.needs_unit and written not in target.unitless
                name = _Name(text, target, tuple(normalise_term(word) for word in blocked), unit)
                names.setdefault(text, []).append(name)
        # N, P, FBG stand for more than one quantity: what its unit tells is tried first.
        self._names = [sorted(meant, key=lambda name: not name.needs_unit) for meant in names.values()]
        self._automaton = AhoCorasick(list(names), matchkind=MatchKind.LeftmostLongest)
        between = _alternatives([word.lower() for word in data.between])
        bracket = r"(?:\([a-z0-9+#%/\-]{1,14}\)|\((?![<>≤≥\d])[^()\n]{1,14}\))?"
        gap = rf"{bracket}(?:{between}){{0,5}}(?:第\d{{1,2}}(?:h|小时|天|日|次)\s*)?[<>≤≥=]{{0,2}}\s*"
        later = _alternatives([word.lower() for word in data.later])
        on_a_day = r"第\d{1,2}[天日周]|\d{1,2}(?:h|小时|天|日|周)后|\d{1,2}[-./月]\d{1,2}日?"
        self._on = re.compile(r"\s*(?:至|到|变为)\s*(?=\d)")
        self._later = re.compile(rf"(?:[^。;\n0-9]|{on_a_day}){{0,8}}?(?:{later})[为是:]?\s*")
        day = rf"术后\d{{1,2}}[天日hd]|{on_a_day}|次日|术后(?![第\d])|出院前|出院时"
        self._next_day = re.compile(rf"[^。;\n0-9]{{0,8}}?(?:{day})[为是:]?\s*")
        self._before = re.compile(rf"{_BEFORE}[为是:]?\s*")
        self._goals = re.compile(rf"(?:{_alternatives(list(data.goals))})[^,。;]{{0,2}}$")
        self._start = re.compile(gap)
        self._readers = {
            analyte.id: re.compile(
                rf"{_NUMBER}(?:\s*[-~]\s*{_NUMBER})?\s*({_unit_words(analyte)})?(?![\d.]*[:/]\d){_NO_DOSE}"
            )
            for analyte in data.analytes
        }
        self._bare_pair = data.pairs[0]
        self._pair_reader = re.compile(
            rf"{_NUMBER}(?:\s*[-~]\s*{_NUMBER})?\s*/\s*{_NUMBER}(?:\s*[-~]\s*{_NUMBER})?\s*(mmhg|kpa)?"
        )

    @classmethod
    def load(cls) -> LabReader:
        """The shared reader."""
        return _reader()

    def read(self, text: str, patient: Patient) -> tuple[LabValue, ...]:
        """All values in a normalised text, in the order of the text; the patient decides the reference interval."""
        found: list[LabValue] = []
        done = 0
        for index, begin, end in self._automaton.find_matches_as_indexes(text):
            if begin < done:
                continue
            values = self._meant(text, begin, end, self._names[index], patient)
            if values:
                found += values
                done = values[-1].end
        found += self._unnamed(text, found, patient)
        return tuple(sorted(found, key=lambda lab: lab.start))

    def _meant(self, text: str, begin: int, end: int, names: list[_Name], patient: Patient) -> list[LabValue]:
        """The values behind a name, as the first of the quantities that it can stand for and that they fit."""
        for name in names:
            if self._stands_alone(text, begin, end, name):
                values = list(self._values(text, begin, end, name, patient))
                if values:
                    return values
        return []

    def _unnamed(self, text: str, found: list[LabValue], patient: Patient) -> Iterator[LabValue]:
        """Pairs that their unit tells: what is written as one over the other in mmHg is a blood pressure."""
        taken = {place for lab in found for place in (lab.start, lab.end)}
        for match in _BARE_PAIR.finditer(text):
            goal = self._goals.search(text[max(0, match.start() - _GOAL_WINDOW) : match.start()])
            if goal is None and match.end() not in taken:
                yield from self._pair(text, match.start(), match.start(), self._bare_pair, patient)

    def _stands_alone(self, text: str, begin: int, end: int, name: _Name) -> bool:
        before = text[max(0, begin - _GOAL_WINDOW) : begin]
        if before.endswith(name.blocked_by) if name.blocked_by else False:
            return False
        if _LATIN.match(name.text[0]) and begin and (_LATIN.match(text[begin - 1]) or text[begin - 1] == "-"):
            return False
        return not (
            name.text[-1].isalpha()
            and name.text[-1].isascii()
            and text[end : end + 1].isascii()
            and text[end : end + 1].isalpha()
        )

    def _values(self, text: str, begin: int, end: int, name: _Name, patient: Patient) -> Iterator[LabValue]:
        target = name.target
        unit_wanted = name.needs_unit
        gap = self._start.match(text, end)
        place = gap.end() if gap else end
        day = _DAY.match(text, place)
        place = day.end() if day else place
        if self._goals.search(text[max(0, begin - _GOAL_WINDOW) : begin]) or self._goals.search(text[end:place]):
            return
        while True:
            read = (
                self._pair(text, begin, place, target, patient)
                if isinstance(target, Pair)
                else self._single(text, begin, place, target, patient, needs_unit=unit_wanted)
            )
            if not read:
                return
            yield from read
            end = read[-1].end
            later = self._before.match(text, end) or self._on.match(text, end) or self._later.match(text, end)
            unit_wanted = name.needs_unit or later is None
            later = later or self._next_day.match(text, end)
            if later is None or next(iter(self._automaton.find_matches_as_indexes(later[0])), None):
                return
            aside = _ASIDE.match(text, later.end())
            place = aside.end() if aside else later.end()

    def _single(
        self, text: str, begin: int, place: int, analyte: Analyte, patient: Patient, *, needs_unit: bool
    ) -> list[LabValue]:
        match = self._readers[analyte.id].match(text, place)
        if match is None or (needs_unit and not match[3]) or _numbers_an_item(text, begin, place):
            return []
        # 维K1 10mg, 补钾2天: a whole number right behind a lone letter is no value; 钠128 is one.
        lone = place == begin + 1 and not match[3] and "." not in match[1]
        if lone and (len(match[1]) < _WHOLE or text[begin].isascii()):
            return []
        factor = analyte.units.get(match[3] or "", 1.0) if match[3] != analyte.unit else 1.0
        numbers = [float(number) * factor for number in match.groups()[:2] if number]
        return _make(analyte, numbers, begin, match.end(), patient)

    def _pair(self, text: str, begin: int, place: int, pair: Pair, patient: Patient) -> list[LabValue]:
        match = self._pair_reader.match(text, place)
        if match is None:
            return []
        upper, lower = analytes()[pair.upper], analytes()[pair.lower]
        factor = upper.units.get(match[5] or "", 1.0)
        uppers = [float(number) * factor for number in (match[1], match[2]) if number]
        lowers = [float(number) * factor for number in (match[3], match[4]) if number]
        return [
            *_make(upper, uppers, begin, match.end(), patient),
            *_make(lower, lowers, begin, match.end(), patient),
        ]


def _numbers_an_item(text: str, begin: int, place: int) -> bool:
    number = _NEXT_ITEM.match(text, place)
    if number is None or number[1] == "1":
        return False
    before = rf"(?<![\d.]){int(number[1]) - 1}[.、)](?!\d)"
    return re.search(before, text[max(0, begin - _LIST_BEFORE) : begin]) is not None


def _make(analyte: Analyte, numbers: list[float], begin: int, end: int, patient: Patient) -> list[LabValue]:
    low, high = analyte.plausible
    return [
        LabValue(analyte.id, round(number, 6), analyte.unit, begin, end, flag_of(analyte, number, patient))
        for number in numbers
        if low <= number <= high
    ]


def _unit_words(analyte: Analyte) -> str:
    words = [normalise_term(word) for word in (analyte.unit, *analyte.units) if word]
    if analyte.unit in ("x10^9/l", "x10^6/l"):
        words += [analyte.unit, analyte.unit.removesuffix("/l"), analyte.unit.removeprefix("x")]
    return _alternatives(words) if words else "(?!)"


@cache
def _reader() -> LabReader:
    return LabReader()
