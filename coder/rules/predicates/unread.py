"""Predicates over codes that selection does not read in the record: what it does not tell, or says otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from coder.rules.facts import Facts, Subject
from coder.rules.outcome import FALSE, TRUE, Outcome, of, unknown
from coder.rules.predicates.arguments import Arguments, Words, Yes
from coder.rules.registry import Compiled, register
from coder.rules.unread import is_read, is_unread
from coder.rules.wording import worded
from coder.text import normalise_term
from coder.text.second_opinion import Kind

_NO_TEXT = "病历文本"
_NO_SELECTION = "选码结果"
_NOT: Final = ("不", "非")
_NEGATIONS: Final = ("未", "无", "非")
SENTENCE_END: Final = re.compile(r"[。;\n]")
_HOURS: Final[Mapping[str, float]] = {"小时": 1, "h": 1, "hr": 1, "天": 24, "日": 24, "d": 24, "周": 168}
_DURATION: Final = re.compile(rf"(?<![\d.:/月第-])(\d+(?:\.\d+)?) ?余?({'|'.join(_HOURS)})(?![a-z])")


def _of_selection(holds: Callable[[str, Facts], bool]) -> Compiled:
    """A test of the code asked about against what selection gives (not known without selection)."""

    def test(facts: Facts, subject: Subject | None) -> Outcome:
        if subject is None:
            return FALSE
        if facts.given.diagnosed is None:
            return unknown(_NO_SELECTION)
        return of(holds(subject.code, facts))

    return Compiled(test, cost=1)


def unread(_: Any) -> Compiled:
    """Selection gives nothing that can be the code asked about (not known without selection)."""
    return _of_selection(is_unread)


def read_as_coded(_: Any) -> Compiled:
    """Selection gives the very code asked about (not known without selection)."""
    return _of_selection(is_read)


def asked_by_name(
    words: Iterable[str], judge: Callable[[str, tuple[str, ...], Facts], Outcome], *, unread_only: bool = False
) -> Compiled:
    """A test of the code asked about by those of the words that its official name has; false where it has none.

    ``unread_only`` leaves out codes that selection gives (not known without selection).
    """
    held_in = _words_in(words)

    def test(facts: Facts, subject: Subject | None) -> Outcome:
        names = () if subject is None else facts.normal_names(subject.code)
        held = held_in(names[0]) if names else ()
        if subject is None or not held:
            return FALSE
        if not facts.has_text:
            return unknown(_NO_TEXT)
        if unread_only and facts.given.diagnosed is None:
            return unknown(_NO_SELECTION)
        if unread_only and is_read(subject.code, facts):
            return FALSE
        return judge(subject.code, held, facts)

    return Compiled(test, cost=1)


def name_beyond_record(words: Mapping[str, Words]) -> Compiled:
    """The name of the code asked about has one of these words, and the record, not read as this code, none for it.

    Each word of a name stands with the words by which a record can say it.
    """
    said_as = {normalise_term(word): tuple(map(normalise_term, said)) for word, said in words.items()}

    def judge(code: str, held: tuple[str, ...], facts: Facts) -> Outcome:
        kind = facts.kind_of(code)
        unsaid = [word for word in held if not any(_is_said(one, kind, facts) for one in said_as[word])]
        return Outcome(True, codes=(code,), values=tuple(unsaid)) if unsaid else FALSE

    return asked_by_name(said_as, judge, unread_only=True)


def _words_in(words: Iterable[str]) -> Callable[[str], tuple[str, ...]]:
    """A search for those of the words that a name has, which remembers the names of the codes that it has seen."""
    every = tuple(words)
    any_word = re.compile("|".join(map(re.escape, every)))

    @lru_cache(maxsize=1 << 14)
    def held_in(name: str) -> tuple[str, ...]:
        return tuple(word for word in every if _has(name, word)) if any_word.search(name) else ()

    return held_in


def _has(name: str, word: str) -> bool:
    """Whether a name has a word, and not its contrary (不完全性, 非切除性)."""
    return word in name and not any(no + word in name for no in _NOT)


def _is_said(word: str, kind: Kind, facts: Facts) -> bool:
    """Whether the record says a word, and does not deny it by the very letter before it (未离断).

    An operation that is planned or was not needed is not said to have been done.
    """
    text = facts.evidence.text
    said = facts.evidence.says(word, this_stay=kind == "procedure", kind=kind)
    return any(not text.endswith(_NEGATIONS, 0, span.start) for span in said)


def said_otherwise(words: Mapping[str, Words]) -> Compiled:
    """The record says a name of the code asked about with a contrary word in it, and not this name as it is.

    Each word of an official name stands with its contraries; other names with the word are looked for as well.
    """
    contraries = {normalise_term(word): tuple(map(normalise_term, others)) for word, others in words.items()}

    def judge(code: str, held: tuple[str, ...], facts: Facts) -> Outcome:
        kind = facts.kind_of(code)
        text = facts.evidence.text
        said = {
            other: name
            for name in facts.normal_names(code)
            for word in held
            if _has(name, word)
            for other in (name.replace(word, one, 1) for one in contraries[word])
            if other in text
        }
        spans = tuple(span for other in said for span in facts.evidence.says(other, this_stay=True, kind=kind))
        if not spans or any(_is_said(name, kind, facts) for name in said.values()):
            return FALSE
        return Outcome(True, codes=(code,), spans=spans, values=tuple(said))

    return asked_by_name(contraries, judge, unread_only=True)


class LastedArguments(Arguments):
    """Words for what lasted, words of clauses that tell of something else, and how many hours it took at least."""

    words: Words
    unless: Words
    at_least: float


def lasted(arguments: LastedArguments) -> Compiled:
    """A sentence with one of these words gives a time of so many hours or more."""
    about, other = worded(arguments.words), worded(arguments.unless)

    def test(facts: Facts, _: Subject | None) -> Outcome:
        if not facts.has_text:
            return unknown(_NO_TEXT)
        for sentence in SENTENCE_END.split(facts.evidence.text):
            clauses = [clause for clause in sentence.split(",") if not other.search(clause)]
            if any(map(about.search, clauses)) and any(_hours(clause) >= arguments.at_least for clause in clauses):
                return TRUE
        return FALSE

    return Compiled(test, cost=1)


def _hours(clause: str) -> float:
    """The longest time that a clause gives, in hours."""
    return max((float(number) * _HOURS[unit] for number, unit in _DURATION.findall(clause)), default=0.0)


register(
    {
        "unread": (Yes, unread),
        "read_as_coded": (Yes, read_as_coded),
        "name_beyond_record": (Mapping[str, Words], name_beyond_record),
        "said_otherwise": (Mapping[str, Words], said_otherwise),
        "lasted": (LastedArguments, lasted),
    }
)
