"""The TCM items of a front page: what the fields that were sent say, else what the text of the record says.

>>> from coder.record import Record
>>> from coder.text import read
>>> reading = read(Record(text="治疗类别：2 使用医疗机构中药制剂：1\\n中医诊断：感冒 风寒束表证\\n治以荆防败毒散加减"))
>>> treatment_category(reading), preparation_used(reading), is_treated(reading)
('integrated', True, True)
>>> treatment_category(reading, {"treatment_class": "西医"})
'western'
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Literal, cast, get_args

from coder.tcm.datafile import load_yaml
from coder.text import Reading
from coder.text.datafile import DataModel

Category = Literal["tcm", "integrated", "western"]
"""治疗类别: 中医, 中西医, 西医."""


class Item(DataModel):
    """An item: the names of the fields that may hold it, the pattern of it in a text, what its values mean.

    A text without any of ``words`` is not searched for the pattern.
    """

    fields: tuple[str, ...]
    words: tuple[str, ...]
    pattern: str
    values: Mapping[str, str] = {}


class ItemData(DataModel):
    """The schema of ``data/items.yaml``."""

    treatment_category: Item
    preparation_used: Item
    preparation_cost: Item
    edition: Item
    treatment_words: tuple[str, ...]


@cache
def item_data() -> ItemData:
    """Where the items stand, read and validated once.

    Raises:
        ArtefactError: the data file is missing or breaks its schema.
    """
    return load_yaml("items.yaml", ItemData)


def treatment_category(reading: Reading, fields: Mapping[str, object] | None = None) -> Category | None:
    """治疗类别, ``None`` where it is not stated or is none of the three."""
    value = _value(item_data().treatment_category, reading, fields)
    return cast(Category, value) if value in get_args(Category) else None


def is_treated(reading: Reading) -> bool:
    """Whether the record names a TCM treatment: herbs, formulae, acupuncture, manipulation."""
    return any(word in reading.normalised.text for word in item_data().treatment_words)


def preparation_used(reading: Reading, fields: Mapping[str, object] | None = None) -> bool | None:
    """Whether a preparation of the hospital's own was used, ``None`` where it is not stated."""
    value = _value(item_data().preparation_used, reading, fields)
    return None if value is None else value == "yes"


def preparation_cost(reading: Reading, fields: Mapping[str, object] | None = None) -> float | None:
    """What the hospital's own preparations cost in yuan, ``None`` where it is not stated as a number."""
    value = _value(item_data().preparation_cost, reading, fields)
    try:
        return None if value is None else float(value)
    except ValueError:
        return None


def stated_edition(reading: Reading, fields: Mapping[str, object] | None = None) -> str | None:
    """The edition of TCM codes that the front page or the record names."""
    return _value(item_data().edition, reading, fields)


def _value(item: Item, reading: Reading, fields: Mapping[str, object] | None) -> str | None:
    sent = (str(value).strip() for name in item.fields if (value := (fields or {}).get(name)) is not None)
    given = next((value for value in sent if value), None)
    if given is None and any(word in reading.normalised.text for word in item.words):
        match = re.search(item.pattern, reading.normalised.text)
        given = match.group(1) if match else None
    if given is None or not item.values:
        return given
    return item.values.get(given, given if given in item.values.values() else None)
