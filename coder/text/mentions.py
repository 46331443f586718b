"""Mentions: the spans of a record that name a condition or a procedure.

In diagnosis and procedure lists every item is one. In running text, also where it stands in a list section, a mention
is an official name or alias (:class:`~coder.text.lexicon.Lexicon`) or a phrase made of the words of official names
(:class:`~coder.text.chunks.ChunkFinder`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from coder.coding import Assertion
from coder.text.abbreviations import abbreviations
from coder.text.assertion import Assessment, Scopes
from coder.text.chunks import ChunkFinder
from coder.text.datafile import load_data
from coder.text.lexicon import PROCEDURE, Lexicon, NameMatch
from coder.text.lists import ListSplitter
from coder.text.mention_data import MentionData
from coder.text.sections import Section, SectionSplitter
from coder.text.segment import Segment

MentionKind = Literal["diagnosis", "procedure"]
Origin = Literal["list", "narrative"]

_LONG = 3
_LATIN = re.compile(r"[a-z0-9]")
_JOINED = re.compile(r"-[a-z]")
"""What goes on behind a Latin word that is the first half of another (PEG-rhG-CSF is no PEG)."""
_EDGES = " ,;:?、"
_MARKS = "?"
_ENUMERATION_BEGINS = "。;,:\n "
# A label that the enumeration goes with: 不考虑:甲、乙.
_LABEL = re.compile(r"[^。;,:\n ]{1,8}: ?$")
_LONGEST_LABEL = 10


@dataclass(frozen=True, slots=True)
class Mention:
    """A named condition or procedure.

    ``start``, ``end`` and ``text`` are of the normalised text; ``section`` is the kind of its section; ``cue`` is the
    cue (or the name of the pattern) that decided the assertion; ``concept_keys`` are the concepts (``system:code``)
    that have exactly this name, a side put before it aside.
    """

    start: int
    end: int
    text: str
    kind: MentionKind
    section: str
    origin: Origin
    assertion: Assertion
    cue: str | None
    concept_keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    start: int
    end: int
    kind: MentionKind


class MentionFinder:
    """Finds the mentions of a normalised text."""

    def __init__(
        self,
        data: MentionData,
        *,
        lexicon: Lexicon,
        lists: ListSplitter,
        chunks: ChunkFinder,
        list_kinds: Mapping[str, MentionKind],
    ) -> None:
        self._lexicon = lexicon
        self._lists = lists
        self._chunks = chunks
        self._list_kinds = list_kinds
        self._excluded: dict[MentionKind, frozenset[str]] = {
            "diagnosis": frozenset(data.not_in_narrative.diagnosis),
            "procedure": frozenset(data.not_in_narrative.procedure),
        }
        self._shortest = data.shortest
        self._shortest_latin = data.shortest_latin
        self._side = re.compile(data.side)
        self._item_tail = re.compile(data.item_tail)
        self._blocking = data.blocking_prefixes
        self._procedure_heads = data.chunks.heads.procedure

    @classmethod
    def load(cls) -> MentionFinder:
        """The finder with the shipped lexicon and data; a second call in the process returns the same object.

        Raises:
            ArtefactError: a shipped file of the text stage is missing or damaged.
        """
        return _load()

    def find(
        self, text: str, sections: Sequence[Section], segments: Sequence[Segment], scopes: Scopes
    ) -> tuple[Mention, ...]:
        """The mentions of a text in order of their place."""
        found: list[Mention] = []
        narrative = iter(self._candidates(text, segments))
        candidate = next(narrative, None)
        for section in sections:
            list_kind = self._list_kinds.get(section.kind)
            items: list[tuple[int, int]] = []
            if list_kind is not None:
                items = self._lists.items(text, section.body_start, section.end, kind=list_kind)
                found.extend(self._item(text, start, end, list_kind, section, scopes) for start, end in items)
            while candidate is not None and candidate.start < section.end:
                inside = candidate.start >= section.body_start and candidate.end <= section.end
                # Letters beside operations are vessels, devices and ways: apc, pci(lad).
                letters = candidate.kind == "diagnosis" and text[candidate.start : candidate.end].isascii()
                inside = inside and not (list_kind == "procedure" and letters)
                if inside and not any(candidate.start < end and start < candidate.end for start, end in items):
                    start, end, kind = candidate.start, candidate.end, candidate.kind
                    said = scopes.assess(start, end, kind=kind, section=section.kind)
                    found.append(self._mention(text, start, end, kind, section, "narrative", said))
                candidate = next(narrative, None)
        return tuple(sorted(found, key=lambda mention: mention.start))

    def _candidates(self, text: str, segments: Sequence[Segment]) -> list[_Candidate]:
        """Names and phrases of running text in order; of those that overlap the longest stays."""
        boundaries = {segment.start for segment in segments}
        boundaries.add(len(text))
        spans = [_Candidate(chunk.start, chunk.end, chunk.kind) for chunk in self._chunks.find(segments)]
        spans.extend(
            _Candidate(match.start, match.end, self._kind(text[match.start : match.end], match.kinds))
            for match in self._lexicon.find(text)
            if self._stands_alone(text, match, boundaries)
        )
        spans.extend(_Candidate(*span, "diagnosis") for span in abbreviations(text, shortest=self._shortest_latin))
        spans.sort(key=lambda span: (span.start - span.end, span.start))
        kept: list[_Candidate] = []
        taken = bytearray(len(text))
        for span in spans:
            if not any(taken[span.start : span.end]):
                taken[span.start : span.end] = b"\x01" * (span.end - span.start)
                kept.append(span)
        return sorted((span for span in kept if self._is_name(text, span)), key=lambda span: span.start)

    def _is_name(self, text: str, span: _Candidate) -> bool:
        blocked = span.start > 0 and text[span.start - 1] in self._blocking
        return not blocked and text[span.start : span.end] not in self._excluded[span.kind]

    def _stands_alone(self, text: str, match: NameMatch, boundaries: set[int]) -> bool:
        """Whether a match is a name here: short ones must be whole words, Latin ones no part of a longer word."""
        surface = text[match.start : match.end]
        if surface.isascii():
            around = text[match.start - 1 : match.start] + text[match.end : match.end + 1]
            inside = _LATIN.search(around) or _JOINED.match(text, match.end)
            return len(surface) >= self._shortest_latin and not inside
        if len(surface) < self._shortest:
            return False
        return len(surface) > _LONG or (match.start in boundaries and match.end in boundaries)

    def _item(self, text: str, start: int, end: int, kind: MentionKind, section: Section, scopes: Scopes) -> Mention:
        """The mention of a list item: without the cues at its edges, which decide its assertion."""
        marked = end + len(text[end:]) - len(text[end:].lstrip(_MARKS))
        after = _enumerated(text, start)
        core_start, core_end, said = scopes.frame(text, start, marked, kind=kind, section=section.kind, after=after)
        while core_start < core_end and text[core_start] in _EDGES:
            core_start += 1
        while core_start < core_end and text[core_end - 1] in _EDGES:
            core_end -= 1
        tail = self._item_tail.search(text, core_start, core_end)
        if tail is not None and tail.start() > core_start:
            core_end = tail.start()
        if core_start >= core_end:
            core_start, core_end = start, end
        return self._mention(text, core_start, core_end, kind, section, "list", said)

    def _mention(
        self, text: str, start: int, end: int, kind: MentionKind, section: Section, origin: Origin, said: Assessment
    ) -> Mention:
        surface = text[start:end]
        keys = self._lexicon.concept_keys(surface) or self._lexicon.concept_keys(self._side.sub("", surface))
        return Mention(start, end, surface, kind, section.kind, origin, said.assertion, said.cue, keys)

    def _kind(self, surface: str, kinds: int) -> MentionKind:
        if kinds & PROCEDURE or surface.endswith(self._procedure_heads):
            return "procedure"
        return "diagnosis"


def _enumerated(text: str, start: int) -> int:
    """Where the enumeration (甲、乙、丙) begins that goes on at a place; the place itself where none does."""
    if not text.endswith("、", 0, start):
        return start
    begins = max(text.rfind(mark, 0, start) for mark in _ENUMERATION_BEGINS) + 1
    label = _LABEL.search(text, max(begins - _LONGEST_LABEL, 0), begins)
    return label.start() if label else begins


@cache
def _load() -> MentionFinder:
    return MentionFinder(
        load_data("mentions.yaml", MentionData),
        lexicon=Lexicon.load(),
        lists=ListSplitter.load(),
        chunks=ChunkFinder.load(),
        list_kinds=SectionSplitter.load().lists,
    )
