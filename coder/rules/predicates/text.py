"""Predicates over what the record says in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from coder.coding import Assertion
from coder.evidence import Verdict
from coder.evidence.names import likeness
from coder.evidence.support import Span, category_of
from coder.group import Scheme
from coder.rules.cover import uncoded
from coder.rules.facts import Facts, Subject
from coder.rules.outcome import FALSE, Outcome, of, unknown
from coder.rules.predicates.arguments import Arguments, Patterns, Words, Yes
from coder.rules.registry import Compiled, codes, predicate
from coder.text import Mention, normalise_term

_NO_TEXT = "病历文本"
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


class ListedArguments(Arguments):
    """Which list, and words of items that need no code of their own."""

    kind: Literal["diagnosis", "procedure"]
    unless: tuple[str, ...] = ()


@predicate("listed_but_not_coded", ListedArguments)
def listed_but_not_coded(arguments: ListedArguments) -> Compiled:
    """An item of the final diagnosis list (or of the list of operations) has no code on the page."""
    kind = arguments.kind
    unless = tuple(map(normalise_term, arguments.unless))

    def test(facts: Facts, _: Subject | None) -> Outcome:
        if not facts.has_text:
            return unknown(_NO_TEXT)
        items = [
            mention
            for mention in facts.given.reading.mentions
            if mention.kind == kind
            and mention.origin == "list"
            and mention.section in _FINAL_LISTS[kind]
            and mention.assertion in ("present", "possible")
            and _SHORTEST <= len(mention.text) <= _LONGEST
            and not any(word in mention.text for word in unless)
        ]
        return _reported(uncoded(items, facts, kind), facts, kind)

    return Compiled(test)


_FINAL_LISTS = {
    "diagnosis": ("discharge_diagnosis", "postoperative_diagnosis", "final_diagnosis"),
    "procedure": ("operation_name",),
}


def _reported(missing: Sequence[Mention], facts: Facts, kind: Literal["diagnosis", "procedure"]) -> Outcome:
    if not missing:
        return FALSE
    return Outcome(
        True,
        codes=tuple(dict.fromkeys(code for mention in missing for code in _proposals(mention, facts, kind))),
        spans=tuple(Span(mention.start, mention.end) for mention in missing),
        values=tuple(dict.fromkeys(mention.text for mention in missing)),
    )


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


class PerformedArguments(Arguments):
    """Which procedures count, the endings of names that no table has, and sections that tell of other times."""

    codes: Patterns
    endings: tuple[str, ...] = ()
    shortest: int = 6
    not_in: tuple[str, ...] = ()


@predicate("performed_but_not_coded", PerformedArguments)
def performed_but_not_coded(arguments: PerformedArguments) -> Compiled:
    """A procedure that the text says was done, and that decides groups in the active scheme, has no code on the page."""
    code_set, _ = codes("procedure", arguments.codes)
    endings = tuple(map(normalise_term, arguments.endings))

    def counts(mention: Mention, facts: Facts, scheme: Scheme) -> bool:
        if mention.kind != "procedure" or mention.assertion != "present" or mention.section in arguments.not_in:
            return False
        if mention.text.isascii():
            return False
        known = list(_proposals(mention, facts, "procedure"))
        if known:
            return any(code in code_set and scheme.is_valid_procedure(code) for code in known)
        return bool(endings) and arguments.shortest <= len(mention.text) <= _LONGEST and mention.text.endswith(endings)

    def test(facts: Facts, _: Subject | None) -> Outcome:
        scheme = facts.scheme
        if scheme is None:
            return unknown("分组方案")
        if not facts.has_text:
            return unknown(_NO_TEXT)
        items = {mention.text: mention for mention in facts.given.reading.mentions if counts(mention, facts, scheme)}
        return _reported(uncoded(list(items.values()), facts, "procedure"), facts, "procedure")

    return Compiled(test, None, (("procedure", code_set),))
