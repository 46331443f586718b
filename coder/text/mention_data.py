"""The schema of ``data/mentions.yaml``."""

from __future__ import annotations

from coder.text.datafile import DataModel


class ByKind(DataModel):
    """A list for each kind of mention."""

    diagnosis: tuple[str, ...]
    procedure: tuple[str, ...]


class MentionData(DataModel):
    """How items of lists are told apart, and which names are no mention."""

    complete_endings: ByKind
    qualifiers: str
    item_label: str
    procedure_prefix: str
    item_suffix: str
    empty_items: tuple[str, ...]
    not_in_narrative: ByKind
    shortest: int
    longest_item: int
