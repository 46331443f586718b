"""The words under which each mention of a record is looked up."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from coder.patterns import compiled
from coder.suggest.approach import shared_approaches
from coder.suggest.needed import NeededWords
from coder.text import Mention, Reading
from coder.text.abbreviations import spelled_out
from coder.yaml_data import parse_yaml


class Wording(BaseModel):
    """What is written in place of what a pattern matches, in records that say ``when``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    needs: tuple[str, ...] = Field(min_length=1)
    pattern: str
    full: str
    when: str | None = None


@cache
def table_wordings() -> tuple[Wording, ...]:
    """All entries of ``data/wordings.yaml``, read and validated once."""
    text = files("coder.suggest").joinpath("data/wordings.yaml").read_text(encoding="utf-8")
    return TypeAdapter(tuple[Wording, ...]).validate_python(parse_yaml(text))


def compile_wordings() -> None:
    """Compile what would otherwise be compiled when a mention first needs it."""
    for one in table_wordings():
        compiled(one.pattern)
        if one.when is not None:
            compiled(one.when)


def as_in_tables(text: str, record: str) -> str:
    """The normalised words of a diagnosis as the tables would say them.

    >>> as_in_tables("l4/5椎间盘突出症", "")
    '腰椎间盘突出症'
    >>> as_in_tables("肾病4期", "2型糖尿病20年")
    '糖尿病肾病4期'
    """
    found, numbers, place = text, _needed().asked(text), -1
    while (number := next((number for number in numbers if number > place), None)) is not None:
        place, one = number, table_wordings()[number]
        if one.when is None or compiled(one.when).search(record):
            reworded = compiled(one.pattern).sub(one.full, found)
            if reworded != found:
                found, numbers = reworded, _needed().asked(reworded)
    return found.strip() or text


@cache
def _needed() -> NeededWords:
    return NeededWords(one.needs for one in table_wordings())


def wordings_of(mentions: Sequence[Mention], reading: Reading) -> list[str]:
    """What each mention is looked up as: diagnoses in the words of the tables, procedures with the approach they share.

    >>> from coder.record import Record
    >>> from coder.text import read
    >>> reading = read(Record(text="血淀粉酶升高。\\n出院诊断：SAP"))
    >>> wordings_of(reading.mentions, reading)[-1]
    '急性重症胰腺炎'

    Args:
        mentions: mentions in text order.
        reading: the record that they are of.
    """
    approaches = shared_approaches(mentions, reading)
    record = reading.normalised.text
    return [
        as_in_tables(spelled_out(mention.text, record), record)
        if mention.kind == "diagnosis"
        else approaches.get(index, mention.text)
        for index, mention in enumerate(mentions)
    ]
