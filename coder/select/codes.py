"""Sets of codes given by prefixes, as the selection data writes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def matches(code: str, prefixes: Sequence[str]) -> bool:
    """Whether a code begins with one of the prefixes.

    >>> matches("I21.000x001", ("I20", "I21")), matches("I21.9", ())
    (True, False)
    """
    return code.startswith(tuple(prefixes))


def first_match(codes: Iterable[str], prefixes: Sequence[str]) -> str | None:
    """The first code that begins with one of the prefixes."""
    starts = tuple(prefixes)
    return next((code for code in codes if code.startswith(starts)), None)


def openings(codes: Iterable[str]) -> frozenset[str]:
    """All that the codes begin with: prefixes of which it holds none match none of them.

    >>> openings(("I21.0",)).isdisjoint(("I20", "I21")), openings(("I21.0",)).isdisjoint(("I20", "J"))
    (False, True)
    """
    return frozenset(code[:width] for code in codes for width in range(1, len(code) + 1))


def category(code: str) -> str:
    """The three-character category of an ICD-10 code.

    >>> category("I21.000x001")
    'I21'
    """
    return code[:3]


def subcategory(code: str) -> str:
    """The four-character subcategory of an ICD-10 code.

    >>> subcategory("I21.000x001")
    'I21.0'
    """
    return code[:5]


def is_plain_of(code: str, other: str) -> bool:
    """Whether a code is the plain one of a subcategory of which the other is an extension, so that it says less.

    >>> is_plain_of("Z99.200", "Z99.201"), is_plain_of("Z99.201", "Z99.200"), is_plain_of("Z99.200", "Z99.300")
    (True, False, False)
    """
    return code[5:] == "00" and other != code and other.startswith(code[:5])
