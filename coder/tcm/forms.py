"""All written forms of TCM terms: names and aliases of both editions, with and without their endings.

>>> [(form.code, form.way) for form in Forms.load().of("气虚血瘀型")]
[('B03.01.03.06.02', 'ending')]
>>> [(form.code, form.way) for form in Forms.load().of("消渴")]
[('A06.09', 'ending')]
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import cast

import numpy as np

from coder.artefacts import artefact_path
from coder.columnar import read_columns, write_columns
from coder.tcm.mapping import edition_pairs, usages, western_table
from coder.tcm.rules import Way, fold_term, statement_rules
from coder.tcm.systems import INSURANCE, KINDS, STANDARD, TermKind, insurance, standard
from coder.terms import CodeSystem, Concept

FORMS_FILE = "tcm/forms.zip"
_SHORTEST = 2
_BRACKETED = re.compile(r"^[^()]*\(([^()]+)\)$")
_GLUED = re.compile("(?<=证)")
_PREFERENCE: tuple[Way, ...] = ("name", "usage", "ending", "alias", "other_edition")


@dataclass(frozen=True, slots=True)
class Form:
    """A written form of one concept."""

    text: str
    kind: TermKind
    code: str
    system: str
    way: Way


class Forms:
    """The dictionary of written forms; texts are folded (:func:`coder.tcm.rules.fold`).

    ``rows[starts[i]:starts[i + 1]]`` describe the forms of text *i*: code, kind, system and way, most likely first.
    """

    def __init__(self, texts: Sequence[str], starts: Sequence[int], rows: Sequence[str]) -> None:
        self._places = {text: place for place, text in enumerate(texts)}
        self._starts = starts
        self._rows = rows
        self._longest = max(map(len, texts))

    @classmethod
    def load(cls) -> Forms:
        """The shipped forms.

        Raises:
            ArtefactError: the compiled forms are missing or damaged.
        """
        return _load()

    @classmethod
    def build(cls) -> Forms:
        """The forms made afresh from the tables and rules."""
        found: dict[str, dict[tuple[TermKind, str], Form]] = {}
        for form in (form for kind in KINDS for form in (*_of_standard(kind), *_of_insurance(kind))):
            known = found.setdefault(form.text, {})
            key = (form.kind, form.code)
            if key not in known or _rank(form) < _rank(known[key]):
                known[key] = form
        starts, rows = [0], []
        for known in found.values():
            ordered = sorted(known.values(), key=_rank)
            rows += ["|".join((form.code, form.kind, form.system, form.way)) for form in ordered]
            starts.append(len(rows))
        return cls(list(found), starts, rows)

    def write(self, path: Path) -> None:
        """Write the shipped form."""
        write_columns(
            path,
            header={"name": "tcm-forms"},
            columns={"text": list(self._places), "row": self._rows},
            arrays={"start": np.array(self._starts, np.int32)},
        )

    def __iter__(self) -> Iterator[Form]:
        return (form for text in self._places for form in self.of(text))

    def of(self, text: str) -> tuple[Form, ...]:
        """The concepts that a folded text names, the most likely first."""
        place = self._places.get(text)
        if place is None:
            return ()
        return tuple(_form(text, row) for row in self._rows[self._starts[place] : self._starts[place + 1]])

    def longest_at(self, text: str, start: int, end: int) -> tuple[Form, ...]:
        """The longest form that begins at ``start`` and ends by ``end``; empty where none does."""
        for stop in range(min(end, start + self._longest), start + _SHORTEST - 1, -1):
            if text[start:stop] in self._places:
                return self.of(text[start:stop])
        return ()

    def texts_of(self, code: str) -> tuple[str, ...]:
        """All texts that may stand for a code.

        >>> "气虚血瘀型" in Forms.load().texts_of("B03.01.03.06.02")
        True
        """
        return self._by_code.get(code, ())

    @cached_property
    def _by_code(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for form in self:
            found.setdefault(form.code, []).append(form.text)
        return {code: tuple(texts) for code, texts in found.items()}

    @cached_property
    def by_length(self) -> Mapping[int, tuple[str, ...]]:
        """Texts by their number of characters."""
        found: dict[int, list[str]] = {}
        for text in self._places:
            found.setdefault(len(text), []).append(text)
        return {length: tuple(texts) for length, texts in found.items()}


def _rank(form: Form) -> tuple[int, bool, int, str]:
    """Names before aliases; our edition first; of an alias listed for a class and for a disease in it, the disease."""
    return (_PREFERENCE.index(form.way), form.system not in STANDARD.values(), -form.code.count("."), form.code)


def _form(text: str, row: str) -> Form:
    code, kind, system, way = row.split("|")
    return Form(text, cast(TermKind, kind), code, system, cast(Way, way))


@cache
def _load() -> Forms:
    table = read_columns(artefact_path(FORMS_FILE))
    return Forms(table.strings("text"), table.array("start").tolist(), table.strings("row"))


def _of_standard(kind: TermKind) -> Iterator[Form]:
    system = standard(kind)
    # The source repeats the alias of a heading (脏腑病) in the row before it, where it names nothing.
    of_headings = {
        alias for concept in system if not _is_codable(concept, kind) for alias in system.aliases(concept.code)
    }
    for concept in system:
        if _is_codable(concept, kind):
            yield from _written(concept.name, concept, kind, "name")
            for alias in system.aliases(concept.code):
                if alias not in of_headings:
                    yield from _written(alias, concept, kind, "alias")
    for usage in usages():
        if usage.kind == kind:
            yield from _written(usage.alias, system.concept(usage.code), kind, "usage")


def _of_insurance(kind: TermKind) -> Iterator[Form]:
    """Names of the 医保 edition stand for their GB/T counterpart; where there is none, for themselves."""
    ours, theirs = standard(kind), insurance(kind)
    counterpart: dict[str, Concept] = {}
    paired: set[str] = set()
    for pair in edition_pairs(kind):
        paired.add(pair.nhsa_code)
        if pair.basis != "part":
            counterpart.setdefault(pair.nhsa_name, ours.concept(pair.gb_code))
    for concept in theirs:
        for name in (concept.name, *theirs.aliases(concept.code)):
            if name in counterpart:
                yield from _written(name, counterpart[name], kind, "other_edition")
            elif not concept.is_heading:
                yield from _written(name, concept, kind, "other_edition")


def _is_codable(concept: Concept, kind: TermKind) -> bool:
    """Classes that doctors write as a diagnosis (痹证, 虚劳) have western candidates; bare headings have none."""
    return not concept.is_heading or (kind == "disease" and concept.code in western_table())


def _written(name: str, concept: Concept, kind: TermKind, way: Way) -> Iterator[Form]:
    folded = fold_term(name)
    inside = _BRACKETED.match(folded)
    if inside and concept.system in INSURANCE.values():
        folded = inside[1]
    parts = [folded]
    if not concept.name_confirmed and name == concept.name:
        # The source runs several names into one (…证…证): each part is a name of its own.
        parts = [part for part in _GLUED.split(folded) if part]
    for part in parts:
        for text in _endings(part, kind):
            yield Form(text, kind, concept.code, concept.system, _way(text, part, way))


def _way(text: str, name: str, way: Way) -> Way:
    return "ending" if way == "name" and text != name else way


def _endings(name: str, kind: TermKind) -> Iterator[str]:
    rules = statement_rules()
    stem = stem_of(name, kind)
    yield name
    if len(stem) < _SHORTEST:
        stem = name if kind == "syndrome" else ""
    if not stem:
        return
    yield stem
    for ending in rules.disease_endings if kind == "disease" else rules.syndrome_endings:
        yield stem + ending


def stem_of(name: str, kind: TermKind) -> str:
    """A folded name without the ending that says what kind it is of.

    >>> stem_of("气阴两虚证", "syndrome"), stem_of("泄泻病", "disease")
    ('气阴两虚', '泄泻')
    """
    rules = statement_rules()
    endings = (*rules.class_endings, *rules.disease_endings) if kind == "disease" else rules.syndrome_endings
    return next((name.removesuffix(ending) for ending in endings if name.endswith(ending)), name)


def system_of(form: Form) -> CodeSystem:
    """The code system that holds a form's concept."""
    return standard(form.kind) if form.system == STANDARD[form.kind] else insurance(form.kind)
