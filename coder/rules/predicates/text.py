"""Predicates over what the record says in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from coder.coding import Assertion
from coder.evidence import Verdict
from coder.evidence.conditions import covered_by, signs_of
from coder.evidence.names import likeness
from coder.evidence.support import Span, category_of
from coder.rules.facts import Facts, Subject
from coder.rules.outcome import FALSE, Outcome, of, unknown
from coder.rules.predicates.arguments import Arguments, Words, Yes
from coder.rules.registry import Compiled, predicate
from coder.text import Mention, normalise_term

_NO_TEXT = "病历文本"
_SAME = 0.5
_LIKE_NOTHING = 0.2
_SHORTEST = 2
_LONGEST = 30


@predicate("has_text", Yes)
def has_text(_: Any) -> Compiled:
    """There is record text to look into (not known without any)."""
    return Compiled(lambda facts, _: of(True) if facts.has_text else unknown(_NO_TEXT))


class SaysArguments(Arguments):
    """Words, and where they count: in some sections only, not in history and plans."""

    words: Words
    sections: tuple[str, ...] = ()
    this_stay: bool = False
    kind: Literal["diagnosis", "procedure"] = "diagnosis"


@predicate("says", Words | SaysArguments)
def says(argument: Words | SaysArguments) -> Compiled:
    """The record says one of these words and does not deny it."""
    wanted = argument if isinstance(argument, SaysArguments) else SaysArguments(words=argument)
    words = tuple(normalise_term(word) for word in wanted.words)

    def test(facts: Facts, _: Subject | None) -> Outcome:
        if not facts.has_text:
            return unknown(_NO_TEXT)
        evidence = facts.evidence
        spans = tuple(
            span
            for word in words
            for span in evidence.says(word, this_stay=wanted.this_stay, kind=wanted.kind)
            if not wanted.sections or evidence.section_at(span.start) in wanted.sections
        )
        if not spans:
            return FALSE
        seen = dict.fromkeys(facts.evidence.text[span.start : span.end] for span in spans)
        return Outcome(True, spans=spans, values=tuple(seen))

    return Compiled(test)


@predicate("contains", Words)
def contains(words: Words) -> Compiled:
    """The text holds one of these words, denied or not (for headings and required statements)."""
    normal = tuple(normalise_term(word) for word in words)

    def test(facts: Facts, _: Subject | None) -> Outcome:
        if not facts.has_text:
            return unknown(_NO_TEXT)
        text = facts.evidence.text
        return of(any(word in text for word in normal))

    return Compiled(test)


@predicate("has_section", Words)
def has_section(kinds: Words) -> Compiled:
    """The record has a section of one of these kinds with something in it."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        if not facts.has_text:
            return unknown(_NO_TEXT)
        text = facts.evidence.text
        return of(
            any(
                section.kind in kinds and text[section.body_start : section.end].strip(" \n:：")
                for section in facts.given.reading.sections
            )
        )

    return Compiled(test)


