"""Where a place of a record stands, for the purposes of evidence.

The sections of the text go by its headings. What they cannot know: a word such as 既往 or 查体 in the middle of a
paragraph opens a section that ends with the paragraph, as one line of a bulleted text ends with the next bullet; the
处理 of a discharge summary is what was done and no plan; and a 诊断 that closes a record is the final one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from coder.text import Reading, Section

HISTORY: Final = frozenset({"past_history", "personal_history", "family_history"})
COURSE: Final = "treatment_course"
FINAL_DIAGNOSES: Final = frozenset({"discharge_diagnosis", "postoperative_diagnosis", "final_diagnosis"})
ONLY_LIST: Final = "admission_diagnosis"
"""The kind of the only list of a record without final diagnoses (诊断：…)."""


def deciding_lists(kinds: Iterable[str]) -> frozenset[str]:
    """The kinds of list that say what was diagnosed, of the kinds of sections that a record has.

    >>> deciding_lists(["admission_diagnosis", "treatment_course"])
    frozenset({'admission_diagnosis'})
    """
    return FINAL_DIAGNOSES if FINAL_DIAGNOSES.intersection(kinds) else frozenset((ONLY_LIST,))


_WITH_THE_PARAGRAPH: Final = HISTORY | {
    "imaging",
    "laboratory",
    "pathology",
    "physical_examination",
    "chief_complaint",
    "consultation",
}
_ONE_LINE: Final = frozenset({"demographics"})
_BULLETS: Final = "◇◆■□▲△●○★☆•·※"
_LATE: Final = 0.5
"""A diagnosis list that begins behind this share of the text closes the record."""


@dataclass(frozen=True, slots=True)
class Places:
    """The sections of a record as evidence counts them, in the order of the text."""

    sections: tuple[Section, ...]

    @classmethod
    def of(cls, reading: Reading) -> Places:
        """The sections of a reading, corrected.

        >>> from coder.record import Record
        >>> from coder.text import read
        >>> text = "入院情况：腹痛1天。既往：胃溃疡。\\n行胃镜检查。\\n诊断：胃炎"
        >>> [section.kind for section in Places.of(read(Record(text=text))).sections]
        ['present_illness', 'past_history', 'body', 'discharge_diagnosis']
        """
        text = reading.normalised.text
        found: list[Section] = []
        for section in reading.sections:
            found += _shortened(section, text)
        return cls(tuple(_as_summary(_with_final_list(found, len(text)))))


def _shortened(section: Section, text: str) -> list[Section]:
    """The part of a section that its heading is for, and the rest, which is of no section."""
    end = _end_of(section, text)
    if end < 0 or not text[end : section.end].strip():
        return [section]
    return [replace(section, end=end), Section("body", "", end, section.end, end)]


def _end_of(section: Section, text: str) -> int:
    """Where what a heading is for ends before its section does, -1 where it does not."""
    line_start = text.rfind("\n", 0, section.start) + 1
    bullet = text[line_start : line_start + 1]
    if bullet and bullet in _BULLETS and section.kind not in FINAL_DIAGNOSES:
        return text.find(f"\n{bullet}", section.body_start, section.end)
    inline = bool(text[line_start : section.start].strip())
    if section.kind in _ONE_LINE or (inline and section.kind in _WITH_THE_PARAGRAPH):
        return text.find("\n", section.body_start, section.end)
    return -1


def _with_final_list(sections: Sequence[Section], length: int) -> list[Section]:
    """Where no list of diagnoses is called the final one, the last that closes the record is."""
    given = list(sections)
    if any(section.kind in FINAL_DIAGNOSES for section in given):
        return given
    last = next((index for index in reversed(range(len(given))) if given[index].kind == "admission_diagnosis"), None)
    if last is not None and given[last].start >= _LATE * length and not given[last].title.startswith(("入院", "初步")):
        given[last] = replace(given[last], kind="discharge_diagnosis")
    return given


def _as_summary(sections: Sequence[Section]) -> list[Section]:
    """In a record with final diagnoses, what is headed as handling is what was done."""
    finals = [section.start for section in sections if section.kind in FINAL_DIAGNOSES]
    return [
        replace(section, kind="treatment_course")
        if section.kind == "plan" and finals and section.start < max(finals)
        else section
        for section in sections
    ]
