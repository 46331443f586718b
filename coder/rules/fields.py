"""The front-page fields that rules may name (``data/fields.yaml``)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from coder.text.datafile import DataModel, parse_data


class FormField(DataModel):
    """A field: our name, its title on the form, the HQMS column where it has one."""

    name: str
    title: str
    column: str | None = None


class _FieldData(DataModel):
    fields: tuple[FormField, ...]


@cache
def form_fields() -> Mapping[str, FormField]:
    """All fields by name.

    >>> form_fields()["los_days"].title
    '实际住院天数'

    Raises:
        ArtefactError: the data file breaks its schema.
    """
    text = files("coder.rules").joinpath("data/fields.yaml").read_text(encoding="utf-8")
    data = parse_data(text, _FieldData, label="coder/rules/data/fields.yaml")
    return {field.name: field for field in data.fields}


def field_title(name: str) -> str:
    """The title of a field.

    Raises:
        ValueError: no such field; a rule that names it would never fire.
    """
    try:
        return form_fields()[name].title
    except KeyError:
        raise ValueError(f"unknown form field {name}") from None
