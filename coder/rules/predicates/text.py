"""Predicates over what the record says in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Literal

from coder.coding import Assertion
from coder.evidence import Verdict
from coder.evidence.codeset import CodeSet
from coder.evidence.conditions import GAP, bridged
from coder.evidence.names import core, likeness, site_letters
from coder.evidence.sections import ONLY_LIST
from coder.evidence.support import Span, category_of
from coder.rules.cover import Item, items_of, uncoded
from coder.rules.facts import Facts, Subject
from coder.rules.model import Leading, Selected
from coder.rules.outcome import FALSE, Outcome, of, unknown
from coder.rules.predicates.arguments import Arguments, Patterns, Words, Yes
from coder.rules.predicates.codes import PairArguments
from coder.rules.registry import Compiled, codes, register
from coder.rules.wording import worded
from coder.text import Mention, normalise_term

_NO_TEXT = "病历文本"
_LIKE_NOTHING = 0.2
_SHORTEST = 2
_LONGEST = 30
_CATEGORY = 3
_ANY_DISEASE = frozenset("癌瘤肿物病变良恶性骨折大小部分")
_OPERATION = "术"
NO_OPERATIONS = "87"
_NUMBER = "##"
_NEAR = 8
PUT_RIGHT = re.compile(
    r"[?\s]{0,2}(?:\([^()]{0,30}?|[^。;,\n?(]{0,20}?)"
    r"(?:更正|修正|改诊|改为|改判|证实为|实为|所致|不成立|不支持|排除|除外|未见|阴性|不予诊断|依据不足)"
)
"""Words behind a diagnosis with a question mark that settle it."""


def has_text(_: Any) -> Compiled:
    """There is record text to look into (not known without any)."""
    return Compiled(lambda facts, _: of(True) if facts.has_text else unknown(_NO_TEXT))


class SaysArguments(Arguments):
    """Words, and where they count: in some sections only, not in history and plans."""

    words: Words
    sections: tuple[str, ...] = ()
    this_stay: bool = False
    kind: Literal["diagnosis", "procedure"] = "diagnosis"


def says(argument: Words | SaysArguments) -> Compiled:
    """The record says one of these words and does not deny it."""
    wanted = argument if isinstance(argument, SaysArguments) else SaysArguments(words=argument)
    # With what each begins before a gap: few are in the record at all.
    words = tuple((word, word.partition(GAP)[0]) for word in map(normalise_term, wanted.words))
    heads = frozenset(head for _, head in words)

    def test(facts: Facts, _: Subject | None) -> Outcome:
        if not facts.has_text:
            return unknown(_NO_TEXT)
        held = facts.held(heads)
        if not held:
            return FALSE
        evidence = facts.evidence
        spans = tuple(
            span
            for word, head in words
            if head in held
            for span in evidence.says(word, this_stay=wanted.this_stay, kind=wanted.kind)
            if not wanted.sections or evidence.section_at(span.start) in wanted.sections
        )
        if not spans:
            return FALSE
        seen = dict.fromkeys(evidence.text[span.start : span.end] for span in spans)
        return Outcome(True, spans=spans, values=tuple(seen))

    def holds(facts: Facts, subject: Subject | None) -> Outcome:
        if wanted.sections:
            return test(facts, subject)
        if not facts.has_text:
            return unknown(_NO_TEXT)
        held, evidence = facts.held(heads), facts.evidence
        if not held:
            return FALSE
        said = (
            evidence.says(word, this_stay=wanted.this_stay, kind=wanted.kind) for word, head in words if head in held
        )
        return of(any(said))

    return Compiled(test, words=heads, cost=1, holds=holds)


class CountedArguments(Arguments):
    """Words in which ``##`` is a number of one or more and ``~~`` a few letters, and the sections where they count."""

    words: Words
    sections: tuple[str, ...]


def counted(arguments: CountedArguments) -> Compiled:
    """The record gives one of these numbers, and not as nought (淋巴结转移 5/34, not 0/34)."""
    pattern = re.compile("|".join(map(_with_number, arguments.words)))

    def test(facts: Facts, _: Subject | None) -> Outcome:
        if not facts.has_text:
            return unknown(_NO_TEXT)
        evidence = facts.evidence
        found = [m for m in pattern.finditer(evidence.text) if evidence.section_at(m.start()) in arguments.sections]
        if not found:
            return FALSE
        return Outcome(True, spans=tuple(Span(*m.span()) for m in found), values=tuple({m[0]: None for m in found}))

    return Compiled(test, cost=1)


