"""Procedures that a record tells by their steps, in any order of words, and that no code of the page stands for."""

from __future__ import annotations

import re
from collections import defaultdict

from pydantic import Field

from coder.evidence.sections import COURSE, HISTORY
from coder.evidence.support import Span
from coder.rules.facts import Facts, Subject
from coder.rules.outcome import Outcome, unknown
from coder.rules.predicates.arguments import Arguments, Patterns, Words
from coder.rules.predicates.text import at_places
from coder.rules.registry import Compiled, codes, register
from coder.rules.wording import said_of, worded, worded_with_gaps
from coder.text import normalise_term

_NO_TEXT = "病历文本"
_AROUND = 60
_NOT_DONE = re.compile(r"[未不没无拒][^,。;\n]{0,2}\Z")
_COURSES = frozenset({COURSE, "operation_note", "operation_name"})
_BEFORE = frozenset({"present_illness", "chief_complaint"})


class StepsArguments(Arguments):
    """One procedure and how it is told by its steps.

    Attributes:
        words: words by which the place is found; not denied, nor told as past. A step that reads as doubtful or
            stands early in the record (当晚塞管接水封瓶) is no plan: what is only planned says so in its clause.
        with_: groups of words of which each has one in the same sentence; ``~~`` stands for a few letters.
        unless: words of the sentence that make it another thing.
        about: words of which the record has one anywhere, as what is operated on is often named far from the steps.
        diagnosis: diagnoses of which the page has one, where the steps are coded beside these only.
        procedure: procedures of the page of which it has one, where the steps are coded for these or beside them.
        code: the procedure that is proposed.
        covered: procedures of the page beside which it needs no code, or which may stand for it.
    """

    words: Words
    with_: tuple[Words, ...] = Field(default=(), alias="with")
    unless: Words = ()
    about: Words = ()
    diagnosis: Patterns = ()
    procedure: Patterns = ()
    code: str
    covered: Patterns


class ToldByStepsArguments(Arguments):
    """Procedures told by their steps, and words that, in the clause, leave open whether these were done here."""

    told: tuple[StepsArguments, ...] = Field(min_length=1)
    unsure: Words = ()


class _Steps:
    """One procedure's steps, ready to be looked for."""

    def __init__(self, arguments: StepsArguments) -> None:
        self.words = frozenset(map(normalise_term, arguments.words))
        self.groups = tuple(map(worded_with_gaps, arguments.with_))
        self.unless = worded_with_gaps(arguments.unless)
        self.about = frozenset(map(normalise_term, arguments.about))
        self.beside = codes("diagnosis", arguments.diagnosis)[0] if arguments.diagnosis else None
        self.done = codes("procedure", arguments.procedure)[0] if arguments.procedure else None
        self.code = arguments.code
        self.covered = codes("procedure", (arguments.code, *arguments.covered))[0]

    def may_be_told(self, held: frozenset[str], facts: Facts) -> bool:
        """Whether what is operated on is there at all, and no code of the page covers the steps."""
        if self.about and not self.about & held:
            return False
        if self.beside is not None and not any(code in self.beside for code in facts.all_diagnoses):
            return False
        if self.done is not None and not any(code in self.done for code in facts.all_procedures):
            return False
        return not any(code in self.covered for code in facts.all_procedures)

    def place(self, facts: Facts, unsure: re.Pattern[str]) -> Span | None:
        """The first place where all of the steps are told in one sentence, by the longest of its words."""
        says = facts.evidence.says
        words = self.words & facts.held(self.words)
        places = ((span, word) for word in words for span in says(word, kind="procedure"))
        first = sorted(places, key=lambda place: (place[0].start, -place[0].end))
        return next((span for span, word in first if self._tells(span, word, facts, unsure)), None)

    def _tells(self, span: Span, word: str, facts: Facts, unsure: re.Pattern[str]) -> bool:
        if not _is_of_this_stay(span, word, facts) or unsure.search(said_of(facts, span.start, span.end)):
            return False
        sentence = facts.evidence.around(span, before=_AROUND, behind=_AROUND)
        if self.unless.search(sentence):
            return False
        return all(any(_stands(step, sentence) for step in group.finditer(sentence)) for group in self.groups)


def _is_of_this_stay(span: Span, word: str, facts: Facts) -> bool:
    """Whether a place tells of this stay.

    A short record goes on under the heading of the present illness; where another heading is for what was done, the
    present illness tells of former treatment.
    """
    evidence = facts.evidence
    section = evidence.section_at(span.start)
    if section in HISTORY or not evidence.tells_of_this_stay(span):
        return False
    if section in _BEFORE and any(one.kind in _COURSES for one in facts.given.reading.sections):
        return span in evidence.says(word, this_stay=True, kind="procedure")
    return True


def _stands(step: re.Match[str], sentence: str) -> bool:
    """Whether a step is not denied right before it (未予|穿刺)."""
    return _NOT_DONE.search(sentence, 0, step.start()) is None


def told_by_steps(arguments: ToldByStepsArguments) -> Compiled:
    """A sentence of the record tells all steps of a procedure of this stay, and no procedure of the page covers it."""
    told = [_Steps(one) for one in arguments.told]
    every = frozenset[str]().union(*(one.words | one.about for one in told))
    by_word = defaultdict[str, list[int]](list)
    for number, one in enumerate(told):
        for word in one.words:
            by_word[word].append(number)
    unsure = worded(arguments.unsure)

    def test(facts: Facts, _: Subject | None) -> Outcome:
        if not facts.has_text:
            return unknown(_NO_TEXT)
        held = facts.held(every)
        begun = sorted({number for word in by_word.keys() & held for number in by_word[word]})
        places = {
            one.code: place
            for one in map(told.__getitem__, begun)
            if one.may_be_told(held, facts) and (place := one.place(facts, unsure)) is not None
        }
        return at_places(places, facts)

    return Compiled(test, words=every, cost=1)


register({"told_by_steps": (ToldByStepsArguments, told_by_steps)})
