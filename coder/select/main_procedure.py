"""The main procedure: the operation that treats, before what examines, measures, accesses or supplies.

病案首页数据填写质量规范: the main procedure is the one done for the principal diagnosis with the greatest risk and
difficulty; where ranks of operations are not known, names tell treatment from examination.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict, Field

from coder.select.gather import Gathered


class _Tier(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    names: str


class ProcedureOrder(BaseModel):
    """``data/procedure-order.yaml``: tiers of names; what is in no tier comes first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tiers: tuple[_Tier, ...] = Field(min_length=1)


@cache
def _tiers() -> tuple[re.Pattern[str], ...]:
    text = files("coder.select").joinpath("data/procedure-order.yaml").read_text(encoding="utf-8")
    return tuple(re.compile(tier.names) for tier in ProcedureOrder.model_validate(yaml.safe_load(text)).tiers)


def tier(name: str) -> int:
    """The tier of a procedure by its name: 0 for what treats, higher for what only serves.

    >>> tier("药物洗脱冠状动脉支架置入") < tier("用两根导管的冠状动脉造影术") < tier("红细胞输入")
    True
    """
    return next((number for number, names in enumerate(_tiers(), start=1) if names.search(name)), 0)


def in_order(entries: Sequence[Gathered]) -> list[Gathered]:
    """The procedures with the main one first; within a tier the order of the record stands."""
    return sorted(entries, key=lambda entry: tier(entry.concept.name))
