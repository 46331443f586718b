"""Words that, beside a place of a record, leave open whether something was done, here and now.

They stand in ``coder/rules/data/doubt.yaml``.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from coder.rules.facts import Facts
from coder.rules.wording import said_of, worded
from coder.text.datafile import DataModel, parse_data


class _DoubtData(DataModel):
    procedure: tuple[str, ...]


def is_left_open(facts: Facts, start: int, end: int) -> bool:
    """Whether the clause of a place leaves open that the procedure told there was done in this stay."""
    return _words().search(said_of(facts, start, end)) is not None


@cache
def _words() -> re.Pattern[str]:
    label = "data/doubt.yaml"
    text = files("coder.rules").joinpath(label).read_text(encoding="utf-8")
    return worded(parse_data(text, _DoubtData, label=f"coder/rules/{label}").procedure)
