"""How well a record supports a code of the page that selection does not read in it: a probability.

Many words can say a thing, and no list of them is ever complete. So the question is weighed: how near the record's
words come to the names of the code, how near the denied ones, what selection makes of the record instead, how much of
the name the record holds at all, and how much of the rest of the page was not read either. A logistic regression over
these was fitted on pages that humans coded and on codes planted in them (``python -m eval.support``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel, ConfigDict

from coder.evidence.names import pieces, telling_letters
from coder.evidence.ruled_out import ruled_out
from coder.rules.facts import Facts
from coder.rules.unread import is_told_of, read_codes, unread_diagnoses, unread_procedures
from coder.text.second_opinion import Kind
from coder.weighing import Weighing, load_shipped

SUPPORT_FILE: Final = "rules/support.json"
_CATEGORY: Final[Mapping[Kind, int]] = {"diagnosis": 3, "procedure": 2}
_SUBCATEGORY: Final = 5
_SEVERAL: Final = 4
"""More codes than so many that only one side has say no more of how well a record was read."""


class SupportModel(BaseModel):
    """The models of both kinds: how likely it is that a record supports a code with such features."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    diagnosis: Weighing
    procedure: Weighing

    @classmethod
    def load(cls) -> SupportModel:
        """The shipped models; a second call in the process returns the same object.

        Raises:
            ArtefactError: the file is missing or damaged.
        """
        return load_shipped(SUPPORT_FILE, cls)

    def of(self, code: str, facts: Facts) -> float:
        """How likely it is that the record supports a code of the page."""
        weighing = self.procedure if facts.kind_of(code) == "procedure" else self.diagnosis
        return facts.once(("support", code), lambda: weighing.probability(features(code, facts)))


def features(code: str, facts: Facts) -> dict[str, float]:
    """What speaks for and against a code of the page; the likeness of the record to it must be known.

    ``read``, ``category`` and ``subcategory`` are what selection gives: this code (how sure), another one of its
    category or subcategory. ``told`` and ``near`` are what wording tells and final diagnoses may mean. ``present``,
    ``denied`` and ``meant`` are the likeness. ``said`` and ``ruled_out`` are of its names, ``letters`` and ``pieces``
    which share of its official name the record has nowhere. ``judged`` says that values and drugs prove it rather than
    its name, ``unread`` which share of the other codes of the page selection does not read, ``strange`` how many codes
    it gives that the page has not: where there are several, it read the record for other codes than the coder.
    """
    given = facts.given
    kind = facts.kind_of(code)
    width = _CATEGORY[kind]
    likeness = (given.likeness or {})[code]
    chosen = given.selected if kind == "procedure" else given.diagnosed or ()
    read = max((one.probability for one in chosen if one.code == code), default=0.0)
    name = next(iter(facts.normal_names(code)))
    letters, parts = telling_letters(name), pieces(name)
    text = facts.evidence.text
    return {
        "read": read,
        "category": float(not read and any(one.code[:width] == code[:width] for one in chosen)),
        "subcategory": float(not read and any(one.code[:_SUBCATEGORY] == code[:_SUBCATEGORY] for one in chosen)),
        "told": float(any(code in one.codes for one in given.told)),
        "near": float(any(code in one.near for one in given.proposals)),
        "present": likeness.present,
        "denied": likeness.denied,
        "meant": likeness.meant,
        "said": float(is_told_of(code, facts)),
        "ruled_out": float(bool(ruled_out(facts.evidence, facts.normal_names(code)))),
        "letters": sum(letter not in text for letter in letters) / max(1, len(letters)),
        "pieces": sum(piece not in text for piece in parts) / max(1, len(parts)),
        "judged": float(bool(facts.conditions_of(code))),
        "unread": len(unread_beside(code, facts)) / max(1, len({*facts.all_diagnoses, *facts.all_procedures} - {code})),
        "strange": min(_SEVERAL, len(_strange(facts))),
    }


def unread_beside(code: str, facts: Facts) -> frozenset[str]:
    """The other codes of the page that nothing that selection gives can stand for."""
    return frozenset((*unread_diagnoses(facts), *unread_procedures(facts))) - {code}


def _strange(facts: Facts) -> frozenset[str]:
    """The codes that selection gives and the page has not."""
    return read_codes(facts).difference(facts.all_diagnoses, facts.all_procedures)