@predicate("listed_but_not_coded", Literal["diagnosis", "procedure"])
def listed_but_not_coded(kind: Literal["diagnosis", "procedure"]) -> Compiled:
    """An item of the final diagnosis list (or of the list of operations) has no code on the page."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        if not facts.has_text:
            return unknown(_NO_TEXT)
        missing = list(_uncoded(facts, kind))
        if not missing:
            return FALSE
        return Outcome(
            True,
            codes=tuple(dict.fromkeys(code for mention in missing for code in _proposals(mention, facts, kind))),
            spans=tuple(Span(mention.start, mention.end) for mention in missing),
            values=tuple(dict.fromkeys(mention.text for mention in missing)),
        )

    return Compiled(test)


_FINAL_LISTS = {
    "diagnosis": ("discharge_diagnosis", "postoperative_diagnosis", "final_diagnosis"),
    "procedure": ("operation_name",),
}


def _uncoded(facts: Facts, kind: Literal["diagnosis", "procedure"]) -> Iterator[Mention]:
    mentions = [
        mention
        for mention in facts.given.reading.mentions
        if mention.kind == kind
        and mention.origin == "list"
        and mention.section in _FINAL_LISTS[kind]
        and mention.assertion in ("present", "possible")
        and _SHORTEST <= len(mention.text) <= _LONGEST
    ]
    if not mentions:
        return
    coded = _Coded(facts, kind)
    yield from (mention for mention in mentions if not coded.covers(mention))


class _Coded:
    """The codes of the page with all their names, to find list items under."""

    def __init__(self, facts: Facts, kind: Literal["diagnosis", "procedure"]) -> None:
        given = facts.all_diagnoses if kind == "diagnosis" else facts.all_procedures
        self._categories = {category_of(code) for code in given}
        self._names = [name for code in given for name in facts.normal_names(code)]
        covered = {condition for code in given for condition in covered_by(code)}
        self._stated = {word for condition in covered for word in signs_of(condition).stated.words}

    def covers(self, mention: Mention) -> bool:
        """Whether a code of the page is of the same category or goes by nearly the same name.

        An item that has no name of any code is only taken as uncoded when it is like nothing on the page.
        """
        if {category_of(key.partition(":")[2]) for key in mention.concept_keys} & self._categories:
            return True
        if any(word in mention.text for word in self._stated):
            return True
        floor = _SAME if mention.concept_keys else _LIKE_NOTHING
        return any(likeness(mention.text, name) >= floor for name in self._names)


def _proposals(mention: Mention, facts: Facts, kind: Literal["diagnosis", "procedure"]) -> Iterator[str]:
    system = facts.diagnoses if kind == "diagnosis" else facts.procedures
    for key in mention.concept_keys:
        name, _, code = key.partition(":")
        if name == system.name:
            yield code
            return


@predicate("principal_not_listed", Yes)
def principal_not_listed(_: Any) -> Compiled:
    """The record has a list of final diagnoses and no item of it can be what the principal diagnosis stands for."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        principal = facts.principal
        if principal is None:
            return FALSE
        lists = _FINAL_LISTS["diagnosis"]
        items = [m for m in facts.given.reading.mentions if m.kind == "diagnosis" and m.section in lists]
        if not items:
            return unknown("出院诊断")
        names = facts.normal_names(principal.code)
        if any(_same(item, principal.code, names) for item in items):
            return FALSE
        if facts.judgement(principal.code).verdict in _FOUND:
            return FALSE
        return Outcome(True, codes=(principal.code,), spans=tuple(Span(item.start, item.end) for item in items[:1]))

    return Compiled(test)


_FOUND = (Verdict.SUPPORTED, Verdict.STATED)


def _same(mention: Mention, code: str, names: tuple[str, ...]) -> bool:
    """Whether a mention can be what a code stands for: by category, or by a name that is nearly the same."""
    if category_of(code) in {category_of(key.partition(":")[2]) for key in mention.concept_keys}:
        return True
    return any(likeness(name, mention.text) >= _LIKE_NOTHING for name in names)


@predicate("mentioned_only_as", tuple[Assertion, ...])
def mentioned_only_as(assertions: tuple[Assertion, ...]) -> Compiled:
    """Every mention of the code that the rule is asked about has one of these assertions, and there is one."""

    def test(facts: Facts, subject: Subject | None) -> Outcome:
        if subject is None:
            return FALSE
        if not facts.has_text:
            return unknown(_NO_TEXT)
        mentions = facts.mentions_of(subject.code)
        if not mentions or any(mention.assertion not in assertions for mention in mentions):
            return FALSE
        return Outcome(True, codes=(subject.code,), spans=tuple(Span(m.start, m.end) for m in mentions))

    return Compiled(test)


@predicate("principal_only", Words)
def principal_only(sections: Words) -> Compiled:
    """Every mention of the principal diagnosis stands in one of these sections, and there is one."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        if not facts.has_text:
            return unknown(_NO_TEXT)
        principal = facts.principal
        mentions = facts.mentions_of(principal.code) if principal else ()
        if principal is None or not mentions or any(mention.section not in sections for mention in mentions):
            return FALSE
        return Outcome(True, codes=(principal.code,), spans=tuple(Span(m.start, m.end) for m in mentions))

    return Compiled(test)


@predicate("performed_but_not_coded", Yes)
def performed_but_not_coded(_: Any) -> Compiled:
    """A procedure that the text says was done, and that decides groups in the active scheme, has no code on the page."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        scheme = facts.scheme
        if scheme is None:
            return unknown("分组方案")
        if not facts.has_text:
            return unknown(_NO_TEXT)
        coded = _Coded(facts, "procedure")
        missing = [
            mention
            for mention in facts.given.reading.mentions
            if mention.kind == "procedure"
            and mention.assertion == "present"
            and mention.section not in _NOT_DONE_HERE
            and any(scheme.is_valid_procedure(code) for code in _proposals(mention, facts, "procedure"))
            and not coded.covers(mention)
        ]
        if not missing:
            return FALSE
        return Outcome(
            True,
            codes=tuple(dict.fromkeys(code for m in missing for code in _proposals(m, facts, "procedure"))),
            spans=tuple(Span(mention.start, mention.end) for mention in missing),
            values=tuple(dict.fromkeys(mention.text for mention in missing)),
        )

    return Compiled(test)


_NOT_DONE_HERE = ("past_history", "personal_history", "family_history", "discharge_orders", "orders")