def _with_number(word: str) -> str:
    return bridged(normalise_term(word), rf"[^。;,\n0-9]{{0,{_NEAR}}}?").replace(
        re.escape(_NUMBER), r"(?<![0-9.])[1-9]\d?(?![0-9])"
    )


def contains(words: Words) -> Compiled:
    """The text holds one of these words, denied or not (for headings and required statements)."""
    normal = frozenset(map(normalise_term, words))

    def test(facts: Facts, _: Subject | None) -> Outcome:
        return of(bool(facts.held(normal))) if facts.has_text else unknown(_NO_TEXT)

    return Compiled(test, words=normal, cost=1)


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


class StepArguments(Arguments):
    """Procedures that are steps of others: ``of`` say nothing beside one of ``beside``."""

    of: Patterns
    beside: Patterns


class ListedArguments(Arguments):
    """Which list, and words of items that need no code of their own.

    Of those words one with ``$`` behind it stands at the end of the item, one with ``^`` before it is the whole item.
    ``coded`` keeps to items for which a code is known, ``strange`` to procedures for which none is known, at a site
    that no operation of the page is of; ``known`` keeps to items whose name is that of a code, or to those whose name
    is not. ``but`` are codes that are left off beside a disease: what words mean one of them need none.
    ``steps`` are procedures that need none beside a greater one of the page.
    """

    kind: Literal["diagnosis", "procedure"]
    known: bool | None = None
    coded: bool = False
    strange: bool = False
    unless: tuple[str, ...] = ()
    but: Patterns = ()
    steps: tuple[StepArguments, ...] = ()


def listed_but_not_coded(arguments: ListedArguments) -> Compiled:
    """An item of the final diagnosis list (or of the list of operations) has no code on the page."""
    kind = arguments.kind
    unless = worded(arguments.unless)
    but = codes(kind, arguments.but)[0] if arguments.but else frozenset[str]()
    steps = compiled_steps(arguments.steps)

    def test(facts: Facts, _: Subject | None) -> Outcome:
        if not facts.has_text:
            return unknown(_NO_TEXT)
        if arguments.strange:
            unknown_ones = [
                item for item in _listed(facts, kind) if not item.codes and _is_of_another_site(item, facts)
            ]
            return _reported(_worth_a_code(unknown_ones, unless), None)
        left = facts.once(("listed, not coded", kind), lambda: uncoded(_listed(facts, kind), facts, kind))
        missing = _worth_a_code(left, unless)
        if arguments.coded:
            missing = [item for item in missing if item.codes]

        given = facts.all_procedures
        missing = [
            item
            for item in missing
            if not item.codes or not all(code in but or is_a_step(code, steps, given) for code in item.codes)
        ]
        return _reported(missing, arguments.known)

    return Compiled(test, cost=1)


def _listed(facts: Facts, kind: Literal["diagnosis", "procedure"]) -> list[Item]:
    return facts.once(("listed", kind), lambda: listed_items(facts, kind))


def listed_items(facts: Facts, kind: Literal["diagnosis", "procedure"]) -> list[Item]:
    """The items of the final list that stand."""
    mentions = (
        mention
        for mention in facts.given.reading.mentions
        if mention.kind == kind
        and mention.origin == "list"
        and facts.evidence.section_at(mention.start) in FINAL_LISTS[kind]
        and mention.assertion in ("present", "possible")
        and not _is_put_right(mention, facts)
    )
    items = items_of(mentions, facts, kind)
    return items if kind == "procedure" else _as_selected(items, facts)


_Steps = tuple[tuple[CodeSet, CodeSet], ...]


def compiled_steps(steps: Iterable[StepArguments]) -> _Steps:
    """The sets of codes of steps and of what they are steps of."""
    return tuple((codes("procedure", one.of)[0], codes("procedure", one.beside)[0]) for one in steps)


def is_a_step(code: str, steps: _Steps, given: Sequence[str]) -> bool:
    """Whether a procedure needs no code beside one of those given."""
    return any(code in of and any(one in beside for one in given) for of, beside in steps)


