"""Procedures of the page that the record names only as refused, planned, denied or past."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from coder.evidence.sections import HISTORY
from coder.evidence.support import Span, category_of
from coder.rules.facts import Facts, Subject
from coder.rules.outcome import FALSE, Outcome, unknown
from coder.rules.predicates.arguments import Arguments, Words
from coder.rules.predicates.text import said_of, worded
from coder.rules.registry import Compiled, register

_NO_TEXT = "病历文本"
_SUBCATEGORY = 5
_OF_THE_PAST = frozenset(("historical", section) for section in HISTORY)

_Places = Sequence[tuple[Span, bool]]
"""Where words name procedures of a subcategory, and whether an assertion takes them back."""


class UndoneArguments(Arguments):
    """Words that, in the clause of a name, say that it was not done here and now."""

    words: Words


def named_only_as_not_done(arguments: UndoneArguments) -> Compiled:
    """The record names the procedure that the rule is asked about, and nowhere as done in this stay."""
    undone = worded(arguments.words)

    def test(facts: Facts, subject: Subject | None) -> Outcome:
        if subject is None:
            return FALSE
        if not facts.has_text:
            return unknown(_NO_TEXT)
        if category_of(subject.code) in _told(facts):
            return FALSE
        places = _named(facts).get(subject.code[:_SUBCATEGORY], ())
        if not places or not all(taken_back or _is_undone(span, facts, undone) for span, taken_back in places):
            return FALSE
        spans = tuple(span for span, _ in places)
        values = tuple(dict.fromkeys(said_of(facts, span.start, span.end) for span in spans))
        return Outcome(True, codes=(subject.code,), spans=spans, values=values)

    return Compiled(test, cost=1)


def _told(facts: Facts) -> frozenset[str]:
    """The categories of what selection gives and of what phrases tell."""
    given = facts.given
    told = (code for performed in given.performed for code in performed.codes)
    return facts.once(
        ("told", "category"), lambda: frozenset(map(category_of, (*(one.code for one in given.selected), *told)))
    )


def _named(facts: Facts) -> Mapping[str, _Places]:
    """Where words name, or mean, procedures, by subcategory."""
    return facts.once(("named", "subcategory"), lambda: _named_by_subcategory(facts))


def _named_by_subcategory(facts: Facts) -> Mapping[str, _Places]:
    named: dict[str, list[tuple[Span, bool]]] = {}
    taken_back = set()
    for mention in facts.given.reading.mentions:
        if mention.kind == "procedure":
            span = Span(mention.start, mention.end)
            not_here = mention.assertion == "absent" or (mention.assertion, mention.section) in _OF_THE_PAST
            if not_here:
                taken_back.add(span)
            for code in (key.partition(":")[2] for key in mention.concept_keys):
                named.setdefault(code[:_SUBCATEGORY], []).append((span, not_here))
    for proposal in facts.given.proposals:
        span = Span(proposal.start, proposal.end)
        for code in proposal.codes:
            if code in facts.procedures:
                named.setdefault(code[:_SUBCATEGORY], []).append((span, span in taken_back))
    return named


def _is_undone(span: Span, facts: Facts, undone: re.Pattern[str]) -> bool:
    return undone.search(said_of(facts, span.start, span.end)) is not None


register(
    {
        "named_only_as_not_done": (UndoneArguments, named_only_as_not_done),
    }
)
