"""Procedures of the page that the record names only as refused, planned, denied or past."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pydantic import Field

from coder.evidence.conditions import GAP
from coder.evidence.sections import HISTORY
from coder.evidence.support import Span, category_of
from coder.rules.facts import Facts, Subject
from coder.rules.outcome import FALSE, Outcome, unknown
from coder.rules.predicates.arguments import Arguments, Words
from coder.rules.predicates.text import said_of, worded
from coder.rules.predicates.unread import words_in
from coder.rules.registry import Compiled, register
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


_GAP = r"[^,。;:\n]{0,8}?"
_SENTENCE_END = re.compile(r"[。;\n]")
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
    told_as = {normalise_term(word): _search_for(told) for word, told in arguments.told.items()}
    held_in = words_in(told_as) if told_as else None

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
        if held_in is not None:
            names = facts.normal_names(subject.code)
            told = _places([told_as[word] for word in held_in(names[0])] if names else [], facts)
            if not all(_is_undone(span, facts, undone) or _is_denied(span, facts) for span in told):
                return FALSE
        spans = tuple(span for span, _ in places)
        values = tuple(dict.fromkeys(said_of(facts, span.start, span.end) for span in spans))
        return Outcome(True, codes=(subject.code,), spans=spans, values=values)

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
    told_as = {normalise_term(word): _search_for(told) for word, told in arguments.names.items()}
    held_in = words_in(told_as)
    undone, carried = worded(arguments.words), worded(arguments.carried)

    def test(facts: Facts, subject: Subject | None) -> Outcome:
        name = next(iter(facts.normal_names(subject.code)), "") if subject is not None else ""
        held = held_in(name)
        if subject is None or not held:
            return FALSE
        if not facts.has_text:
            return unknown(_NO_TEXT)
        text = facts.evidence.text
        spans = _places([told_as[word] for word in held], facts)
        if not spans or not all(
            _is_undone(span, facts, undone) or _is_carried(text, span.start, carried) or _is_denied(span, facts)
            for span in spans
        ):
            return FALSE
        values = tuple(dict.fromkeys(said_of(facts, span.start, span.end) for span in spans))
        return Outcome(True, codes=(subject.code,), spans=spans, values=values)

    return Compiled(test, cost=1)


def _places(searches: Sequence[re.Pattern[str]], facts: Facts) -> tuple[Span, ...]:
    text = facts.evidence.text
    return tuple(Span(*found.span()) for search in searches for found in search.finditer(text))


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
    name = normalise_term(arguments.name)
    both, acts, undone = (worded(words) for words in (arguments.both, arguments.acts, arguments.words))
    left = "|".join(map(re.escape, map(normalise_term, arguments.kept)))
    kept = re.compile(rf"(?:{_OTHER_SIDE}|[左右])[^。;\n]{{0,30}}?(?:{left})|(?:{left})(?:{_OTHER_SIDE}|[左右])")

    def test(facts: Facts, subject: Subject | None) -> Outcome:
        names = facts.normal_names(subject.code) if subject is not None else ()
        if subject is None or not names or name not in names[0]:
            return FALSE
        if not facts.has_text:
            return unknown(_NO_TEXT)
        text = facts.evidence.text
        for clause in _CLAUSE.split(text):
            if both.search(clause) and acts.search(clause) and not undone.search(clause):
                return FALSE
        found = kept.search(text)
        if found is not None:
            return Outcome(True, codes=(subject.code,), spans=(Span(*found.span()),), values=(found[0],))
        if both.search(text) is None and ("左" in text) != ("右" in text):
            return Outcome(True, codes=(subject.code,), values=("左侧" if "左" in text else "右侧",))
        return FALSE

    return Compiled(test, cost=1)


def _search_for(words: Words) -> re.Pattern[str]:
    """A search for words with gaps; letters of the alphabet make up a word of their own (EST, not test)."""
    return re.compile("|".join(_GAP.join(map(_whole, normalise_term(word).split(GAP))) for word in words))


def _whole(part: str) -> str:
    before = r"(?<![a-z])" if part[:1].isascii() else ""
    behind = r"(?![a-z])" if part[-1:].isascii() else ""
    return before + re.escape(part) + behind


def _is_carried(text: str, start: int, carried: re.Pattern[str]) -> bool:
    """Whether a word before the place in its sentence says that what follows is not done, or not yet."""
    lead = _SENTENCE_END.split(text[max(0, start - _LEAD) : start])[-1]
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