def _is_put_right(mention: Mention, facts: Facts) -> bool:
    """Whether a doubtful item is taken back, or another put in its place, right behind it (肺癌？更正为结核)."""
    return mention.assertion == "possible" and PUT_RIGHT.match(facts.evidence.text, mention.end) is not None


def _as_selected(items: Sequence[Item], facts: Facts) -> list[Item]:
    """Items with the codes that selection gives at their places: what it gives none for there needs none.

    The whole page is needed to see that a symptom is part of a disease that is listed too, or two items one code.
    """
    diagnosed = facts.given.diagnosed
    if diagnosed is None:
        return list(items)
    found = []
    for item in items:
        start, end = item.span.start, item.span.end
        there = [one.code for one in diagnosed if any(begin < end and start < stop for begin, stop in one.places)]
        if not item.codes:
            found.append(item)
        elif {category_of(code) for code in item.codes} & {category_of(code) for code in there}:
            found.append(replace(item, near=(), selected=True))
        else:
            found.extend(replace(item, codes=(code,), exact=False) for code in there)
    return list(dict.fromkeys(found))


def _is_of_another_site(item: Item, facts: Facts) -> bool:
    """Whether an operation is named with its site, and no operation of the page has a letter of it in its name."""
    site = site_letters(item.text) - _ANY_DISEASE if item.text.endswith(_OPERATION) else frozenset()
    operations = (code for code in facts.all_procedures if code < NO_OPERATIONS)
    return bool(site) and not any(site & set(facts.name_of(code)) for code in operations)


def _worth_a_code(items: Iterable[Item], unless: re.Pattern[str]) -> list[Item]:
    return [
        item
        for item in items
        if len(item.text) >= _SHORTEST and (item.codes or len(item.text) <= _LONGEST) and not unless.search(item.head)
    ]


def at_places(places: Mapping[str, Span], facts: Facts) -> Outcome:
    """True where there are any of these codes, with the places that tell them and what stands there."""
    if not places:
        return FALSE
    values = dict.fromkeys(facts.evidence.text[span.start : span.end] for span in places.values())
    return Outcome(True, codes=tuple(places), spans=tuple(places.values()), values=tuple(values))


FINAL_LISTS = {
    "diagnosis": ("discharge_diagnosis", "postoperative_diagnosis", "final_diagnosis"),
    "procedure": ("operation_name",),
}


def _reported(uncoded_items: Sequence[Item], known: bool | None) -> Outcome:
    missing = [item for item in uncoded_items if known is None or item.exact == known]
    if not missing:
        return FALSE
    return Outcome(
        True,
        codes=tuple(dict.fromkeys(item.codes[0] for item in missing if item.codes)),
        spans=tuple(item.span for item in missing),
        values=tuple(dict.fromkeys(item.text for item in missing)),
    )


