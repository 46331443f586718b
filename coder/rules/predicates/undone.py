"""Procedures of the page that the record names only as refused, planned, denied or past."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from pydantic import Field

from coder.evidence.sections import HISTORY
from coder.evidence.support import Span, category_of
from coder.rules.facts import Facts, Subject
from coder.rules.outcome import FALSE, Outcome, unknown
from coder.rules.predicates.arguments import Arguments, Words
from coder.rules.predicates.unread import SENTENCE_END, asked_by_name
from coder.rules.registry import Compiled, register
from coder.rules.wording import said_of, worded, worded_with_gaps
from coder.text import normalise_term

_NO_TEXT = "病历文本"
_SUBCATEGORY = 5
_LEAD = 60
_NEAR = 6
_OTHER_SIDE = "对侧|健侧"
_CLAUSE = re.compile(r"[,。;\n]")
_DENIED = re.compile(r"(?:[未没拒]|否认|不曾)[^,。;\n]{0,4}\Z|[无不]\Z")
_OF_THE_PAST = frozenset(("historical", section) for section in HISTORY)

_Places = Sequence[tuple[Span, bool]]
"""Where words name procedures of a subcategory, and whether an assertion takes them back."""


_THEN = re.compile(r"[遂即]|于是|后行|随后")
"""What ends the reach of an "if": what comes behind it was done."""


class UndoneArguments(Arguments):
    """Words that, in the clause of a name, say that it was not done here and now."""

    words: Words
    told: Mapping[str, Words] = Field(default_factory=dict)
    """Words of official names, each with the words by which a record tells of it: one that is not undone is enough."""


def named_only_as_not_done(arguments: UndoneArguments) -> Compiled:
    """The record names the procedure that the rule is asked about, and nowhere as done in this stay."""
    undone = worded(arguments.words)
    told_as = _searches(arguments.told)

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
        name = next(iter(facts.normal_names(subject.code)), "")
        told = _places((search for word, search in told_as.items() if word in name), facts)
        if not all(_is_undone(span, facts, undone) or _is_denied(span, facts) for span in told):
            return FALSE
        return _not_done(subject.code, tuple(span for span, _ in places), facts)

    return Compiled(test, cost=1)


class WordsUndoneArguments(Arguments):
    """Words of official names, and what says that a thing was not done.

    Attributes:
        names: words of official names, each with the words by which a record tells of it at all, its steps included.
        words: words that, in the clause of a place, say that it was not done here and now.
        carried: words that say so for what follows in the sentence, whatever commas stand between (若…，则行融合).
    """

    names: Mapping[str, Words]
    words: Words
    carried: Words


def words_only_as_not_done(arguments: WordsUndoneArguments) -> Compiled:
    """The name of the code asked about has some of the words, and the record tells of these only as not done."""
    told_as = _searches(arguments.names)
    undone, carried = worded(arguments.words), worded(arguments.carried)

    def judge(code: str, held: tuple[str, ...], facts: Facts) -> Outcome:
        spans = _places((told_as[word] for word in held), facts)
        not_done = (
            _is_undone(span, facts, undone) or _is_carried(span, facts, carried) or _is_denied(span, facts)
            for span in spans
        )
        return _not_done(code, spans, facts) if spans and all(not_done) else FALSE

    return asked_by_name(told_as, judge)


def _searches(told: Mapping[str, Words]) -> Mapping[str, re.Pattern[str]]:
    """For words of official names a search for what tells of them."""
    return {normalise_term(word): worded_with_gaps(words, whole=True) for word, words in told.items()}


def _places(searches: Iterable[re.Pattern[str]], facts: Facts) -> tuple[Span, ...]:
    text = facts.evidence.text
    return tuple(Span(*found.span()) for search in searches for found in search.finditer(text))


def _not_done(code: str, spans: tuple[Span, ...], facts: Facts) -> Outcome:
    """What is said of a code of which these places tell: what stands in their clauses."""
    values = tuple(dict.fromkeys(said_of(facts, span.start, span.end) for span in spans))
    return Outcome(True, codes=(code,), spans=spans, values=values)


class OneSideArguments(Arguments):
    """What shows that an operation named for both sides was done on one.

    Attributes:
        name: what an official name says for both sides.
        both: words for both sides, which count in a clause with an act.
        acts: words for what is done to a side.
        kept: words by which a side is left as it is.
        words: words that, in the clause, say that it was not done here and now.
    """

    name: str
    both: Words
    acts: Words
    kept: Words
    words: Words


def one_side_only(arguments: OneSideArguments) -> Compiled:
    """The code is of both sides; the record tells of one side only, or that the other was left as it is."""
    both, acts, undone = (worded(words) for words in (arguments.both, arguments.acts, arguments.words))
    left = "|".join(map(re.escape, map(normalise_term, arguments.kept)))
    kept = re.compile(rf"(?:{_OTHER_SIDE}|[左右])[^。;\n]{{0,30}}?(?:{left})|(?:{left})(?:{_OTHER_SIDE}|[左右])")

    def judge(code: str, _: tuple[str, ...], facts: Facts) -> Outcome:
        text = facts.evidence.text
        for clause in _CLAUSE.split(text):
            if both.search(clause) and acts.search(clause) and not undone.search(clause):
                return FALSE
        found = kept.search(text)
        if found is not None:
            return Outcome(True, codes=(code,), spans=(Span(*found.span()),), values=(found[0],))
        if both.search(text) is None and ("左" in text) != ("右" in text):
            return Outcome(True, codes=(code,), values=("左侧" if "左" in text else "右侧",))
        return FALSE

    return asked_by_name((normalise_term(arguments.name),), judge)


def _is_carried(span: Span, facts: Facts, carried: re.Pattern[str]) -> bool:
    """Whether a word before the place in its sentence says that what follows is not done, or not yet."""
    lead = SENTENCE_END.split(facts.evidence.text[max(0, span.start - _LEAD) : span.start])[-1]
    return any(_THEN.search(lead, found.end()) is None for found in carried.finditer(lead))


def _is_denied(span: Span, facts: Facts) -> bool:
    """Whether it is denied by the letters before it, or stands in a history.

    What reads as planned or doubtful says so in its clause.
    """
    lead = facts.evidence.text[max(0, span.start - _NEAR) : span.start]
    return _DENIED.search(lead) is not None or facts.evidence.section_at(span.start) in HISTORY


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
        "one_side_only": (OneSideArguments, one_side_only),
        "words_only_as_not_done": (WordsUndoneArguments, words_only_as_not_done),
    }
)
