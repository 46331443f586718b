"""Whether a record rules out what a code stands for in words that are not the code's own name.

A doctor seldom writes the official name when he rules a thing out: 无脑疝征象 speaks of a 创伤性脑疝, 头颅MRI未见转移
of brain metastases, 胃及十二指肠未见溃疡 of a bleeding gastric ulcer. So three forms are looked for: one of the names
itself; what a name ends with, where the record denies just that; and what a name ends with, denied behind the place
that the name begins with. In the first two nothing is ruled out that the record says elsewhere without denying it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from coder.evidence.denials import narrowing
from coder.evidence.names import (
    decisive,
    denied_as,
    main_part,
    qualifying,
    shown_as,
    telling_letters,
    telling_pieces,
    unqualified,
)
from coder.evidence.support import RecordEvidence, Span
from coder.text.normalise import normalise_term

_SHORTEST: Final = 2
_NEGATION: Final = re.compile(r"未见|未发现|未提示|未探及|未及|未示|未|无|没有|不考虑|不支持|不像|排除|除外")
_NEAR: Final = 6
"""So many letters may stand between a negation and what it denies (未见明显转移)."""
_SENTENCE_ENDS: Final = "。;\n"
_CLAUSE_END: Final = re.compile(r"[,:]")


def ruled_out(evidence: RecordEvidence, names: Iterable[str]) -> tuple[Span, ...]:
    """The places that rule out, in this stay, what a diagnosis code with these names stands for.

    >>> from coder.record import Record
    >>> from coder.text import read
    >>> record = RecordEvidence(read(Record(text="头颅增强MRI未见转移征象。双瞳等大，无脑疝征象。")))
    >>> [record.text[span.start : span.end] for span in ruled_out(record, ["颅内转移"])]
    ['转移']
    >>> [record.text[span.start : span.end] for span in ruled_out(record, ["创伤性脑疝"])]
    ['脑疝']
    >>> ruled_out(record, ["胸椎转移"])
    ()
    """
    written = tuple(dict.fromkeys(normalise_term(name) for name in names))
    return ruled_out_by_name(evidence, written) or _by_ending(evidence, written) or _by_site(evidence, written)


def ruled_out_by_name(evidence: RecordEvidence, names: Iterable[str]) -> tuple[Span, ...]:
    """The places that rule out one of these names as it stands."""
    return evidence.only_denied([name for name in names if len(name) >= _SHORTEST])


def _by_ending(evidence: RecordEvidence, names: tuple[str, ...]) -> tuple[Span, ...]:
    """Where a mention that one of the names ends with is denied, and said nowhere."""
    denied, always = evidence.denied_names, decisive()
    endings = ((part, part[cut:]) for part in dict.fromkeys(map(main_part, names)) for cut in range(len(part)))
    words = {word for part, word in endings if (word in denied or word in always) and _is_headed(part, word)}
    return evidence.only_denied(sorted(words))


def _is_headed(name: str, word: str) -> bool:
    """Whether a name that ends with a word has no more before it than qualifies it: no site that makes it another."""
    return word in decisive() or (bool(telling_pieces(word)) and name[: -len(word)].endswith(qualifying()))


def _by_site(evidence: RecordEvidence, names: tuple[str, ...]) -> tuple[Span, ...]:
    """Where the end of a name is denied behind all telling letters of its beginning, in one sentence."""
    text, found = evidence.text, dict[Span, None]()
    # Most endings share their last letters, which few records have.
    held = {last: last in text for last in {ending[-_SHORTEST:] for ending in _endings(names)}}
    for ending, sites in _endings(names).items():
        place = text.find(ending) if held[ending[-_SHORTEST:]] else -1
        while place >= 0:
            before = _before_negation(text, place)
            closer = narrowing(text, place, place + len(ending))
            narrower = closer is not None and not any(closer in name for name in names)
            if before and not narrower and any(site <= frozenset(before) for site in sites):
                found[Span(place, place + len(ending))] = None
            place = text.find(ending, place + 1)
    return tuple(span for span in found if evidence.tells_of_this_stay(span))


def _before_negation(text: str, place: int) -> str:
    """What stands in the sentence before the negation that a place is close behind, nothing where it is behind none."""
    start = max(text.rfind(end, 0, place) for end in _SENTENCE_ENDS) + 1
    clause = start + sum(len(part) + 1 for part in _CLAUSE_END.split(text[start:place])[:-1])
    negations = list(_NEGATION.finditer(text, clause, place))
    if not negations or place - negations[-1].end() > _NEAR:
        return ""
    return text[start : negations[-1].start()]


@lru_cache(maxsize=1024)
def _endings(names: tuple[str, ...]) -> dict[str, set[frozenset[str]]]:
    """What names end with, and the telling letters of what stands before."""
    found: dict[str, set[frozenset[str]]] = {}
    for site, ending in (pair for name in names for pair in _cuts(unqualified(main_part(name)))):
        if site:
            for denied in denied_as(ending):
                found.setdefault(denied, set()).update((site, shown_as(site)))
    return found


def _cuts(name: str) -> Iterator[tuple[frozenset[str], str]]:
    for cut in range(1, len(name) - _SHORTEST + 1):
        yield telling_letters(name[:cut]), name[cut:]
