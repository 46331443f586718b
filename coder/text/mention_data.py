"""The schema of ``data/mentions.yaml``."""

from __future__ import annotations

from coder.text.datafile import DataModel


class ByKind(DataModel):
    """A list for each kind of mention."""

    diagnosis: tuple[str, ...]
    procedure: tuple[str, ...]


class ChunkData(DataModel):
    """What phrases in running text are made of."""

    heads: ByKind
    breaks: tuple[str, ...]
    inner: tuple[str, ...]
    shortest_word: int
    first_characters: str
    not_first: tuple[str, ...]
    sides: tuple[str, ...]
    free_words: str
    longest: int


class MentionData(DataModel):
    """How items of lists are told apart, and which names are no mention."""

    complete_endings: ByKind
    qualifiers: str
    grade: str
    rules_out: str
    goes_on: str
    umbrella: str
    correction: str
    taken_back: str
    dependents: tuple[str, ...]
    item_label: str
    procedure_prefix: str
    item_suffix: str
    empty_items: tuple[str, ...]
    no_item: str
    no_operation: str
    not_in_narrative: ByKind
    shortest: int
    shortest_latin: int
    side: str
    item_tail: str
    blocking_prefixes: str
    narrative_marks: str
    procedure_narrative_marks: str
    longest_item: int
    chunks: ChunkData
