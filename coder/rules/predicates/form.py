"""Predicates over front-page fields; a field that is not sent is not known, a field that is sent empty is blank."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, Literal

from pydantic import model_validator

from coder.rules.facts import Facts, Subject
from coder.rules.fields import field_title
from coder.rules.outcome import FALSE, Outcome, of, unknown
from coder.rules.predicates.arguments import Arguments, Bounds, Words
from coder.rules.predicates.patient import years_of
from coder.rules.registry import Compiled, register
from coder.rules.statements import statements_of, told_by
from coder.rules.values import choices_of, comparable, is_blank, moment_of, number_of

_ABSENT: Final = object()


def _get(facts: Facts, name: str) -> object:
    """The value of a field, or the mark that it is not sent."""
    return _ABSENT if facts.form is None or name not in facts.form else facts.form[name]


def _text(value: object) -> str:
    return str(value).strip()


def blank(names: Words) -> Compiled:
    """One of these fields is sent empty."""
    titles = {name: field_title(name) for name in names}

    def test(facts: Facts, _: Subject | None) -> Outcome:
        values = {name: _get(facts, name) for name in names}
        empty = [titles[name] for name, value in values.items() if value is not _ABSENT and is_blank(value)]
        if empty:
            return Outcome(True, values=tuple(empty))
        absent = [titles[name] for name, value in values.items() if value is _ABSENT]
        return unknown(*absent) if len(absent) == len(names) else FALSE

    return Compiled(test)


def lacks(names: Words) -> Compiled:
    """The form is sent and one of these fields is empty or not in it."""
    titles = {name: field_title(name) for name in names}

    def test(facts: Facts, _: Subject | None) -> Outcome:
        if facts.given.form is None:
            return unknown(*titles.values())
        values = {name: _get(facts, name) for name in names}
        empty = [titles[name] for name, value in values.items() if value is _ABSENT or is_blank(value)]
        return Outcome(True, values=tuple(empty)) if empty else FALSE

    return Compiled(test)


def filled(name: str) -> Compiled:
    """A field is sent and not empty."""
    title = field_title(name)

    def test(facts: Facts, _: Subject | None) -> Outcome:
        value = _get(facts, name)
        return unknown(title) if value is _ABSENT else of(not is_blank(value))

    return Compiled(test)


def field_is(wanted: Mapping[str, tuple[str | int | bool, ...]]) -> Compiled:
    """Every one of these fields has one of its listed values."""
    allowed = {name: frozenset(_text(value) for value in values) for name, values in wanted.items()}
    titles = {name: field_title(name) for name in wanted}

    def test(facts: Facts, _: Subject | None) -> Outcome:
        absent = []
        for name, values in allowed.items():
            value = _get(facts, name)
            if value is _ABSENT or is_blank(value):
                absent.append(titles[name])
            elif values.isdisjoint(choices_of(value)):
                return FALSE
        return unknown(*absent) if absent else of(True)

    return Compiled(test)


class MatchArguments(Arguments):
    """A field and the regular expression that its whole value must match."""

    name: str
    pattern: str

    @model_validator(mode="after")
    def _compiles(self) -> MatchArguments:
        try:
            re.compile(self.pattern)
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        return self


def field_matches(arguments: MatchArguments) -> Compiled:
    """A field's whole value matches a regular expression."""
    pattern = re.compile(arguments.pattern)
    title = field_title(arguments.name)

    def test(facts: Facts, _: Subject | None) -> Outcome:
        value = _get(facts, arguments.name)
        if value is _ABSENT or is_blank(value):
            return unknown(title)
        return of(pattern.fullmatch(_text(value)) is not None)

    return Compiled(test)


class RangeArguments(Arguments):
    """A field and the bounds of its number."""

    name: str
    within: Bounds


def field_within(arguments: RangeArguments) -> Compiled:
    """A field's number is within bounds."""
    title = field_title(arguments.name)

    def test(facts: Facts, _: Subject | None) -> Outcome:
        number = number_of(_get(facts, arguments.name))
        return unknown(title) if number is None else of(arguments.within.hold(number))

    return Compiled(test)


_OPERATORS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


class CompareArguments(Arguments):
    """Two fields and how they should compare: numbers, or points in time."""

    left: str
    compares: Literal["<", "<=", ">", ">=", "==", "!="]
    right: str


def fields_compare(arguments: CompareArguments) -> Compiled:
    """Two fields (numbers or dates) compare so; what the form does not send of one may be told by the record."""
    titles = {name: field_title(name) for name in (arguments.left, arguments.right)}
    compare = _OPERATORS[arguments.compares]

    def test(facts: Facts, _: Subject | None) -> Outcome:
        values = _compared(facts, tuple(titles))
        pair = comparable(*values) if len(values) == len(titles) else None
        return unknown(*titles.values()) if pair is None else of(compare(*pair))

    return Compiled(test, cost=1)


