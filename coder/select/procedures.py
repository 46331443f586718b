"""Which procedures of a record make the front page.

The list of operations decides; phrases add what lists leave out (支架 2 枚, 呼吸机 78 小时); names in the course of
treatment add what neither says. What a phrase covers is not looked up beside it, the steps of a listed operation are no
procedures of their own, what is told by its steps is not added beside what says the same operation, and of a general
and a specific code of one procedure the specific stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from coder.patterns import compiled
from coder.select.codes import matches, openings
from coder.select.gather import Gathered, gather, support
from coder.select.mentions import CodedMention, deciding_list, with_assertion, without_nested
from coder.select.policy import NarrativePolicy, SelectionPolicy
from coder.text.sentences import sentence_at
from coder.yaml_data import parse_yaml

_LEADING = 42
_OWN = 2
"""How far before a name, and into it, the words are looked for that it was done."""


class Covered(BaseModel):
    """Procedures in ``of`` say nothing beside one in ``given`` (prefixes of codes).

    Where ``within`` is set, only if no place tells them farther than so many characters from every place of those.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    given: tuple[str, ...]
    of: tuple[str, ...]
    within: int | None = None


class ProcedureRules(BaseModel):
    """All of ``procedures.yaml``; beside ``vague`` codes what is told by its steps is heard all the same."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    covered: tuple[Covered, ...]
    vague: tuple[str, ...]


@cache
def procedure_rules() -> ProcedureRules:
    """The rules, read and validated once."""
    text = files("coder.select").joinpath("data/procedures.yaml").read_text(encoding="utf-8")
    return ProcedureRules.model_validate(parse_yaml(text))


def select_procedures(
    coded: Sequence[CodedMention],
    phrases: Sequence[CodedMention],
    policy: SelectionPolicy,
    *,
    text: str,
    past: bool = False,
) -> dict[str, Gathered]:
    """The procedures by code, those of the list first, all in the order of the record.

    Args:
        coded: procedure mentions of lists and narrative, in text order.
        phrases: what phrases found, with fixed concepts or looked up.
        policy: thresholds, sections, and what is routine.
        text: the normalised text of the record.
        past: past procedures of the narrative count too, marked historical; for texts that list no diagnosis.
    """
    rules = policy.procedure_narrative
    fixed = [one for one in phrases if one.suggestion.settled and _sure(one, policy.thresholds.phrase_procedure)]
    listed = _not_covered(deciding_list(coded, policy.procedure_lists), fixed, policy.phrase_share)
    steps = policy.operation_steps if listed else ()
    named = [
        one
        for one in with_assertion(coded, (*rules.assertions, "historical") if past else rules.assertions)
        if one.mention.origin == "narrative"
        and one.mention.section in rules.sections
        and one.mention.end - one.mention.start >= rules.shortest
        and (past or _was_done(one, text, rules))
    ]
    looked_up = [one for one in [*phrases, *named] if not one.suggestion.settled and one.mention.section not in steps]
    spoken_for = {concept.code for one in fixed for concept in one.suggestion.concepts} | policy.left_to_phrases
    loose = [one for one in looked_up if not _overlaps(one, fixed) and not _speaks_of(one, spoken_for)]
    told = without_nested([one for one in loose if one in phrases], over=listed)
    loose = without_nested([one for one in loose if not _overlaps(one, told)], over=listed)
    fixed = _told_once(
        fixed,
        (
            *gather(listed, threshold=policy.thresholds.procedure),
            *gather(loose, threshold=policy.thresholds.narrative_procedure),
        ),
    )
    entries = gather(listed, threshold=policy.thresholds.procedure)
    for entry in entries.values():
        # The list of operations says what was done in this stay, whatever date stands before it.
        entry.assertion = "present"
    found = [
        *gather(_distinct(fixed), threshold=policy.thresholds.phrase_procedure).values(),
        *gather(loose, threshold=policy.thresholds.narrative_procedure).values(),
        *gather(told, threshold=policy.thresholds.told_procedure).values(),
    ]
    section = {one.mention.section for one in listed}
    in_list = {(one.mention.start, one.mention.end) for one in [*coded, *phrases] if one.mention.section in section}
    for entry in sorted(found, key=lambda entry: entry.spans[0].start):
        if entry.concept.name not in rules.routine or _enumerated(entry, in_list, text, rules):
            entries.setdefault(entry.concept.code, entry)
    entries = _as_listed(entries, in_list)
    support(entries, coded)
    return _uncovered(entries)


def _enumerated(entry: Gathered, in_list: Collection[tuple[int, int]], text: str, rules: NarrativePolicy) -> bool:
    """Whether the list, or a line that only names treatments (治疗:毫针、拔罐), has it."""

    def line(start: int) -> str:
        end = text.find("\n", start)
        return text[text.rfind("\n", 0, start) + 1 : end if end >= 0 else len(text)]

    return any(
        (span.start, span.end) in in_list
        or bool(rules.enumeration and compiled(rules.enumeration).match(line(span.start)))
        for span in entry.spans
    )


def _as_listed(entries: Mapping[str, Gathered], in_list: Collection[tuple[int, int]]) -> dict[str, Gathered]:
    """What the list names in its order, whether a name or a phrase tells it; then the rest."""

    def place(entry: Gathered) -> tuple[bool, int]:
        first = entry.spans[0]
        listed = (first.start, first.end) in in_list
        return not listed, first.start if listed else 0

    return {entry.concept.code: entry for entry in sorted(entries.values(), key=place)}


def _not_covered(listed: Sequence[CodedMention], fixed: Sequence[CodedMention], share: float) -> list[CodedMention]:
    """The items of the list that no phrase tells better: one that covers most of an item stands for it."""
    kept = []
    for one in listed:
        first, last = one.mention.start, one.mention.end
        covered = sum(max(0, min(last, by.mention.end) - max(first, by.mention.start)) for by in fixed)
        best = max((concept.probability for concept in one.suggestion.concepts), default=0.0)
        better = max((c.probability for by in fixed if _touch(one, by) for c in by.suggestion.concepts), default=0.0)
        if one.suggestion.settled or covered < share * (last - first) or best >= better:
            kept.append(one)
    return kept


def _was_done(one: CodedMention, text: str, rules: NarrativePolicy) -> bool:
    """Whether the words around a bare name say that it was done (行PICC, but not 血培养(PICC及外周))."""
    if rules.done is None:
        return True
    start, end = one.mention.start, one.mention.end
    leading = text[sentence_at(text, start, start).start : start + _OWN]
    return bool(
        compiled(rules.done).search(leading[-_LEADING:]) or (rules.found and compiled(rules.found).match(text, end))
    )


def _sure(one: CodedMention, threshold: float) -> bool:
    return any(concept.probability >= threshold for concept in one.suggestion.concepts)


def _told_once(fixed: Sequence[CodedMention], named: Iterable[str]) -> list[CodedMention]:
    """Without the phrases that tell by its steps an operation that a name or another phrase says as well."""
    said = {
        *(code for code in named if not matches(code, procedure_rules().vague)),
        *(concept.code for one in fixed if not one.suggestion.yields for concept in one.suggestion.concepts),
    }
    kept = []
    for one in fixed:
        codes = {concept.code for concept in one.suggestion.concepts}
        if not any(matches(code, one.suggestion.yields) for code in said - codes):
            kept.append(one)
            said |= codes
    return kept


def _touch(one: CodedMention, other: CodedMention) -> bool:
    return one.mention.start < other.mention.end and other.mention.start < one.mention.end


def _overlaps(one: CodedMention, fixed: Sequence[CodedMention]) -> bool:
    return any(_touch(one, other) for other in fixed)


def _speaks_of(one: CodedMention, codes: set[str] | frozenset[str]) -> bool:
    return any(concept.code in codes for concept in one.suggestion.concepts)


def _distinct(fixed: Sequence[CodedMention]) -> list[CodedMention]:
    return list(dict.fromkeys(fixed))


def _uncovered(entries: dict[str, Gathered]) -> dict[str, Gathered]:
    found = dict(entries)
    begun = openings(found)
    for rule in procedure_rules().covered:
        if begun.isdisjoint(rule.of) or begun.isdisjoint(rule.given):
            continue
        given = [entry for code, entry in found.items() if matches(code, rule.given)]
        if given:
            found = {
                code: entry
                for code, entry in found.items()
                if matches(code, rule.given) or not matches(code, rule.of) or _apart(entry, given, rule.within)
            }
    return found


def covers(given: Collection[str], code: str) -> bool:
    """Whether one of the codes given says already what another code says, wherever both stand.

    >>> covers(("51.2300",), "54.2100x006"), covers(("54.2100x006",), "51.2300")
    (True, False)
    """
    begun, beside = openings((code,)), openings(given)
    rules = (rule for opening in begun for rule in _anywhere().get(opening, ()))
    return any(begun.isdisjoint(rule.given) and not beside.isdisjoint(rule.given) for rule in rules)


@cache
def _anywhere() -> Mapping[str, Sequence[Covered]]:
    """The rules that hold wherever both stand, by each prefix of what they cover."""
    found: dict[str, list[Covered]] = {}
    for rule in procedure_rules().covered:
        for prefix in rule.of if rule.within is None else ():
            found.setdefault(prefix, []).append(rule)
    return found


def _apart(entry: Gathered, given: Sequence[Gathered], within: int | None) -> bool:
    """Whether some place of an entry is farther than ``within`` characters from every place of the given ones."""
    if within is None:
        return False
    near = [(span.start - within, span.end + within) for one in given for span in one.spans]
    return any(all(span.end < start or end < span.start for start, end in near) for span in entry.spans)
