"""The text stage as one call: a record goes in, a :class:`Reading` comes out."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from coder.coding import Evidence
from coder.record import Patient, Record
from coder.text.assertion import AssertionRules, Scopes
from coder.text.mentions import Mention, MentionFinder
from coder.text.normalise import NormalisedText, normalise
from coder.text.patient import complete_patient
from coder.text.second_opinion import SecondOpinion
from coder.text.sections import Section, SectionSplitter
from coder.text.segment import Segment, Segmenter


@dataclass(frozen=True, slots=True)
class Reading:
    """A record as it was read: offsets count in the normalised text, :meth:`evidence` leads back to the original."""

    record: Record
    normalised: NormalisedText
    sections: tuple[Section, ...]
    segments: tuple[Segment, ...]
    mentions: tuple[Mention, ...]
    patient: Patient
    scopes: Scopes

    def section_at(self, offset: int) -> Section | None:
        """The section that holds an offset, ``None`` in an empty text."""
        index = bisect_right([section.start for section in self.sections], offset) - 1
        return self.sections[index] if index >= 0 else None

    def denies(self, start: int, end: int) -> bool:
        """Whether a cue denies or rules out what stands at a place.

        >>> from coder.record import Record
        >>> reading = read(Record(text="病理未见癌"))
        >>> reading.denies(4, 5), reading.denies(0, 2)
        (True, False)
        """
        section = self.section_at(start)
        said = self.scopes.cued(start, end, section=section.kind if section else "body")
        return said.cue is not None and said.assertion in ("absent", "excluded")

    def evidence(self, start: int, end: int) -> Evidence:
        """The words of the original record for a span of the normalised text.

        >>> from coder.record import Record
        >>> reading = read(Record(text="出院诊断：高血压病Ⅲ級"))
        >>> mention = reading.mentions[0]
        >>> mention.text, reading.evidence(mention.start, mention.end).text
        ('高血压病3级', '高血压病Ⅲ級')
        """
        section = self.section_at(start)
        first, last = self.normalised.original_span(start, end)
        return Evidence(
            section=section.kind if section else "", start=first, end=last, text=self.record.text[first:last]
        )


def read(record: Record) -> Reading:
    """Read a record: normalise, split into sections and words, find mentions and what is said of them.

    Raises:
        InputError: sex is stated in two ways.
        ArtefactError: a shipped file of the text stage is missing or damaged.
    """
    normalised = normalise(record.text)
    text = normalised.text
    sections = SectionSplitter.load().split(text)
    segments = Segmenter.load().segment(text)
    scopes = AssertionRules.load().scopes(text, segments, opinion=SecondOpinion.load())
    return Reading(
        record=record,
        normalised=normalised,
        sections=sections,
        segments=segments,
        mentions=MentionFinder.load().find(text, sections, segments, scopes),
        patient=complete_patient(text, record.patient),
        scopes=scopes,
    )
