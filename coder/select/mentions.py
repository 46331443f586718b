"""Mentions with what they could mean, and the choice of those that decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from coder.coding import Assertion
from coder.patterns import compiled
from coder.select.policy import ListPolicy, SelectionPolicy
from coder.suggest.suggestion import Suggestion
from coder.text import Mention, Reading


@dataclass(frozen=True, slots=True)
class CodedMention:
    """A mention and the suggestion for its words."""

    mention: Mention
    suggestion: Suggestion


def of_kind(coded: Sequence[CodedMention], kind: Literal["diagnosis", "procedure"]) -> list[CodedMention]:
    """The mentions of one kind, in text order."""
    return [one for one in coded if one.mention.kind == kind]


def with_assertion(coded: Sequence[CodedMention], assertions: Sequence[Assertion]) -> list[CodedMention]:
    """The mentions that are asserted in one of the given ways."""
    return [one for one in coded if one.mention.assertion in assertions]


def deciding_list(coded: Sequence[CodedMention], policy: ListPolicy) -> list[CodedMention]:
    """The items of the first list section, by the policy's precedence, that holds a countable item; else nothing."""
    noise = None if policy.noise is None else compiled(policy.noise)
    items = [
        one
        for one in with_assertion(coded, policy.assertions)
        if one.mention.origin == "list" and not (noise and noise.search(one.mention.text))
    ]
    for section in policy.precedence:
        found = [one for one in items if one.mention.section == section]
        if found:
            return found
    return []


def _settled_later(items: Sequence[CodedMention], policy: ListPolicy, reading: Reading) -> list[CodedMention]:
    """The items without the suspected ones of a list that a later list of its kind revises (入院诊断, 修正诊断)."""

    def rank(one: CodedMention) -> int:
        section = reading.section_at(one.mention.start)
        title = section.title if section else ""
        return next((place for place, titles in enumerate(policy.revised) if title in titles), policy.usual)

    latest = max(map(rank, items), default=policy.usual)
    return [one for one in items if one.mention.assertion != "possible" or rank(one) == latest]


def listed_diagnoses(coded: Sequence[CodedMention], policy: SelectionPolicy, reading: Reading) -> list[CodedMention]:
    """The items of the deciding diagnosis list, with those of the list that it refers to (术后诊断:同术前)."""
    lists = policy.diagnosis_lists
    found = _settled_later(deciding_list(coded, lists), lists, reading)
    # What a list says that stands behind the deciding one (术中诊断:同上) is about neither.
    asked = lists.precedence[: lists.precedence.index(found[0].mention.section) + 1] if found else lists.precedence
    referred = {
        kind
        for section in reading.sections
        if section.kind in asked
        for kind, words in policy.same_as.items()
        if kind != section.kind
        and any(compiled(word).search(reading.normalised.text[section.start : section.end]) for word in words)
    }
    items = [one for one in with_assertion(coded, lists.assertions) if one.mention.origin == "list"]
    return [*(one for one in items if one.mention.section in referred and one not in found), *found]


def without_nested(coded: Sequence[CodedMention], *, over: Sequence[CodedMention] = ()) -> list[CodedMention]:
    """The mentions that lie inside no longer mention of the same kind, neither of their own nor of ``over``."""
    spans = sorted({(one.mention.start, one.mention.end) for one in [*coded, *over]})
    kept = []
    for one in coded:
        start, end = one.mention.start, one.mention.end
        if not any(first <= start and end <= last and (first, last) != (start, end) for first, last in spans):
            kept.append(one)
    return kept
