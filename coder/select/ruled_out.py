"""Which suspected items of a list the record rules out in another place.

What is suspected at discharge and not ruled out is coded (病案首页填写规范); what the record rules out is not.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from coder.evidence.sections import HISTORY
from coder.select.codes import category
from coder.select.mentions import CodedMention
from coder.text import Reading
from coder.text.assertion import speaking_cues

_WORD = 2
"""So many characters has the last word of a name: 胆囊|结石."""
_NEAR = 8
_DENIED = frozenset(("absent", "excluded"))
_SUBCATEGORY = 5
_UNSPECIFIED = ".9"
_BRACKETED = re.compile(r"\([^()]*\)?")


def not_ruled_out(
    listed: Sequence[CodedMention],
    coded: Sequence[CodedMention],
    reading: Reading,
    *,
    of_history: Collection[str],
) -> list[CodedMention]:
    """The items without the suspected ones that the record rules out in another place.

    What is ruled out has the same words or a code that says the same (AMI?, 心梗除外). That a suspected disease was not
    found rules it out where no sentence affirms it (冠心病?, 造影未见冠心病), and so does its last word where running
    text only ever denies it (胆囊结石?, 胆囊未见结石).

    Args:
        listed: the items of the deciding list.
        coded: all mentions of diagnoses.
        reading: the record that they are of.
        of_history: cues by which a patient denies former diseases; they rule out nothing that is suspected now.
    """
    ruled_out = [one for one in coded if one.mention.assertion == "excluded"]
    words = {one.mention.text for one in ruled_out if len(one.mention.text) > _WORD}
    told = [one for one in coded if one.mention.origin == "narrative" and one.mention.section not in HISTORY]
    absent = _codes(one for one in told if one.mention.assertion == "absent" and one.mention.cue not in of_history)
    affirmed = _codes(one for one in told if one.mention.assertion == "present")
    codes = _codes(ruled_out) | {code for code in absent if not _same([code], affirmed)}
    items = [(one.mention.start, one.mention.end) for one in coded if one.mention.origin == "list"]

    def stands(one: CodedMention) -> bool:
        said = one.mention.text
        if one.mention.assertion != "possible":
            return True
        known = any(other in said or said in other for other in words) or _all_in(_codes([one]), codes)
        return not known and not _only_denied(_BRACKETED.sub("", said)[-_WORD:], reading, items)

    return [one for one in listed if stands(one)]


def not_outweighed(listed: Sequence[CodedMention], *, by_cues: Collection[str]) -> list[CodedMention]:
    """The items without those of the weakest doubts (待排), where a certain item of the list is of their category.

    Args:
        listed: the items of the deciding list.
        by_cues: the cues of such doubts.
    """
    certain = {category(code) for one in listed if one.mention.assertion == "present" for code in _codes([one])}
    return [
        one
        for one in listed
        if one.mention.cue not in by_cues or not certain.intersection(map(category, _codes([one])))
    ]


def not_given_up(named: Sequence[CodedMention], coded: Sequence[CodedMention]) -> list[CodedMention]:
    """The mentions of running text without the diseases of which the record's last word is that they are excluded.

    Args:
        named: mentions of running text that might be coded.
        coded: all mentions of diagnoses, in text order.
    """
    last = {code: one.mention.assertion for one in coded for code in _codes([one])}
    excluded = {code for code, assertion in last.items() if assertion == "excluded"}
    return [one for one in named if not _codes([one]) or not _codes([one]) <= excluded]


def _only_denied(word: str, reading: Reading, items: Sequence[tuple[int, int]]) -> bool:
    """Whether running text has a word, and each time denies it close by: 未见结石, 感染排除."""
    if len(word) < _WORD:
        return False
    places = [
        match.span()
        for match in re.finditer(re.escape(word), reading.normalised.text)
        if not any(first <= match.start() and match.end() <= last for first, last in items)
    ]
    return bool(places) and all(_is_denied(start, end, reading) for start, end in places)


def _is_denied(start: int, end: int, reading: Reading) -> bool:
    section = reading.section_at(start)
    said = reading.scopes.assess(start, end, section=section.kind if section else "body")
    if said.assertion not in _DENIED or said.cue is None:
        return False
    # A pattern reports its name, not words; its scope is as near as a word that stands close by.
    return said.cue not in speaking_cues() or said.cue in reading.normalised.text[max(start - _NEAR, 0) : end + _NEAR]


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