def principal_not_listed(_: Any) -> Compiled:
    """The record has a list of final diagnoses and no item of it can be what the principal diagnosis stands for."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        principal = facts.principal
        if principal is None:
            return FALSE
        items = _final_items(facts)
        if not items:
            return unknown("出院诊断")
        if _meant_by_one_of(items, principal.code, facts):
            return FALSE
        if _like_one_of(items, principal.code, facts) or facts.judgement(principal.code).verdict in _FOUND:
            return FALSE
        return Outcome(True, codes=(principal.code,), spans=tuple(Span(item.start, item.end) for item in items[:1]))

    return Compiled(test, cost=1)


def like_a_listed_diagnosis(_: Any) -> Compiled:
    """An item of the list of final diagnoses can be what the code that the rule is asked about stands for."""

    def test(facts: Facts, subject: Subject | None) -> Outcome:
        if subject is None:
            return FALSE
        code = subject.code
        like = facts.once(("like a listed one", code), lambda: _like_one_of(_standing_items(facts), code, facts))
        return of(like)

    return Compiled(test, cost=1)


def meant_by_a_listed_diagnosis(_: Any) -> Compiled:
    """Words of the final diagnoses mean something of the category of the code asked about, or may mean the code."""

    def test(facts: Facts, subject: Subject | None) -> Outcome:
        return of(subject is not None and facts.is_listed(subject.code, width=_CATEGORY))

    return Compiled(test, cost=1)


_FOUND = (Verdict.SUPPORTED, Verdict.STATED)
_SHARED_LETTERS = 2
_SHARE_OF_LETTERS = 0.4


def _final_items(facts: Facts) -> list[Mention]:
    lists = FINAL_LISTS["diagnosis"]
    at = facts.evidence.section_at
    mentions = facts.given.reading.mentions
    return facts.once(
        ("final", "diagnosis"), lambda: [m for m in mentions if m.kind == "diagnosis" and at(m.start) in lists]
    )


def _standing_items(facts: Facts) -> list[Mention]:
    """The items of the final diagnoses; where a record has none, those of its only list (诊断：…)."""
    mentions = facts.given.reading.mentions
    return _final_items(facts) or facts.once(
        ("standing", "diagnosis"),
        lambda: [m for m in mentions if m.kind == "diagnosis" and m.section == ONLY_LIST and m.assertion == "present"],
    )


def _like_one_of(items: Sequence[Mention], code: str, facts: Facts) -> bool:
    names = facts.normal_names(code)
    return any(_same(item, code, names) for item in items)


def _meant_by_one_of(items: Sequence[Mention], code: str, facts: Facts) -> bool:
    """Whether words of the list mean, or may mean, something of the category or block of a code."""
    codes = _codes_of(items, facts)
    return any(category_of(one) == category_of(code) or facts.same_block(one, code) for one in codes)


def _named_codes(items: Sequence[Mention]) -> set[str]:
    return {key.partition(":")[2] for item in items for key in item.concept_keys}


def _codes_of(items: Sequence[Mention], facts: Facts) -> set[str]:
    proposals = (proposal for item in items if (proposal := facts.proposal_for(item)))
    return {one for proposal in proposals for one in (*proposal.codes, *proposal.near)}


def _meant_or_near(item: Mention, facts: Facts) -> set[str]:
    """What an item means; what it may mean only where that is not known."""
    proposal = facts.proposal_for(item)
    meant = _named_codes((item,)) | set(proposal.codes if proposal else ())
    return meant or set(proposal.near if proposal else ())


def _same(mention: Mention, code: str, names: tuple[str, ...]) -> bool:
    """Whether a mention can be what a code stands for: by category, or by a name that is not quite another."""
    if category_of(code) in {category_of(key.partition(":")[2]) for key in mention.concept_keys}:
        return True
    return any(likeness(name, mention.text) >= _LIKE_NOTHING or _share_letters(name, mention.text) for name in names)


@lru_cache(maxsize=1 << 16)
def _share_letters(one: str, other: str) -> bool:
    first, second = set(core(one)), set(core(other))
    shared = len(first & second)
    return shared >= _SHARED_LETTERS and shared >= _SHARE_OF_LETTERS * min(len(first), len(second))


def listed_apart(arguments: PairArguments) -> Compiled:
    """The list of final diagnoses names something of each of two sets, as two items: the doctor does not join them."""
    first, _ = codes("diagnosis", arguments.first)
    second, _ = codes("diagnosis", arguments.second)

    def test(facts: Facts, _: Subject | None) -> Outcome:
        if not facts.has_text:
            return unknown(_NO_TEXT)
        named = [_meant_or_near(item, facts) for item in _final_items(facts)]
        firsts = {place for place, known in enumerate(named) if any(code in first for code in known)}
        seconds = {place for place, known in enumerate(named) if any(code in second for code in known)}
        return of(bool(firsts) and bool(seconds) and len(firsts | seconds) > 1)

    return Compiled(test, None, (("diagnosis", first), ("diagnosis", second)), cost=1)


def mentioned_only_as(assertions: tuple[Assertion, ...]) -> Compiled:
    """Every mention of the code that the rule is asked about has one of these assertions, and there is one."""

    def test(facts: Facts, subject: Subject | None) -> Outcome:
        if subject is None:
            return FALSE
        if not facts.has_text:
            return unknown(_NO_TEXT)
        mentions = facts.mentions_of(subject.code)
        if any(mention.assertion not in assertions for mention in mentions):
            return FALSE
        # What is denied under the name of another thing of the kind (癫痫, of a 热性惊厥) says nothing of this one.
        mentions = tuple(mention for mention in mentions if _names_no_other(mention, subject.code, facts))
        spans = tuple(s for s in (Span(m.start, m.end) for m in mentions) if facts.evidence.tells_of_now(s))
        return Outcome(True, codes=(subject.code,), spans=spans) if spans else FALSE

    return Compiled(test, cost=1)


def _names_no_other(mention: Mention, code: str, facts: Facts) -> bool:
    """Whether a mention is of the very code, of no code that is known, or says no more than the names of the code."""
    known = {key.partition(":")[2] for key in mention.concept_keys}
    if not known or code in known:
        return True
    letters = set(mention.text)
    return any(letters <= set(name) for name in facts.normal_names(code))


def principal_only(sections: Words) -> Compiled:
    """Every mention of the principal diagnosis stands in one of these sections, and there is one."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        if not facts.has_text:
            return unknown(_NO_TEXT)
        principal = facts.principal
        mentions = facts.mentions_of(principal.code) if principal else ()
        if principal is None or not mentions or any(mention.section not in sections for mention in mentions):
            return FALSE
        if _like_one_of(_final_items(facts), principal.code, facts):
            return FALSE
        if any(
            facts.evidence.section_at(span.start) not in sections for span in facts.judgement(principal.code).support
        ):
            return FALSE
        return Outcome(True, codes=(principal.code,), spans=tuple(Span(m.start, m.end) for m in mentions))

    return Compiled(test, cost=1)


