"""Predicates over front-page fields; a field that is not sent is not known, a field that is sent empty is blank."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, Literal

from pydantic import model_validator

from coder.rules.facts import Facts, Subject
from coder.rules.fields import field_title
from coder.rules.outcome import FALSE, Outcome, of, unknown
from coder.rules.predicates.arguments import Arguments, Bounds, Words
from coder.rules.registry import Compiled, register

_ABSENT: Final = object()


def _get(facts: Facts, name: str) -> object:
    """The value of a field, or the mark that it is not sent."""
    return _ABSENT if facts.form is None or name not in facts.form else facts.form[name]


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _text(value: object) -> str:
    return str(value).strip()


def blank(names: Words) -> Compiled:
    """One of these fields is sent empty."""
    titles = {name: field_title(name) for name in names}

    def test(facts: Facts, _: Subject | None) -> Outcome:
        values = {name: _get(facts, name) for name in names}
        empty = [titles[name] for name, value in values.items() if value is not _ABSENT and _is_blank(value)]
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
        empty = [titles[name] for name, value in values.items() if value is _ABSENT or _is_blank(value)]
        return Outcome(True, values=tuple(empty)) if empty else FALSE

    return Compiled(test)


def filled(name: str) -> Compiled:
    """A field is sent and not empty."""
    title = field_title(name)

    def test(facts: Facts, _: Subject | None) -> Outcome:
        value = _get(facts, name)
        return unknown(title) if value is _ABSENT else of(not _is_blank(value))

    return Compiled(test)


def field_is(wanted: Mapping[str, tuple[str | int | bool, ...]]) -> Compiled:
    """Every one of these fields has one of its listed values."""
    allowed = {name: frozenset(_text(value) for value in values) for name, values in wanted.items()}
    titles = {name: field_title(name) for name in wanted}

    def test(facts: Facts, _: Subject | None) -> Outcome:
        absent = []
        for name, values in allowed.items():
            value = _get(facts, name)
            if value is _ABSENT or _is_blank(value):
                absent.append(titles[name])
            elif _text(value) not in values:
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
        if value is _ABSENT or _is_blank(value):
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
        number = _number(_get(facts, arguments.name))
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
    """Two fields (numbers or dates) compare so."""
    titles = field_title(arguments.left), field_title(arguments.right)
    compare = _OPERATORS[arguments.compares]

    def test(facts: Facts, _: Subject | None) -> Outcome:
        values = [_number(_get(facts, name)) for name in (arguments.left, arguments.right)]
        absent = [title for title, value in zip(titles, values, strict=True) if value is None]
        if absent:
            return unknown(*absent)
        left, right = values
        return of(compare(left or 0.0, right or 0.0))

    return Compiled(test)


def _number(value: object) -> float | None:
    """A number, or a point in time as seconds, or nothing where the value is neither."""
    if isinstance(value, bool) or value is _ABSENT:
        return None
    if isinstance(value, int | float):
        return float(value)
    text = _text(value)
    try:
        return float(text)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment.replace(tzinfo=None) - datetime(1900, 1, 1)).total_seconds()


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
        if digits is None or birth is _ABSENT or _is_blank(birth):
            return unknown(field_title("id_number"), field_title("birth_date"))
        return of(digits[6:14] != re.sub(r"\D", "", _text(birth))[:8])

    return Compiled(test)


def _identity(facts: Facts) -> str | None:
    value = _get(facts, "id_number")
    text = "" if value is _ABSENT else _text(value)
    return text if re.fullmatch(r"\d{17}[\dXx]", text) else None


def field_differs_from_principal(name: str) -> Compiled:
    """A field that holds a diagnosis code holds another category than the principal diagnosis."""
    title = field_title(name)

    def test(facts: Facts, _: Subject | None) -> Outcome:
        value = _get(facts, name)
        if value is _ABSENT or _is_blank(value) or facts.principal is None:
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
        "field_differs_from_principal": (str, field_differs_from_principal),
    }
)
