"""Mentions: the spans of a record that name a condition or a procedure.

The items of diagnosis and procedure lists come first; in running text the exact names of the code systems and their aliases
are found by :class:`~coder.text.lexicon.Lexicon`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from coder.coding import Assertion
from coder.text.assertion import Scopes
from coder.text.datafile import load_data
from coder.text.lexicon import DIAGNOSIS, Lexicon, NameMatch
from coder.text.lists import ListSplitter
from coder.text.mention_data import MentionData
from coder.text.sections import Section, SectionSplitter
from coder.text.segment import Segment

MentionKind = Literal["diagnosis", "procedure"]
Origin = Literal["list", "narrative"]


@dataclass(frozen=True, slots=True)
class Mention:
    """A named condition or procedure.

    ``start``, ``end`` and ``text`` are of the normalised text; ``section`` is the kind of its section; ``cue`` the words
    that decided the assertion; ``concept_keys`` the concepts (``system:code``) that have exactly this name.
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


class MentionFinder:
    """Finds the mentions of a normalised text."""

    def __init__(self, data: MentionData, lexicon: Lexicon, lists: ListSplitter, sections: SectionSplitter) -> None:
        self._lexicon = lexicon
        self._lists = lists
        self._list_kinds = sections.lists
        self._excluded = {
            "diagnosis": frozenset(data.not_in_narrative.diagnosis),
            "procedure": frozenset(data.not_in_narrative.procedure),
        }
        self._shortest = data.shortest

    @classmethod
    def load(cls) -> MentionFinder:
        """The finder with the shipped lexicon and data."""
        return _load()

    def find(
        self, text: str, sections: Sequence[Section], segments: Sequence[Segment], scopes: Scopes
    ) -> tuple[Mention, ...]:
        """The mentions of a text in order of their place."""
        boundaries = {segment.start for segment in segments}
        boundaries.add(len(text))
        matches = self._lexicon.find(text)
        found: list[Mention] = []
        next_match = 0
        for section in sections:
            list_kind = self._list_kinds.get(section.kind)
            if list_kind is not None:
                for start, end in self._lists.items(text, section.body_start, section.end, kind=list_kind):
                    found.append(self._list_mention(text, start, end, list_kind, section, scopes))
            while next_match < len(matches) and matches[next_match].start < section.end:
                match = matches[next_match]
                next_match += 1
                if list_kind is None and match.start >= section.body_start and match.end <= section.end:
                    found.extend(self._narrative_mention(text, match, section, boundaries, scopes))
        return tuple(found)

    def _list_mention(
        self, text: str, start: int, end: int, kind: MentionKind, section: Section, scopes: Scopes
    ) -> Mention:
        core_end = end
        while core_end > start + 1 and text[core_end - 1] in "? ":
            core_end -= 1
        said = scopes.assess(start, core_end, kind=kind, section=section.kind)
        surface = text[start:core_end]
        return Mention(
            start, core_end, surface, kind, section.kind, "list", said.assertion, said.cue,
            self._lexicon.concept_keys(surface),
        )  # fmt: skip

    def _narrative_mention(
        self, text: str, match: NameMatch, section: Section, boundaries: set[int], scopes: Scopes
    ) -> Iterator[Mention]:
        surface = text[match.start : match.end]
        kind: MentionKind = "diagnosis" if match.kinds & DIAGNOSIS and not surface.endswith("术") else "procedure"
        if len(surface) < self._shortest or surface in self._excluded[kind]:
            return
        if len(surface) < 4 and not (match.start in boundaries and match.end in boundaries):
            return
        said = scopes.assess(match.start, match.end, kind=kind, section=section.kind)
        yield Mention(
            match.start, match.end, surface, kind, section.kind, "narrative", said.assertion, said.cue,
            self._lexicon.concept_keys(surface),
        )  # fmt: skip


@cache
def _load() -> MentionFinder:
    return MentionFinder(
        load_data("mentions.yaml", MentionData), Lexicon.load(), ListSplitter.load(), SectionSplitter.load()
    )
