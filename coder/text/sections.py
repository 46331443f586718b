"""Sections of a record, found by heading data.

>>> text = "主诉:腹痛1天。现病史:患者1天前腹痛。\\n[出院诊断]\\n1.急性阑尾炎"
>>> [(section.kind, text[section.body_start : section.end]) for section in SectionSplitter.load().split(text)]
[('chief_complaint', '腹痛1天。'), ('present_illness', '患者1天前腹痛。\\n'), ('discharge_diagnosis', '\\n1.急性阑尾炎')]
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from coder.text.datafile import DataModel, load_data

BODY = "body"
"""The kind of text that no heading opens."""

ListKind = Literal["diagnosis", "procedure"]


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the normalised text under one heading; ``body_start`` is where the text after the heading begins."""

    kind: str
    title: str
    start: int
    end: int
    body_start: int


class _SectionData(DataModel):
    kind: str
    titles: tuple[str, ...]
    anywhere: tuple[str, ...]


class _ListData(DataModel):
    diagnosis: tuple[str, ...]
    procedure: tuple[str, ...]


class HeadingData(DataModel):
    """The schema of ``data/headings.yaml``."""

    sections: tuple[_SectionData, ...]
    lists: _ListData
    list_ends: tuple[str, ...]


_OPEN = r"[\[(<《#*]*"
_NUMBER = r"(?:\(?[0-9一二三四五六七八九十]{1,2}[.、)]\s*)?"
_CLOSE = r"[\])>》*]*"


class SectionSplitter:
    """Splits a normalised text into sections; every character belongs to exactly one."""

    def __init__(self, data: HeadingData) -> None:
        self._kinds: dict[str, str] = {}
        anywhere: list[str] = []
        for section in data.sections:
            for title in (*section.titles, *section.anywhere):
                if self._kinds.setdefault(title, section.kind) != section.kind:
                    raise ValueError(f"heading {title!r} belongs to two kinds")
            anywhere += section.anywhere
        every = _alternatives(self._kinds)
        distinct = _alternatives(anywhere)
        spaced = _alternatives((title for title in self._kinds if len(title) < 5), gap=r" {0,4}")
        line_start = r"(?:(?<=\n)|\A) *"
        self._pattern = re.compile(
            # a line of its own, or followed by a colon, numbering and brackets allowed
            rf"{line_start}{_OPEN}{_NUMBER}{_OPEN}(?P<line>{every}|{spaced})(?:\([^()\n]{{1,12}}\))? *{_CLOSE} *(?::|(?=\n|\Z)|(?<=[\]>》])) *"
            # at the start of a line, no colon: only what cannot be anything else
            rf"|{line_start}{_OPEN}{_NUMBER}(?P<bare>{distinct})(?![为是及的示中内时后前、,;/]) *{_CLOSE} *:? *"
            # inside a line: after a stop or a blank with a colon
            rf"|(?<=[。;,.!? ]){_OPEN}{_NUMBER}(?P<inner>{every}) *{_CLOSE} *: *"
            # in brackets anywhere
            rf"|\[(?P<bracket>{every})\] *:? *"
            # glued to the text before it
            rf"|{_OPEN}(?P<glued>{distinct}) *{_CLOSE} *: *"
            # after a full stop, no colon
            rf"|(?<=[。;] )(?P<stop>{distinct})(?![为是及的示中内时后前、,;/]) *|(?<=。)(?P<stop2>{distinct})(?![为是及的示中内时后前、,;/]) *"
        )
        ends = _alternatives(data.list_ends)
        self._list_end = re.compile(rf"\n *(?=(?:{ends})[^\n]*)")
        self.lists: dict[str, ListKind] = dict.fromkeys(data.lists.diagnosis, "diagnosis") | dict.fromkeys(
            data.lists.procedure, "procedure"
        )

    @classmethod
    def load(cls) -> SectionSplitter:
        """The splitter with the shipped headings.

        Raises:
            ArtefactError: the heading data is missing or breaks its schema.
        """
        return _load()

    def split(self, text: str) -> tuple[Section, ...]:
        """The sections in order; text before the first heading, or a text without headings, is of kind ``body``."""
        heads: list[tuple[int, int, str]] = []
        for match in self._pattern.finditer(text):
            title = match.group(match.lastgroup or 0)
            heads.append((match.start(), match.end(), title.replace(" ", "")))
        sections: list[Section] = []
        first = heads[0][0] if heads else len(text)
        if first:
            sections.append(Section(BODY, "", 0, first, 0))
        for index, (start, body_start, title) in enumerate(heads):
            end = heads[index + 1][0] if index + 1 < len(heads) else len(text)
            kind = self._kinds[title]
            stop = self._list_end.search(text, body_start, end) if kind in self.lists else None
            if stop is None:
                sections.append(Section(kind, title, start, end, body_start))
            else:
                sections.append(Section(kind, title, start, stop.start(), body_start))
                sections.append(Section(BODY, "", stop.start(), end, stop.start()))
        return tuple(sections)


def _alternatives(words: object, *, gap: str = "") -> str:
    ordered = sorted(words, key=lambda word: (-len(word), word))  # type: ignore[call-overload]
    return "|".join(gap.join(map(re.escape, word)) for word in ordered)


@cache
def _load() -> SectionSplitter:
    return SectionSplitter(load_data("headings.yaml", HeadingData))