class LateArguments(Arguments):
    """So many items of the list stand before the principal diagnosis.

    ``unless`` are words of items, ``never`` codes (symptoms, external causes, states), that never lead.
    """

    at_least: int
    unless: tuple[str, ...] = ()
    never: Patterns = ()


def principal_listed_first(_: Any) -> Compiled:
    """The first item of the list of final diagnoses means something of the category or block of the principal one."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        principal = facts.principal
        items = [item for item in _standing_items(facts) if item.origin == "list"]
        if principal is None or not items:
            return unknown("出院诊断")
        return of(_meant_by_one_of(items[:1], principal.code, facts) or _like_one_of(items[:1], principal.code, facts))

    return Compiled(test, cost=1)


def selection_leads_with_another(why: Literal["by_rule", "listed_before"]) -> Compiled:
    """Selection takes another diagnosis of the page as the principal one.

    ``by_rule``: by a rule of choice that holds for the codes of the page in their own order; ``listed_before``: because
    the list of final diagnoses names it before the principal diagnosis of the page.
    """

    def test(facts: Facts, _: Subject | None) -> Outcome:
        principal, leading = facts.principal, facts.given.leading
        if leading is None:
            return unknown("推荐的主要诊断")
        if principal is None or category_of(leading.code) == category_of(principal.code):
            return FALSE
        other = next((code for code in facts.others if category_of(code) == category_of(leading.code)), None)
        if other is None:
            return FALSE
        if facts.fits_main_procedure(principal.code) and not facts.fits_main_procedure(other):
            # What the patient was operated on for leads, wherever a doctor lists it.
            return FALSE
        if not (leading.reason if why == "by_rule" else _is_listed_before(leading, principal.code, facts)):
            return FALSE
        spans = tuple(Span(*place) for place in leading.places[:1])
        told = tuple(facts.evidence.text[span.start : span.end] for span in spans)
        values = (leading.reason,) if why == "by_rule" else told
        return Outcome(True, codes=(principal.code, other), spans=spans, values=values)

    return Compiled(test, cost=1)


class UncodedLeadArguments(Arguments):
    """Principal diagnoses of the page, and of selection, that count."""

    of: Patterns
    instead_of: Patterns


def selection_leads_with_uncoded(arguments: UncodedLeadArguments) -> Compiled:
    """The principal diagnosis is one of a set, and the one that selection takes has no code on the page at all."""
    given_set, leads = codes("diagnosis", arguments.of)
    leading_set, _ = codes("diagnosis", arguments.instead_of)

    def test(facts: Facts, _: Subject | None) -> Outcome:
        principal, leading = facts.principal, facts.given.leading
        if leading is None:
            return unknown("推荐的主要诊断")
        if principal is None or principal.code not in given_set or leading.code not in leading_set:
            return FALSE
        if category_of(leading.code) in map(category_of, facts.all_diagnoses):
            return FALSE
        spans = tuple(Span(*place) for place in leading.places[:1])
        told = tuple(facts.evidence.text[span.start : span.end] for span in spans)
        return Outcome(True, codes=(principal.code, leading.code), spans=spans, values=told)

    return Compiled(test, leads, (("diagnosis", given_set), ("diagnosis", leading_set)), cost=1)


def _is_listed_before(leading: Leading, principal: str, facts: Facts) -> bool:
    """Whether the list of final diagnoses names the leading one before the principal one, or opens with it alone."""
    items = [item for item in _standing_items(facts) if item.origin == "list"]
    first = _place_in(items, leading.places)
    if first is None:
        return False
    # What selection reads as the principal one tells where that is listed; words that are like it do not.
    read = [one for one in facts.given.diagnosed or () if category_of(one.code) == category_of(principal)]
    behind = _place_in(items, [place for one in read for place in one.places])
    if behind is not None:
        return first < behind
    # The leading one is coded beside the principal one: what the first item says has its code.
    return first == 0 and category_of(principal) not in map(category_of, _meant_or_near(items[0], facts))


def _place_in(items: Sequence[Mention], places: Iterable[tuple[int, int]]) -> int | None:
    """The number of the first item that one of the places is in."""
    spans = list(places)
    met = (
        number
        for number, item in enumerate(items)
        if any(start < item.end and item.start < end for start, end in spans)
    )
    return next(met, None)


def principal_listed_late(arguments: LateArguments) -> Compiled:
    """The list of final diagnoses names others before the principal one, and its first stands among the others."""
    unless = worded(arguments.unless)
    never = codes("diagnosis", arguments.never)[0] if arguments.never else frozenset[str]()

    def test(facts: Facts, _: Subject | None) -> Outcome:
        principal = facts.principal
        mentions = [m for m in _final_items(facts) if m.origin == "list" and m.assertion == "present"]
        if principal is None or not mentions:
            return unknown("出院诊断")
        items = [item for item in items_of(mentions, facts, "diagnosis") if not unless.search(item.text)]
        starts = sorted({item.span.start for item in items})
        places = [starts.index(item.span.start) for item in items if _is_of(item, principal.code)]
        if not places or places[0] < arguments.at_least or not items[0].codes:
            return FALSE
        first = next((code for code in facts.others if _is_of(items[0], code)), None)
        if first is None or first in never or facts.same_block(first, principal.code):
            return FALSE
        if facts.fits_main_procedure(principal.code) and not facts.fits_main_procedure(first):
            # What the patient was operated on for leads, wherever a doctor lists it.
            return FALSE
        return Outcome(True, codes=(principal.code,), spans=(items[0].span,), values=(items[0].text,))

    return Compiled(test, cost=1)


def _is_of(item: Item, code: str) -> bool:
    return category_of(code) in {category_of(one) for one in item.codes}


def is_told_twice(one: Selected) -> bool:
    """Whether two places that do not overlap tell it."""
    return min(end for _, end in one.places) <= max(start for start, _ in one.places)


register(
    {
        "has_text": (Yes, has_text),
        "says": (Words | SaysArguments, says),
        "contains": (Words, contains),
        "counted": (CountedArguments, counted),
        "has_section": (Words, has_section),
        "listed_but_not_coded": (ListedArguments, listed_but_not_coded),
        "principal_not_listed": (Yes, principal_not_listed),
        "like_a_listed_diagnosis": (Yes, like_a_listed_diagnosis),
        "meant_by_a_listed_diagnosis": (Yes, meant_by_a_listed_diagnosis),
        "listed_apart": (PairArguments, listed_apart),
        "mentioned_only_as": (tuple[Assertion, ...], mentioned_only_as),
        "principal_only": (Words, principal_only),
        "principal_listed_first": (Yes, principal_listed_first),
        "selection_leads_with_uncoded": (UncodedLeadArguments, selection_leads_with_uncoded),
        "selection_leads_with_another": (Literal["by_rule", "listed_before"], selection_leads_with_another),
        "principal_listed_late": (LateArguments, principal_listed_late),
    }
)
