"""The predicate over the diagnoses that selection would put on the front page."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Final

from coder.evidence.codeset import CodeSet
from coder.evidence.conditions import conditions_of, covered_by
from coder.evidence.names import likeness
from coder.evidence.sections import deciding_lists
from coder.evidence.support import Span, category_of
from coder.evidence.taken_in import takes_in
from coder.rules.cover import claimed, subcategory_of, uncoded
from coder.rules.facts import Facts, Subject
from coder.rules.model import Selected
from coder.rules.outcome import FALSE, Outcome, unknown
from coder.rules.predicates.arguments import Arguments, Patterns
from coder.rules.predicates.text import PUT_RIGHT, listed_items, worded
from coder.rules.registry import Compiled, codes, register

_ALIKE: Final = 0.3
_SHORTEST: Final = 2


class StateArguments(Arguments):
    """States (``of``) that are what a procedure of this stay (``beside``) leaves behind, and say nothing beside it."""

    of: Patterns
    beside: Patterns


class DiagnosedArguments(Arguments):
    """Which diagnoses count among those that selection would put on the front page.

    Attributes:
        codes: the diagnoses that count.
        listed: whether they stand in the list of final diagnoses, or nowhere in it.
        at_least: how sure selection must be of one.
        unless: words that leave it open whether a diagnosis is there.
        states: states that need no code beside the procedure of this stay that brought them about.
        passed: words of items which the rules for the list pass over; what else these tell is left to them.
        common: words of names that many diagnoses of a chapter share (新生儿): by them alone two are not alike.
    """

    codes: Patterns
    listed: bool
    at_least: float
    unless: tuple[str, ...] = ()
    states: tuple[StateArguments, ...] = ()
    passed: tuple[str, ...] = ()
    common: tuple[str, ...] = ()


def diagnosed_but_not_coded(arguments: DiagnosedArguments) -> Compiled:
    """A diagnosis that selection would put on the front page has no code on it, and none that nothing else explains."""
    code_set, _ = codes("diagnosis", arguments.codes)
    passed, common, unless = worded(arguments.passed), worded(arguments.common), worded(arguments.unless)
    states = [(codes("diagnosis", one.of)[0], codes("procedure", one.beside)[0]) for one in arguments.states]

    def counts(one: Selected, facts: Facts) -> bool:
        if _is_listed(one, facts) != arguments.listed:
            return False
        if any(unless.search(facts.evidence.text[start:end]) for start, end in one.places):
            return False
        return not any(one.code in of and any(code in beside for code in facts.all_procedures) for of, beside in states)

    def test(facts: Facts, _: Subject | None) -> Outcome:
        if not facts.has_text:
            return unknown("病历文本")
        found = _uncoded(facts, code_set, arguments.at_least, passed, common)
        missing = [one for one in found if counts(one, facts)]
        if not missing:
            return FALSE
        spans = tuple(Span(*one.places[0]) for one in missing)
        words = (facts.evidence.text[span.start : span.end] for span in spans)
        return Outcome(True, codes=tuple(one.code for one in missing), spans=spans, values=tuple(dict.fromkeys(words)))

    return Compiled(test, cost=1)


def _uncoded(
    facts: Facts, code_set: CodeSet, at_least: float, passed: re.Pattern[str], common: re.Pattern[str]
) -> list[Selected]:
    diagnosed = facts.given.diagnosed or ()
    given = facts.all_diagnoses
    chosen = [
        one for one in diagnosed if one.code not in given and one.code in code_set and one.probability >= at_least
    ]
    if not chosen:
        return []
    explained = {one.code for one in diagnosed}
    unexplained = [code for code in given if code not in explained]
    claims = claimed(unexplained, (one.code for one in diagnosed if one.code not in given))
    # What the list names and nothing stands for is told by the rules for the list, but for what they pass over.
    left = facts.once(
        ("listed, not coded", "diagnosis"), lambda: uncoded(listed_items(facts, "diagnosis"), facts, "diagnosis")
    )
    told = [item for item in left if item.codes and not passed.search(item.head)]
    return [
        one
        for one in chosen
        if not _is_put_right(one, facts)
        and not _is_within_another(one, diagnosed, given, facts.evidence.text)
        and not any(item.span.start < end and start < item.span.end for item in told for start, end in one.places)
        and not any(_says(code, one.code) for code in given)
        and not any(
            claims.get(code, one.code) == one.code and _may_stand_for(code, one, facts, common) for code in unexplained
        )
    ]


def _says(code: str, one: str) -> bool:
    """Whether a code of the page says what another would, more or less closely."""
    return subcategory_of(code) == subcategory_of(one) or takes_in(code, one) or takes_in(one, code)


def _may_stand_for(code: str, one: Selected, facts: Facts, common: re.Pattern[str]) -> bool:
    """Whether a code that nothing else explains can be another code for a diagnosis."""
    if category_of(code) == category_of(one.code):
        return True
    if {condition.id for condition in conditions_of(one.code)} & set(covered_by(code)):
        return True
    words = (facts.evidence.text[start:end] for start, end in one.places)
    own = {common.sub("", name) for name in (*facts.normal_names(one.code), *words)}
    names = (common.sub("", name) for name in facts.normal_names(code))
    return any(_are_alike(name, other) for name in names for other in own)


def _are_alike(name: str, other: str) -> bool:
    return len(other) >= _SHORTEST and (other in name or likeness(name, other) >= _ALIKE)


def _is_put_right(one: Selected, facts: Facts) -> bool:
    """Whether the record takes a diagnosis back, or puts another in its place, right behind it."""
    return any(PUT_RIGHT.match(facts.evidence.text, end) for _, end in one.places)


def _is_within_another(one: Selected, diagnosed: Iterable[Selected], given: Collection[str], text: str) -> bool:
    """Whether words of a diagnosis that is on the page are all that tells it, or say in brackets what it is."""
    others = [place for other in diagnosed if other.code in given for place in other.places]
    return all(
        any(
            (first <= start and end <= last) or (start < first and last == end - 1 and text[end - 1] == ")")
            for first, last in others
        )
        for start, end in one.places
    )


def _is_listed(one: Selected, facts: Facts) -> bool:
    """Whether a diagnosis stands in the list of final diagnoses, or in the only list of a record without one."""
    lists = deciding_lists(section.kind for section in facts.given.reading.sections)
    return any(facts.evidence.section_at(start) in lists for start, _ in one.places)


register({"diagnosed_but_not_coded": (DiagnosedArguments, diagnosed_but_not_coded)})
