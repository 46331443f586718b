"""Mentions with what they could mean, and the choice of those that decide."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from coder.coding import Assertion
from coder.select.codes import category
from coder.select.policy import ListPolicy, SelectionPolicy
from coder.suggest.suggestion import Suggestion
from coder.text import Mention, Reading

_SHORTEST_WORD = 2
_SUBCATEGORY = 5
_UNSPECIFIED = ".9"
_NEAR = 8
_BRACKETED = re.compile(r"\([^()]*\)?")
_DENIED_BEFORE = re.compile(
    "(?:未(?:见|发现|及|探及|触及|查见|提示)|无|排除|除外|不支持|不考虑|不诊断)(?:明显|明确|确切)?[^。;,:\n]{0,4}$"
)
_DENIED_BEHIND = re.compile(
    "[^。;,:\n]{0,2}(?:已|均|予以?|可|基本)?(?:排除|除外|不支持|不成立|不考虑|证据不足|不诊断|\\(-\\)|阴性)"
)
# What a patient says of former times rules out nothing of this stay.
_OF_HISTORY = ("否认", "不详")
_FORMER = ("past_history", "personal_history", "family_history")


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
    noise = None if policy.noise is None else re.compile(policy.noise)
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


def listed_diagnoses(coded: Sequence[CodedMention], policy: SelectionPolicy, reading: Reading) -> list[CodedMention]:
    """The items of the deciding diagnosis list, with those of the list that it refers to (术后诊断:同术前)."""
    lists = policy.diagnosis_lists
    found = deciding_list(coded, lists)
    referred = {
        kind
        for section in reading.sections
        if section.kind in lists.precedence
        for kind, words in policy.same_as.items()
        if kind != section.kind
        and any(re.search(word, reading.normalised.text[section.start : section.end]) for word in words)
    }
    items = [one for one in with_assertion(coded, lists.assertions) if one.mention.origin == "list"]
    return [*(one for one in items if one.mention.section in referred and one not in found), *found]


def not_ruled_out(
    listed: Sequence[CodedMention], coded: Sequence[CodedMention], *, text: str = ""
) -> list[CodedMention]:
    """The items without the suspected ones that the record rules out in another place.

    What is ruled out has the same words or a code that says the same (AMI?, 心梗除外). That a suspected disease was
    not found rules it out where no sentence affirms it (冠心病?, 造影未见冠心病), and so does its last word where
    running text only ever denies it (胆囊结石?, 胆囊未见结石).

    Args:
        listed: the items of the deciding list.
        coded: all mentions of diagnoses.
        text: the normalised text of the record.
    """
    ruled_out = [one for one in coded if one.mention.assertion == "excluded"]
    words = {one.mention.text for one in ruled_out if len(one.mention.text) > _SHORTEST_WORD}
    told = [one for one in coded if one.mention.origin == "narrative" and one.mention.section not in _FORMER]
    absent = _codes(one for one in told if one.mention.assertion == "absent" and one.mention.cue not in _OF_HISTORY)
    affirmed = _codes(one for one in told if one.mention.assertion == "present")
    codes = _codes(ruled_out) | {code for code in absent if not _same([code], affirmed)}
    running = _without(text, [one for one in coded if one.mention.origin == "list"])

    def stands(one: CodedMention) -> bool:
        said = one.mention.text
        if one.mention.assertion != "possible":
            return True
        known = any(other in said or said in other for other in words) or _all_in(_codes([one]), codes)
        return not known and not _only_denied(_BRACKETED.sub("", said)[-_SHORTEST_WORD:], running)

    return [one for one in listed if stands(one)]


def _without(text: str, items: Iterable[CodedMention]) -> str:
    """A text with the items of lists blotted out."""
    letters = list(text)
    for one in items:
        letters[one.mention.start : one.mention.end] = "\n" * (one.mention.end - one.mention.start)
    return "".join(letters)


def _only_denied(word: str, text: str) -> bool:
    """Whether a text has a word, and each time denies it in the same clause: 未见结石, 感染排除."""
    places = [match.span() for match in re.finditer(re.escape(word), text)] if len(word) == _SHORTEST_WORD else []
    return bool(places) and all(
        _DENIED_BEFORE.search(text[max(start - _NEAR, 0) : start]) or _DENIED_BEHIND.match(text, end)
        for start, end in places
    )


def _codes(coded: Iterable[CodedMention]) -> set[str]:
    return {concept.code for one in coded for concept in one.suggestion.concepts}


def _all_in(codes: Collection[str], others: Collection[str]) -> bool:
    """Whether others say all of some codes: an item of two diseases stands while one of them does."""
    return bool(codes) and all(_same([code], others) for code in codes)


def _same(codes: Iterable[str], others: Collection[str]) -> bool:
    """Whether a code says what one of others does: the same subcategory, or the unspecified one of its category."""
    return any(
        one[:_SUBCATEGORY] == other[:_SUBCATEGORY]
        or (category(one) == category(other) and _UNSPECIFIED in (one[3:_SUBCATEGORY], other[3:_SUBCATEGORY]))
        for one in codes
        for other in others
    )


def without_nested(coded: Sequence[CodedMention], *, over: Sequence[CodedMention] = ()) -> list[CodedMention]:
    """The mentions that lie inside no longer mention of the same kind, neither of their own nor of ``over``."""
    spans = sorted({(one.mention.start, one.mention.end) for one in [*coded, *over]})
    kept = []
    for one in coded:
        start, end = one.mention.start, one.mention.end
        if not any(first <= start and end <= last and (first, last) != (start, end) for first, last in spans):
            kept.append(one)
    return kept