def _compared(facts: Facts, names: tuple[str, ...]) -> list[object]:
    """The values of fields that the form sends, the others as the record tells them; none where the form sends none."""
    if all(is_blank(value) for name in names if (value := _get(facts, name)) is not _ABSENT):
        return []
    found = []
    for name in names:
        value = _sent_or_told(facts, name)
        if is_blank(value):
            return []
        found.append(value)
    return found


def _sent_or_told(facts: Facts, name: str) -> object:
    """The value of a field that the form sends, else the one that the record tells."""
    value = _get(facts, name)
    return told_by(facts, name) if value is _ABSENT else value


def days_of_stay_differ(by: int) -> Compiled:
    """The days of the stay differ by more than this from those between admission and discharge."""
    names = ("los_days", "admitted_at", "discharged_at")
    titles = tuple(map(field_title, names))

    def test(facts: Facts, _: Subject | None) -> Outcome:
        values = _compared(facts, names)
        days = number_of(values[0]) if values else None
        between = _days_between(*values[1:]) if values else None
        if days is None or between is None:
            return unknown(*titles)
        if abs(days - between) <= by:
            return FALSE
        return Outcome(True, values=(f"{days:g}", f"{between}"))

    return Compiled(test, cost=1)


def procedure_outside_stay(_: object) -> Compiled:
    """A procedure of the page is dated before the admission or after the discharge."""
    names = ("admitted_at", "discharged_at")

    def test(facts: Facts, _: Subject | None) -> Outcome:
        dated = [(item.code, item.on) for item in facts.page.procedures if item.on is not None]
        stay = [moment_of(_sent_or_told(facts, name)) for name in names] if dated else []
        if not any(stay):
            return unknown("手术操作日期", *map(field_title, names))
        first, last = ((moment[0].date() if moment else None) for moment in stay)
        wrong = [(code, on) for code, on in dated if (first and on < first) or (last and on > last)]
        if not wrong:
            return FALSE
        return Outcome(True, codes=tuple(code for code, _ in wrong), values=tuple(f"{on}" for _, on in wrong))

    return Compiled(test, cost=1)


def longer_than_the_stay(name: str) -> Compiled:
    """A field's hours are more than those of the stay, counted by the day."""
    title = field_title(name)

    def test(facts: Facts, _: Subject | None) -> Outcome:
        hours = number_of(_get(facts, name))
        if hours is None:
            return unknown(title)
        days = _days_of_stay(facts)
        if days is None:
            return unknown(*map(field_title, ("los_days", "admitted_at", "discharged_at")))
        if hours <= _HOURS_A_DAY * (days + 1):
            return FALSE
        return Outcome(True, values=(f"{hours:g} 小时", f"{days:g} 天"))

    return Compiled(test, cost=1)


_HOURS_A_DAY = 24


def _days_of_stay(facts: Facts) -> float | None:
    """The days of the stay by the dates or the number that the form sends or the record tells, the most of them."""
    known = {name: _sent_or_told(facts, name) for name in ("los_days", "admitted_at", "discharged_at")}
    by_date = _days_between(known["admitted_at"], known["discharged_at"])
    days = [one for one in (number_of(known["los_days"]), by_date) if one is not None]
    return max(days, default=None)


def _days_between(admitted: object, discharged: object) -> int | None:
    first, last = moment_of(admitted), moment_of(discharged)
    return None if first is None or last is None else (last[0].date() - first[0].date()).days


class RecordArguments(Arguments):
    """A field and how far it may be from what the record tells: by so much, or by such a share of it."""

    name: str
    by: float = 0.0
    share: float = 0.0


def contradicts_record(arguments: RecordArguments) -> Compiled:
    """The record tells what a field should be, and nothing that it tells is what the form sends."""
    title = field_title(arguments.name)

    def test(facts: Facts, _: Subject | None) -> Outcome:
        sent = _get(facts, arguments.name)
        if sent is _ABSENT or is_blank(sent):
            return unknown(title)
        told = statements_of(facts, arguments.name)
        if not told or any(one.allows(sent, by=arguments.by, share=arguments.share) for one in told):
            return FALSE
        # What is told in parts (a ventilator taken up twice) may be sent as one.
        total = sum(one.value for one in told if isinstance(one.value, float))
        if total and (number := number_of(sent)) is not None and abs(number - total) <= arguments.share * total:
            return FALSE
        spans = tuple(one.span for one in told if one.span is not None)
        return Outcome(True, spans=spans, values=(f"{title} {_text(sent)}", f"病历 {told[0].shown}"))

    return Compiled(test, cost=1)


def says_nothing(names: Words) -> Compiled:
    """One of these fields is sent and empty, nought, or says that there is none."""
    titles = {name: field_title(name) for name in names}

    def test(facts: Facts, _: Subject | None) -> Outcome:
        sent = {name: value for name in names if (value := _get(facts, name)) is not _ABSENT}
        if not sent:
            return unknown(*titles.values())
        empty = [titles[n] for n, v in sent.items() if is_blank(v) or number_of(v) == 0 or _text(v) in _NONE]
        return Outcome(True, values=tuple(empty)) if empty else FALSE

    return Compiled(test)


