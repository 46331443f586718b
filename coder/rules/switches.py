"""Switches for points on which published rules disagree (``data/switches.yaml``)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from pydantic import model_validator

from coder.errors import InputError
from coder.text.datafile import DataModel, parse_data


class Switch(DataModel):
    """A point of disagreement: its sides, each with what it means, and the side taken unless told otherwise."""

    name: str
    title: str
    sides: Mapping[str, str]
    default: str

    @model_validator(mode="after")
    def _default_is_a_side(self) -> Switch:
        if self.default not in self.sides:
            raise ValueError(f"switch {self.name}: default {self.default} is not a side")
        return self


class _SwitchData(DataModel):
    switches: tuple[Switch, ...]


@cache
def switches() -> Mapping[str, Switch]:
    """All switches by name.

    Raises:
        ArtefactError: the data file breaks its schema.
    """
    text = files("coder.rules").joinpath("data/switches.yaml").read_text(encoding="utf-8")
    data = parse_data(text, _SwitchData, label="coder/rules/data/switches.yaml")
    return {switch.name: switch for switch in data.switches}


def settings(chosen: Mapping[str, str]) -> Mapping[str, str]:
    """Every switch with the side it is on.

    >>> settings({"suspected_diagnosis": "never"})["suspected_diagnosis"]
    'never'

    Raises:
        InputError: a switch or a side is not known.
    """
    for name, side in chosen.items():
        known = switches().get(name)
        if known is None:
            raise InputError(f"没有名为 {name} 的规则开关：可用 {'、'.join(switches())}")
        if side not in known.sides:
            raise InputError(f"规则开关 {name} 没有选项 {side}：可用 {'、'.join(known.sides)}")
    return {name: chosen.get(name, switch.default) for name, switch in switches().items()}
