"""Procedures that selection reads in a record and the page lacks: how likely is it that the coder forgot them?

Selection finds more than a page holds: steps of an operation, other names of what is coded, what was weighed and left.
So each is weighed: how sure selection is, what of the page it may be a step or another name of, how well the rest of
the page was read. A logistic regression over these was fitted on complete pages of humans, and on the same pages with
a procedure taken off (``python -m eval.forgotten``). What it goes by stands in ``coder/rules/data/procedures.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from coder.coding import Probability
from coder.evidence.codeset import CodeSet
from coder.evidence.names import likeness
from coder.evidence.support import Span, category_of
from coder.rules.facts import Facts, Subject
from coder.rules.model import Selected
from coder.rules.outcome import Outcome, unknown
from coder.rules.predicates.arguments import Arguments, Patterns, Words
from coder.rules.predicates.text import (
    FINAL_LISTS,
    NO_OPERATIONS,
    StepArguments,
    at_places,
    compiled_steps,
    is_a_step,
    is_told_twice,
)
from coder.rules.registry import Compiled, codes, register
from coder.rules.wording import said_of, worded
from coder.text.datafile import DataModel, parse_data
from coder.weighing import Weighing, load_shipped

FORGOTTEN_FILE: Final = "rules/forgotten.json"
_NO_TEXT = "病历文本"
_SITE = 2
_SUBCATEGORY = 5
_SKIN = "86"
_LIKE_NOTHING = 0.2
_SEVERAL: Final = 4
"""More procedures than so many that nothing was read for say no more."""
_LAST: Final = 5
"""Procedures of this rank and lower weigh alike."""

Features = dict[str, float]


class _Past(DataModel):
    beside: Patterns
    codes: Patterns


class _ProcedureData(DataModel):
    counted: Patterns
    one_of: tuple[Patterns, ...]
    unsure: Words
    past: tuple[_Past, ...]
    steps: tuple[StepArguments, ...]


class ForgottenArguments(Arguments):
    """The least probability that counts, and the one from which on another rule speaks."""

    at_least: Probability
    below: float = 2.0


def forgotten(arguments: ForgottenArguments) -> Compiled:
    """A procedure that selection reads in the record was probably forgotten on the page.

    Not known where there is no text.
    """
    model = load_shipped(FORGOTTEN_FILE, Weighing)

    def test(facts: Facts, _: Subject | None) -> Outcome:
        if not facts.has_text:
            return unknown(_NO_TEXT)
        weighed = facts.once(
            ("forgotten", ""), lambda: [(one, model.probability(values)) for one, values in candidates(facts)]
        )
        missing = [one for one, likely in weighed if arguments.at_least <= likely < arguments.below]
        return at_places({one.code: Span(*one.places[0]) for one in missing}, facts)

    return Compiled(test, None, (("procedure", _tests().counted),), cost=1)


def candidates(facts: Facts) -> Iterator[tuple[Selected, Features]]:
    """The procedures that selection reads and the page lacks, with what speaks for and against each.

    ``sure`` is how sure selection is, ``listed`` that the record lists it among its operations, ``rank`` its place
    among all that were read, ``said`` how alike its name and the words are. ``unsure``, ``past`` and ``step`` are of
    the data file. ``subcategory`` and ``site`` say that the page has another of its own, ``alike`` how alike it is
    to what nothing was read for, ``unread`` how many these are, ``apart`` that nothing of the page can stand for it.
    """
    known = _tests()
    given = facts.all_procedures
    read = {one.code for one in facts.given.selected}
    unread = [code for code in given if code not in read]
    for rank, one in enumerate(facts.given.selected):
        if one.code not in given and one.code in known.counted:
            yield one, _features(one, rank, unread, facts, known)


def _features(one: Selected, rank: int, unread: Sequence[str], facts: Facts, known: _Tests) -> Features:
    given, code = facts.all_procedures, one.code
    name = next(iter(facts.normal_names(code)), "")
    words = max((facts.evidence.text[start:end] for start, end in one.places), key=len)
    step, past = is_a_step(code, known.steps, given), known.is_past(code, facts.all_diagnoses)
    subcategory = any(other[:_SUBCATEGORY] == code[:_SUBCATEGORY] for other in given)
    may_stand_for_it = (
        subcategory
        or any(_may_be(other, code, facts) for other in unread)
        or _is_said_by_another(one, facts)
        or any(code in same and any(other in same for other in given) for same in known.one_of)
    )
    return {
        "sure": one.probability,
        "listed": float(any(facts.evidence.section_at(start) in FINAL_LISTS["procedure"] for start, _ in one.places)),
        "rank": float(min(rank, _LAST)),
        "said": likeness(name, words),
        "unsure": float(bool(known.unsure.search(said_of(facts, *one.places[0])))),
        "past": float(past),
        "step": float(step),
        "subcategory": float(subcategory),
        "site": float(any(other[:_SITE] == code[:_SITE] for other in given)),
        "alike": max((_likeness(other, code, facts) for other in unread), default=0.0),
        "unread": float(min(_SEVERAL, len(unread))),
        "apart": float(not (may_stand_for_it or past or (step and not is_told_twice(one)))),
    }


def _may_be(given: str, code: str, facts: Facts) -> bool:
    """Whether a procedure code can stand for what another means: of its category, or of its site and not unlike it.

    An operation can be the one of which only the skin was read: a flap, a graft, a suture.
    """
    if category_of(given) == category_of(code) or (code.startswith(_SKIN) and given < NO_OPERATIONS):
        return True
    return given[:_SITE] == code[:_SITE] < NO_OPERATIONS and _likeness(given, code, facts) >= _LIKE_NOTHING


def _likeness(one: str, other: str, facts: Facts) -> float:
    """How alike the official names are; a code of no table has none and is like nothing."""
    first, second = (facts.normal_names(code)[:1] for code in (one, other))
    return likeness(first[0], second[0]) if first and second else 0.0


def _is_said_by_another(one: Selected, facts: Facts) -> bool:
    """Whether every place that tells a procedure tells one of the same site that the page has."""
    given = facts.all_procedures
    near = (
        other
        for other in facts.given.selected
        if other.code in given and other.code[:_SITE] == one.code[:_SITE] < NO_OPERATIONS
    )
    told = [place for other in near for place in other.places]
    return all(any(start < end and begin < stop for start, stop in told) for begin, end in one.places)


@dataclass(frozen=True, slots=True)
class _Tests:
    """The data file, ready to be asked."""

    counted: CodeSet
    one_of: tuple[CodeSet, ...]
    steps: tuple[tuple[CodeSet, CodeSet], ...]
    past: Sequence[tuple[CodeSet, CodeSet]]
    unsure: re.Pattern[str]

    def is_past(self, code: str, diagnoses: Sequence[str]) -> bool:
        """Whether a stay with such diagnoses tells a procedure as past."""
        return any(code in told and any(one in stays for one in diagnoses) for stays, told in self.past)


@cache
def _data() -> _ProcedureData:
    label = "data/procedures.yaml"
    text = files("coder.rules").joinpath(label).read_text(encoding="utf-8")
    return parse_data(text, _ProcedureData, label=f"coder/rules/{label}")


def procedure_patterns() -> Iterator[str]:
    """Every pattern of procedures in the data file, each of which must hit a code.

    Raises:
        ArtefactError: the data file breaks its schema.
    """
    data = _data()
    yield from data.counted
    for patterns in data.one_of:
        yield from patterns
    for past in data.past:
        yield from past.codes
    for step in data.steps:
        yield from (*step.of, *step.beside)


@cache
def _tests() -> _Tests:
    data = _data()
    return _Tests(
        counted=codes("procedure", data.counted)[0],
        one_of=tuple(codes("procedure", patterns)[0] for patterns in data.one_of),
        steps=compiled_steps(data.steps),
        past=tuple((codes("diagnosis", one.beside)[0], codes("procedure", one.codes)[0]) for one in data.past),
        unsure=worded(data.unsure),
    )


register({"forgotten": (ForgottenArguments, forgotten)})
