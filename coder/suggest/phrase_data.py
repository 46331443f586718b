"""The phrases as data: how they are written (``data/phrases/*.yaml``) and shipped (``models/lexical/phrases.json``).

Each is a regular expression over normalised text with the names of the concepts that it stands for, or with a group
``term`` whose words are looked up like any other mention.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from coder.artefacts import artefact_path
from coder.coding import Assertion
from coder.errors import ArtefactError
from coder.suggest.anchors import anchor_sets
from coder.suggest.stretches import looks_ahead, marks_between
from coder.yaml_data import parse_yaml

PHRASE_FILE = "lexical/phrases.json"

_ANCHOR_SETS = 5
"""So many sets of anchors are kept of a pattern; more of them seldom rule a phrase out."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Measure(_Part):
    """Concepts that depend on a number in the phrase: the first step whose ``below`` is above the number holds."""

    below: float
    concepts: tuple[str, ...]


class Wording(_Part):
    """One phrase as it is looked for.

    Attributes:
        id: a name for messages and tests.
        kind: what the concepts are.
        pattern: over normalised text; may have the groups ``term`` (words to look up) and ``number``.
        concepts: names of the concepts that the phrase stands for.
        cavity: where the operation is done, for one that is done openly or through a scope.
        endoscopic: names in place of ``concepts`` where the record says that it was done through a scope.
        template: a name with ``{number}`` (孕{number}周) or other groups of the pattern in it ({site}内固定装置去除术);
            of several the first that a concept has.
        spelled: by group, how names spell what the group holds: the first word that is in it counts ("" is in all).
        measures: concepts by the size of ``number`` (``unit`` 天 or 日 counts 24 each where ``hours`` is set).
        until: what ends the stretch that the phrase begins (撤机): the number is the hours between the dates of both. A
            pattern that holds both dates names them by groups: ``begun`` and ``ended``, or ``begins`` and ``ends``.
        requires: must be found in the same sentence.
        requires_record: must be found anywhere in the record.
        unless: must not be found in the same sentence.
        unless_record: must not be said of the patient in the record; denied, or of a relative, it refuses nothing.
        sections: only there; empty means everywhere that is not a diagnosis list.
        assertions: what the text must say of it.
        yields: for an operation told by its steps: nothing is added beside a code that begins like one of these and
            that a list, a name or another phrase gives.
        probability: how sure the phrase is, measured on the development records.
    """

    id: str
    kind: Literal["diagnosis", "procedure"]
    pattern: str
    concepts: tuple[str, ...] = ()
    cavity: Literal["abdomen", "chest", "joint"] | None = None
    endoscopic: tuple[str, ...] = ()
    template: str | tuple[str, ...] | None = None
    spelled: dict[str, dict[str, str]] = {}
    measures: tuple[Measure, ...] = ()
    hours: bool = False
    until: str | None = None
    requires: str | None = None
    requires_record: str | None = None
    unless: str | None = None
    unless_record: str | None = None
    sections: tuple[str, ...] = ()
    assertions: tuple[Assertion, ...] = ("present",)
    yields: tuple[str, ...] = ()
    probability: float = Field(default=0.9, gt=0, le=1)


class Phrase(Wording):
    """A phrase as it is written; ``examples`` are sentences in which it is found, each a test."""

    examples: tuple[str, ...] = Field(min_length=1)


class CompiledPhrase(Wording):
    """A phrase as it is shipped.

    Attributes:
        anchors: every match holds a word of each of these sets.
        beside: and so does every record that it is found in, of each of these.
        between: no match holds one of these marks (:func:`~coder.suggest.stretches.marks_between`).
        ahead: so many characters behind a match decide about it.
    """

    anchors: tuple[tuple[str, ...], ...] = Field(min_length=1)
    beside: tuple[tuple[str, ...], ...] = ()
    between: str = ""
    ahead: int = 0


@cache
def phrases() -> tuple[Phrase, ...]:
    """All phrases as they are written, with their examples; read and validated once."""
    folder = files("coder.suggest").joinpath("data/phrases")
    texts = (entry.read_text(encoding="utf-8") for entry in sorted(folder.iterdir(), key=lambda entry: entry.name))
    adapter = TypeAdapter(tuple[Phrase, ...])
    return tuple(phrase for text in texts for phrase in adapter.validate_python(parse_yaml(text)))


def compile_phrases(path: Path) -> int:
    """Write the shipped form of all phrases; returns how many.

    Raises:
        ValueError: a pattern can match without any fixed word, so that every text would have to be searched for it.
    """
    compiled = []
    for phrase in phrases():
        sets = anchor_sets(phrase.pattern)[:_ANCHOR_SETS]
        if not sets:
            raise ValueError(f"phrase {phrase.id}: no word stands in every match; give the pattern one")
        between = marks_between(phrase.pattern)
        required = [anchor_sets(pattern)[:1] for pattern in (phrase.requires, phrase.requires_record) if pattern]
        shipped = CompiledPhrase(
            **phrase.model_dump(exclude={"examples"}),
            anchors=tuple(tuple(sorted(one)) for one in sets),
            beside=tuple(dict.fromkeys(tuple(sorted(one)) for group in required for one in group)),
            between=between,
            ahead=looks_ahead(phrase.pattern) if between else 0,
        )
        compiled.append(shipped.model_dump(exclude_defaults=True))
    lines = ",\n".join(json.dumps(one, ensure_ascii=False) for one in compiled)
    path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    return len(compiled)


@cache
def shipped_phrases() -> tuple[CompiledPhrase, ...]:
    """All phrases as they are shipped, read and validated once.

    Raises:
        ArtefactError: the compiled phrases are missing or damaged.
    """
    path = artefact_path(PHRASE_FILE)
    try:
        return TypeAdapter(tuple[CompiledPhrase, ...]).validate_json(path.read_bytes())
    except ValidationError:
        raise ArtefactError(f"{PHRASE_FILE} 已损坏或与本软件的版本不符：请重新安装") from None
