"""What selection makes of a record, beside a page whose codes it has found in the record as well.

Where selection has read a page but for a code or two, what it finds besides was probably forgotten; the more codes it
has not read, the likelier that one of them says the same in another way. Beside that, what records name in stock words.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from coder.evidence.codeset import CodeSet
from coder.evidence.names import likeness
from coder.evidence.support import Span, category_of
from coder.evidence.taken_in import takes_in
from coder.rules.cover import is_vague
from coder.rules.facts import Facts, Subject
from coder.rules.model import Selected
from coder.rules.outcome import Outcome, found, unknown
from coder.rules.predicates.arguments import Arguments, Patterns, Words
from coder.rules.predicates.text import at_places, is_told_twice
from coder.rules.registry import Compiled, codes, register
from coder.rules.wording import said_of, worded
from coder.text import normalise_term

_NO_TEXT = "病历文本"
_MORPHOLOGY = "/"
_SUBCATEGORY = 5
_SAME_DISEASE = 0.8


class DiagnosedArguments(Arguments):
    """Which diagnoses count among those that selection would put on the front page, and how sure it must be of one.

    Attributes:
        codes: the diagnoses that count.
        aside: diagnoses of the page of which nobody expects that the record is read for them.
        at_least: how sure selection must be on a page of which it has read all diagnoses, all but one, and so on; of
            a page of which it has read less it says nothing.
        unsure: words that, beside a place told only once, leave open whether the patient has it now.
    """

    codes: Patterns
    aside: Patterns
    at_least: tuple[float, ...] = Field(min_length=1)
    unsure: Words = ()


def diagnosed_but_not_coded(arguments: DiagnosedArguments) -> Compiled:
    """A diagnosis that selection is sure of has no code on a page whose other diagnoses it has read as well."""
    code_set, _ = codes("diagnosis", arguments.codes)
    aside, _ = codes("diagnosis", arguments.aside)
    unsure = worded(arguments.unsure)

    def test(facts: Facts, _: Subject | None) -> Outcome:
        if not facts.has_text or facts.given.diagnosed is None:
            return unknown(_NO_TEXT)
        given = [code for code in facts.all_diagnoses if _MORPHOLOGY not in code]
        read = {one.code for one in facts.given.diagnosed}
        unread = [code for code in given if code not in read and code not in aside]
        sure = _sure(facts.given.diagnosed, len(unread), arguments.at_least)
        missing = [
            one
            for one in sure
            if one.code in code_set
            and (is_told_twice(one) or not unsure.search(said_of(facts, *one.places[0])))
            and not any(_may_stand_for(code, one.code, read=code in read) for code in given)
            and not any(takes_in(code, one.code) for code in given)
            and not any(_is_of_one_name(code, one.code, facts) for code in given)
            and not facts.may_be_said_otherwise(one.code)
        ]
        return at_places({one.code: Span(*one.places[0]) for one in missing}, facts)

    return Compiled(test, None, (("diagnosis", code_set), ("diagnosis", aside)), cost=1)


def _may_stand_for(given: str, code: str, *, read: bool) -> bool:
    """Whether a diagnosis of the page is of the subcategory of another, or of its category and not read for itself."""
    if category_of(given) != category_of(code):
        return False
    return not read or given[:_SUBCATEGORY] == code[:_SUBCATEGORY] or is_vague(given) or is_vague(code)


def _is_of_one_name(given: str, code: str, facts: Facts) -> bool:
    """Whether a diagnosis of the page is called like another, be it of another chapter.

    A haematoma is one of an injury, of a disease or of an operation (S06.5, I62.0, T81.0), as the coder sees it.
    """
    names, others = facts.normal_names(given)[:1], facts.normal_names(code)[:1]
    return bool(names and others) and likeness(names[0], others[0]) >= _SAME_DISEASE


class ToldArguments(Arguments):
    """Words that name one procedure, its code, and the procedures of the page beside which it needs none."""

    words: Words
    code: str
    covered: Patterns = ()


class NamedArguments(Arguments):
    """Procedures that records name in the same few words, and words that leave open whether they were done."""

    told: tuple[ToldArguments, ...] = Field(min_length=1)
    unsure: Words = ()


def named_but_not_coded(arguments: NamedArguments) -> Compiled:
    """The record names procedures of this stay in their stock words, and no procedure of the page covers them."""
    told = [
        (frozenset(map(normalise_term, one.words)), one.code, codes("procedure", (one.code, *one.covered))[0])
        for one in arguments.told
    ]
    every = frozenset[str]().union(*(words for words, _, _ in told))
    unsure = worded(arguments.unsure)

    def is_named(given: str, words: frozenset[str], facts: Facts) -> bool:
        return any(word in name for name in facts.normal_names(given) for word in words)

    def said(words: frozenset[str], facts: Facts) -> list[Span]:
        spans = (span for word in words for span in facts.evidence.says(word, this_stay=True, kind="procedure"))
        return [span for span in spans if not unsure.search(said_of(facts, span.start, span.end))]

    def test(facts: Facts, _: Subject | None) -> Outcome:
        if not facts.has_text:
            return unknown(_NO_TEXT)
        held, given_codes = facts.held(every), facts.all_procedures
        missing: dict[str, Span] = {}
        for words, code, covered in told:
            if words & held and not any(given in covered or is_named(given, words, facts) for given in given_codes):
                spans = said(words & held, facts)
                if spans:
                    missing.setdefault(code, min(spans))
        return at_places(missing, facts)

    return Compiled(test, words=every, cost=1)


def selects(patterns: Patterns) -> Compiled:
    """Selection gives a procedure of a set that the page has not."""
    code_set, _ = codes("procedure", patterns)
    return Compiled(lambda facts, _: found(_selected_of(code_set, facts)), cost=1)


def proposes(patterns: Patterns) -> Compiled:
    """True in any case, with the procedures of a set that selection gives and the page has not: what may be added."""
    code_set, _ = codes("procedure", patterns)
    return Compiled(lambda facts, _: Outcome(True, codes=tuple(_selected_of(code_set, facts))), cost=1)


def _selected_of(code_set: CodeSet, facts: Facts) -> list[str]:
    return [one.code for one in facts.given.selected if one.code in code_set and one.code not in facts.all_procedures]


def _sure(selected: Sequence[Selected], unread: int, at_least: Sequence[float]) -> list[Selected]:
    """What selection is sure enough of, by how many codes of the page it has not read."""
    return [one for one in selected if one.probability >= at_least[unread]] if unread < len(at_least) else []


register(
    {
        "diagnosed_but_not_coded": (DiagnosedArguments, diagnosed_but_not_coded),
        "named_but_not_coded": (NamedArguments, named_but_not_coded),
        "proposes": (Patterns, proposes),
        "selects": (Patterns, selects),
    }
)