_NONE = frozenset({"无", "未", "否", "没有", "未用", "未输", "未输血", "无输血"})


def id_number_contradicts_sex(_: object) -> Compiled:
    """The 17th digit of the identity number (odd: male) is of the other sex than the patient."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        digits = _identity(facts)
        if digits is None or facts.patient.sex is None:
            return unknown(field_title("id_number"), "性别")
        return of(("male" if int(digits[16]) % 2 else "female") != facts.patient.sex)

    return Compiled(test)


def id_number_contradicts_birth(_: object) -> Compiled:
    """Digits 7 to 14 of the identity number are another date than the date of birth."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        digits = _identity(facts)
        birth = _get(facts, "birth_date")
        if digits is None or birth is _ABSENT or is_blank(birth):
            return unknown(field_title("id_number"), field_title("birth_date"))
        moment = moment_of(birth)
        return unknown(field_title("birth_date")) if moment is None else of(digits[6:14] != f"{moment[0]:%Y%m%d}")

    return Compiled(test)


def born_contradicts_age(name: Literal["birth_date", "id_number"]) -> Compiled:
    """The date of birth (or that in the identity number) is not that of a patient of this age at admission."""
    title = field_title(name)

    def test(facts: Facts, _: Subject | None) -> Outcome:
        years, born = years_of(facts), _born(facts, name)
        if years is None or born is None:
            return unknown(title, "年龄（岁）", field_title("admitted_at"))
        admitted = moment_of(_sent_or_told(facts, "admitted_at"))
        if admitted is None:
            of_this_age = born.year + years + 1
            if of_this_age >= _FIRST_OF_THE_CODES:
                return unknown(title, "年龄（岁）", field_title("admitted_at"))
            return Outcome(True, values=(f"{born}", f"{years} 岁"))
        on = admitted[0].date()
        age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
        return FALSE if abs(age - years) <= 1 else Outcome(True, values=(f"{age} 岁", f"{years} 岁"))

    return Compiled(test, cost=1)


_FIRST_OF_THE_CODES: Final = 2010
"""No page that is coded in the editions audited here is older, also where it does not say when it was written."""


def _born(facts: Facts, name: str) -> date | None:
    identity = _identity(facts) or ""
    value = _get(facts, "birth_date") if name == "birth_date" else identity[6:14]
    moment = None if value is _ABSENT else moment_of(value)
    return moment and moment[0].date()


def id_number_miscounted(_: object) -> Compiled:
    """The last digit of the identity number is not the check digit of the others (ISO 7064, MOD 11-2)."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        digits = _identity(facts)
        if digits is None:
            return unknown(field_title("id_number"))
        total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False))
        return of(_CHECK_DIGITS[total % 11] != digits[17].upper())

    return Compiled(test)


_WEIGHTS = tuple(2**place % 11 for place in range(17, 0, -1))
_CHECK_DIGITS = "10X98765432"


def _identity(facts: Facts) -> str | None:
    value = _get(facts, "id_number")
    text = "" if value is _ABSENT else _text(value)
    return text if re.fullmatch(r"\d{17}[\dXx]", text) else None


def field_differs_from_principal(name: str) -> Compiled:
    """A field that holds a diagnosis code holds another category than the principal diagnosis."""
    title = field_title(name)

    def test(facts: Facts, _: Subject | None) -> Outcome:
        value = _get(facts, name)
        if value is _ABSENT or is_blank(value) or facts.principal is None:
            return unknown(title)
        code = _text(value)
        return FALSE if code[:3] == facts.principal.code[:3] else Outcome(True, codes=(code,), values=(code,))

    return Compiled(test)


register(
    {
        "blank": (Words, blank),
        "lacks": (Words, lacks),
        "filled": (str, filled),
        "field_is": (Mapping[str, tuple[str | int | bool, ...]], field_is),
        "field_matches": (MatchArguments, field_matches),
        "field_within": (RangeArguments, field_within),
        "fields_compare": (CompareArguments, fields_compare),
        "id_number_contradicts_sex": (Literal[True], id_number_contradicts_sex),
        "id_number_contradicts_birth": (Literal[True], id_number_contradicts_birth),
        "days_of_stay_differ": (int, days_of_stay_differ),
        "procedure_outside_stay": (Literal[True], procedure_outside_stay),
        "longer_than_the_stay": (str, longer_than_the_stay),
        "contradicts_record": (RecordArguments, contradicts_record),
        "says_nothing": (Words, says_nothing),
        "born_contradicts_age": (Literal["birth_date", "id_number"], born_contradicts_age),
        "id_number_miscounted": (Literal[True], id_number_miscounted),
        "field_differs_from_principal": (str, field_differs_from_principal),
    }
)
