"""One approach for several procedures: 腹腔镜下卵巢囊肿剥除术+盆腔粘连松解术 is laparoscopic throughout.

The approach (``data/approaches.yaml``) is read from the first of procedures that only + 、 , or 及 separate. What was
changed into an open operation (中转开腹) is open whatever the list of operations calls it, and an operation told by its
steps is as endoscopic as the record says (:class:`Approaches`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from coder.patterns import compiled
from coder.text import Mention, Reading
from coder.text.sentences import sentence_at
from coder.yaml_data import parse_yaml


class Cavity(BaseModel):
    """What shows that an operation was done through a scope (``scope``), or at last without one (``open``)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scope: str
    open: str


class Abbreviation(BaseModel):
    """A short name of an endoscopic operation, and the approach that it stands for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    short: str
    approach: str


class ApproachData(BaseModel):
    """All of ``approaches.yaml``.

    Attributes:
        shared: what opens a procedure and holds for those after it.
        abbreviations: short names that open a procedure in the same way.
        spelled: letters that open a procedure (LSC胆囊切除术), for which the approach is written.
        own: what a procedure with an approach (or a nature) of its own says.
        between: what may stand between two procedures of one approach.
        cavities: by name, what shows the approach to it.
        not_of_this: in the same sentence, it speaks of an operation that is not the one told.
        consent: in the same sentence, it speaks of what may be done.
        done: ends what stands before it in its clause where it was done nevertheless.
        not_in: kinds of sections that tell of other operations.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    shared: str
    abbreviations: tuple[Abbreviation, ...]
    spelled: tuple[Abbreviation, ...]
    own: str
    between: str
    cavities: Mapping[str, Cavity]
    not_of_this: str
    consent: str
    done: str
    not_in: frozenset[str]


@cache
def _data() -> ApproachData:
    text = files("coder.suggest").joinpath("data/approaches.yaml").read_text(encoding="utf-8")
    return ApproachData.model_validate(parse_yaml(text))


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    data = _data()
    return re.compile(data.shared), re.compile(data.own), re.compile(data.between)


# A look through the scope is what it is, whatever followed; an operation stands before the change or behind it.
_EXPLORED = re.compile(r"^(?:探查|检查).*")
_CHANGED = re.compile(
    r"(?:(?:探查|检查)术?)?[(,+;→-]*(?:术中)?(?:中转|转|改)为?行?(?:开放|开腹|开胸|剖腹)(?:手术)?[):+,]?行?"
)


def compile_approaches() -> None:
    """Compile what would otherwise be compiled when a record first needs it."""
    data = _data()
    _patterns()
    parts = [pattern for words in data.cavities.values() for pattern in (words.scope, words.open)]
    for pattern in (
        data.not_of_this,
        data.consent,
        data.done,
        *parts,
        *(one.short for one in (*data.abbreviations, *data.spelled)),
    ):
        compiled(pattern)


class Approaches:
    """How the operations of one record were done, looked up when first asked."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._known: dict[str, bool] = {}

    def endoscopic(self, cavity: str) -> bool:
        """Whether the operation of a cavity was done through a scope to its end."""
        if cavity not in self._known:
            words = _data().cavities[cavity]
            self._known[cavity] = not self._says(words.open) and self._says(words.scope)
        return self._known[cavity]

    def converted(self, text: str) -> bool:
        """Whether the record says that the endoscopic operation of this name became an open one."""
        return any(compiled(words.scope).search(text) and self._says(words.open) for words in _data().cavities.values())

    def _says(self, pattern: str) -> bool:
        data, text = _data(), self._reading.normalised.text
        for match in compiled(pattern).finditer(text):
            section = self._reading.section_at(match.start())
            if section is not None and section.kind in data.not_in:
                continue
            sentence = sentence_at(text, *match.span())
            if compiled(data.not_of_this).search(text, sentence.start, sentence.stop):
                continue
            clause = text[sentence.start : match.start()].rpartition(",")[2]
            if compiled(data.done).search(clause) or not compiled(data.consent).search(
                text, sentence.start, sentence.stop
            ):
                return True
        return False


def _abbreviated(text: str) -> str | None:
    return next((one.approach for one in _data().abbreviations if compiled(one.short).search(text)), None)


def _spelled(text: str) -> tuple[str, str] | None:
    """The approach that the first letters of a procedure stand for, and the procedure with it."""
    for one in _data().spelled:
        if match := compiled(one.short).match(text):
            return one.approach, one.approach + text[match.end() :]
    return None


def shared_approaches(mentions: Sequence[Mention], reading: Reading) -> Mapping[int, str]:
    """The wording for each procedure mention (by place in ``mentions``) that takes an approach over or loses its own.

    Args:
        mentions: mentions in text order.
        reading: the record that they are of.
    """
    shared, own, between = _patterns()
    text = reading.normalised.text
    approaches = Approaches(reading)
    found: dict[int, str] = {}
    approach, end = "", -1
    for index, mention in enumerate(mentions):
        if mention.kind != "procedure" or mention.start < end:
            continue
        opening = shared.match(mention.text)
        if opening and mention.origin == "list" and approaches.converted(mention.text):
            approach = ""
            found[index] = _EXPLORED.sub("", _CHANGED.sub("", mention.text[opening.end() :])) or mention.text
        elif spelled := _spelled(mention.text):
            approach, found[index] = spelled
        elif opening:
            approach = opening.group()
        elif meant := _abbreviated(mention.text):
            approach = meant
        elif approach and 0 <= end <= mention.start and between.fullmatch(text, end, mention.start):
            if not own.search(mention.text):
                found[index] = approach + mention.text
        else:
            approach = ""
        end = mention.end
    return found
