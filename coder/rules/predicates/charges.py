"""Predicates over orders and charges; not known where the source does not send them."""

from __future__ import annotations

from collections.abc import Iterable

from coder.rules.facts import Facts, Subject
from coder.rules.outcome import FALSE, Outcome, unknown
from coder.rules.predicates.arguments import Arguments, Bounds, Patterns, Words
from coder.rules.registry import Compiled, codes, register
from coder.text import normalise_term

_NO_CHARGES = "收费明细"
_NO_ORDERS = "医嘱"


def charged(words: Words) -> Compiled:
    """A charge has one of these words in its name."""
    normal = tuple(map(normalise_term, words))

    def test(facts: Facts, _: Subject | None) -> Outcome:
        if facts.given.charges is None:
            return unknown(_NO_CHARGES)
        return _named((charge.name for charge in facts.given.charges), normal)

    return Compiled(test)


def ordered(words: Words) -> Compiled:
    """An order has one of these words in its name."""
    normal = tuple(map(normalise_term, words))

    def test(facts: Facts, _: Subject | None) -> Outcome:
        if facts.given.orders is None:
            return unknown(_NO_ORDERS)
        return _named(facts.given.orders, normal)

    return Compiled(test)


def _named(names: Iterable[str], words: tuple[str, ...]) -> Outcome:
    seen = tuple(name for name in names if _holds(name, words))
    return Outcome(True, values=seen) if seen else FALSE


class QuantityArguments(Arguments):
    """Words of a charge's name and the bounds of the units charged in all."""

    words: Words
    units: Bounds


def charged_units(arguments: QuantityArguments) -> Compiled:
    """The units charged under names with these words are within bounds; not known where units are not sent."""
    normal = tuple(map(normalise_term, arguments.words))

    def test(facts: Facts, _: Subject | None) -> Outcome:
        charges = facts.given.charges
        if charges is None:
            return unknown(_NO_CHARGES)
        matching = [item for item in charges if _holds(item.name, normal)]
        quantities = [item.quantity for item in matching if item.quantity is not None]
        if matching and not quantities:
            return unknown("收费数量")
        total = sum(quantities)
        if not arguments.units.hold(total):
            return FALSE
        names = tuple(dict.fromkeys(item.name for item in matching))
        return Outcome(True, values=(f"{'、'.join(names) or '无相应收费'} 合计 {total:g}",))

    return Compiled(test)


class ServiceArguments(Arguments):
    """How charges and orders call a service, words that make it another one, and the procedures that stand for it."""

    names: Words
    unless: Words = ()
    procedure: Patterns


def charged_not_coded(services: tuple[ServiceArguments, ...]) -> Compiled:
    """A charge or an order names a service for which no procedure of the page stands."""
    known = [
        (
            tuple(map(normalise_term, one.names)),
            tuple(map(normalise_term, one.unless)),
            codes("procedure", one.procedure)[0],
        )
        for one in services
    ]

    def test(facts: Facts, _: Subject | None) -> Outcome:
        given = facts.given
        if given.charges is None and given.orders is None:
            return unknown(_NO_CHARGES)
        names = (*(charge.name for charge in given.charges or ()), *(given.orders or ()))
        seen = dict.fromkeys(
            name
            for words, others, procedures in known
            if not any(code in procedures for code in facts.all_procedures)
            for name in names
            if _holds(name, words) and not _holds(name, others)
        )
        return Outcome(True, values=tuple(seen)) if seen else FALSE

    return Compiled(test, None, tuple(("procedure", procedures) for *_, procedures in known))


def _holds(name: str, words: Iterable[str]) -> bool:
    normal = normalise_term(name)
    return any(word in normal for word in words)


register(
    {
        "charged_not_coded": (tuple[ServiceArguments, ...], charged_not_coded),
        "charged": (Words, charged),
        "ordered": (Words, ordered),
        "charged_units": (QuantityArguments, charged_units),
    }
)
