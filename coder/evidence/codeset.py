"""Sets of codes written as patterns, the way rules and evidence files name them.

========== ==================================================================
``E87.6``  every code that begins so (of a dagger/asterisk pair: the dagger)
``=I10.x05`` exactly this code
``*D63``   every pair whose asterisk half begins so, and the asterisk code alone
``B95-B98`` every code from B95 to B98, compared over the length of the bounds
``!I10.x05`` not these (any of the forms above behind ``!``)
========== ==================================================================

A morphology code (``M80000/3``) is meant only by patterns that give its number.

>>> renal = CodeSet.parse(("N17-N19", "!N18.1", "*D63"))
>>> [code in renal for code in ("N17.900", "N18.100", "N18.300x001+D63.8*", "N20.000")]
[True, False, True, False]
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from coder.errors import InputError
from coder.terms.keys import split_dagger

_PATTERN = re.compile(r"(?P<kind>[=*]?)(?P<low>[A-Z0-9][A-Z0-9.x+*/]*)(?:-(?P<high>[A-Z0-9][A-Z0-9.x]*))?$")
_MORPHOLOGY = "/"
_NUMBER = 6


@dataclass(frozen=True, slots=True)
class _Patterns:
    prefixes: tuple[str, ...] = ()
    exact: frozenset[str] = frozenset()
    asterisks: tuple[str, ...] = ()
    ranges: tuple[tuple[str, str], ...] = ()

    def match(self, code: str) -> bool:
        if code in self.exact:
            return True
        if _MORPHOLOGY in code:
            # M80000/3 is a tumour's, not an osteoporosis of M80: only patterns as long as its number mean it.
            numbers = (prefix for prefix in self.prefixes if len(prefix) >= _NUMBER)
            return code.startswith(tuple(numbers)) or any(
                low <= code[: len(low)] <= high for low, high in self.ranges if len(low) >= _NUMBER
            )
        if code.startswith(self.prefixes):
            return True
        for low, high in self.ranges:
            if low <= code[: len(low)] <= high:
                return True
        if not self.asterisks:
            return False
        asterisk = split_dagger(code)[1]
        return asterisk is not None and asterisk.startswith(self.asterisks)

    def leads(self, width: int) -> Iterator[str]:
        """The opening characters that a matching code can have (shorter ones stand for all that begin so)."""
        yield from (prefix[:width] for prefix in (*self.prefixes, *self.exact))
        for low, high in self.ranges:
            if low[0] != high[0]:
                yield from (chr(point) for point in range(ord(low[0]), ord(high[0]) + 1))
            elif low[:width] == high[:width]:
                yield low[:width]
            else:
                yield from (_lead for _lead in _between(low[:width], high[:width]))


def _between(low: str, high: str) -> Iterator[str]:
    """The leads from one to the other: by number where both end in digits, else the common start."""
    head, start, end = low[0], low[1:], high[1:]
    if start.isdigit() and end.isdigit():
        yield from (f"{head}{number:0{len(start)}d}" for number in range(int(start), int(end) + 1))
    else:
        yield head


class _Known(dict[str, bool]):
    """Whether codes are in a set, worked out when a code is first asked about."""

    def __init__(self, included: _Patterns, excluded: _Patterns) -> None:
        super().__init__()
        self._included, self._excluded = included, excluded

    def __missing__(self, code: str) -> bool:
        known = self[code] = self._included.match(code) and not self._excluded.match(code)
        return known


@dataclass(frozen=True, slots=True)
class CodeSet:
    """An immutable set of codes given by patterns; membership is remembered, because rules ask again and again."""

    patterns: tuple[str, ...]
    _included: _Patterns
    _excluded: _Patterns
    _known: _Known = field(compare=False, repr=False)

    @classmethod
    def parse(cls, patterns: Iterable[str]) -> CodeSet:
        """The set that the patterns describe.

        Raises:
            InputError: a pattern is not of the forms above.
        """
        given = tuple(patterns)
        included = _compile(pattern for pattern in given if not pattern.startswith("!"))
        excluded = _compile(pattern[1:] for pattern in given if pattern.startswith("!"))
        return cls(given, included, excluded, _Known(included, excluded))

    def __contains__(self, code: str) -> bool:
        return self._known[code]

    def among(self, codes: Iterable[str]) -> list[str]:
        """Those of the codes that are in the set, in their order: asked at once of all codes of a page.

        >>> CodeSet.parse(("I10", "E11")).among(("I10.x05", "J18.900", "E11.900"))
        ['I10.x05', 'E11.900']
        """
        known = self._known
        return [code for code in codes if known[code]]

    def leads(self, width: int = 3) -> frozenset[str] | None:
        """Opening characters of all codes that can be in the set, ``None`` where any code can.

        >>> sorted(CodeSet.parse(("B95-B97", "I10")).leads())
        ['B95', 'B96', 'B97', 'I10']
        """
        return None if self._included.asterisks else frozenset(self._included.leads(width))

    def first_unused(self, codes: Iterable[str]) -> str | None:
        """The first pattern that none of ``codes`` matches, ``None`` when each has its use."""
        every = list(codes)
        for pattern in self.patterns:
            single = _compile((pattern.removeprefix("!"),))
            if not any(single.match(code) for code in every):
                return pattern
        return None


def _compile(patterns: Iterable[str]) -> _Patterns:
    prefixes: list[str] = []
    exact: list[str] = []
    asterisks: list[str] = []
    ranges: list[tuple[str, str]] = []
    for pattern in patterns:
        match = _PATTERN.match(pattern)
        if match is None:
            raise InputError(
                f"编码模式 {pattern!r} 不合规：可写前缀 E87.6、单码 =I10.x05、星号 *D63、范围 B95-B98，前加 ! 表示除外"
            )
        low, high = match["low"], match["high"]
        if high:
            if len(low) != len(high) or low > high or match["kind"]:
                raise InputError(f"编码范围 {pattern!r} 不合规：两端须同样长且由小到大")
            ranges.append((low, high))
        elif match["kind"] == "=":
            exact.append(low)
        elif match["kind"] == "*":
            asterisks.append(low)
        else:
            prefixes.append(low)
    return _Patterns(tuple(prefixes), frozenset(exact), tuple(asterisks), tuple(ranges))
