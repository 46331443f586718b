"""The main procedure: what treats the principal diagnosis, before what examines, measures, accesses or supplies.

病案首页数据填写质量规范: the main procedure is the one done for the principal diagnosis with the greatest risk and
difficulty; where ranks of operations are not known, names tell treatment from examination
(``data/procedure-order.yaml``).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field

from coder.patterns import compiled
from coder.select.codes import matches
from coder.select.gather import Gathered
from coder.select.guards import NameGuard
from coder.suggest.suggestion import ScoredConcept
from coder.yaml_data import parse_yaml


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Tier(_Part):
    """Procedures of one rank, by words of their names."""

    title: str
    names: str
    unless: str | None = None

    def holds(self, name: str) -> bool:
        """Whether a procedure is of this tier."""
        return bool(compiled(self.names).search(name)) and not (self.unless and compiled(self.unless).search(name))


class Treats(_Part):
    """What treats some principal diagnoses is main whatever its tier; of several rules the first goes first."""

    codes: tuple[str, ...]
    names: str
    unless: str | None = None


class ProcedureOrder(_Part):
    """All of ``procedure-order.yaml``; ``other`` is the rank of what is in no tier, ``last`` ranks behind all."""

    treats: tuple[Treats, ...]
    tiers: tuple[Tier, ...] = Field(min_length=1)
    other: int
    last: Tier

    def compile(self) -> None:
        """Compile what would otherwise be compiled when a record first needs it."""
        rules: tuple[Treats | Tier, ...] = (*self.treats, *self.tiers, self.last)
        for rule in rules:
            for pattern in (rule.names, rule.unless):
                if pattern is not None:
                    compiled(pattern)

    def rank(self, name: str) -> int:
        """The rank of a procedure by its name: 1 for what treats, higher for what only serves."""
        if self.last.holds(name):
            return len(self.tiers) + 1
        return next((rank for rank, tier in enumerate(self.tiers, start=1) if tier.holds(name)), self.other)


@cache
def procedure_order() -> ProcedureOrder:
    """The order, read and validated once."""
    text = files("coder.select").joinpath("data/procedure-order.yaml").read_text(encoding="utf-8")
    return ProcedureOrder.model_validate(parse_yaml(text))


def tier(name: str) -> int:
    """The rank of a procedure by its name.

    >>> tier("药物洗脱冠状动脉支架置入") < tier("用两根导管的冠状动脉造影术") < tier("红细胞输入")
    True
    """
    return procedure_order().rank(name)


def in_order(
    entries: Sequence[Gathered], principal: ScoredConcept | None = None, *, doubtful: Collection[str] = ()
) -> list[Gathered]:
    """The procedures with the main one first.

    Args:
        entries: the procedures, those of the list first, in the order of the record.
        principal: the principal diagnosis; a procedure that treats it, or its site, comes first among equals.
        doubtful: codes more likely wrong than right; they come behind their equals.
    """
    order = procedure_order()
    treats = [rule for rule in order.treats if principal is not None and matches(principal.code, rule.codes)]
    site = NameGuard.load().sites(principal.name) if principal is not None else frozenset()
    operated = [entry for entry in entries if order.rank(entry.concept.name) == 1]

    def rank(entry: Gathered) -> tuple[int, bool, int]:
        name, doubted = entry.concept.name, entry.concept.code in doubtful
        for place, rule in enumerate(treats):
            if compiled(rule.names).search(name) and not _stronger(rule, operated):
                return 0, doubted, place
        return order.rank(name), doubted, not site & NameGuard.load().sites(name)

    return sorted(entries, key=rank)


def _stronger(rule: Treats, operated: Sequence[Gathered]) -> bool:
    return rule.unless is not None and any(compiled(rule.unless).search(entry.concept.name) for entry in operated)
