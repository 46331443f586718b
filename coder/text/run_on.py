"""Where a list goes on, in its own line and without a heading, to tell the course.

>>> from coder.text.sections import SectionSplitter
>>> text = "出院诊断:右侧腕管综合征。右手麻木1年。入院后行右腕管松解术。"
>>> [(section.kind, text[section.body_start : section.end]) for section in SectionSplitter.load().split(text)]
[('discharge_diagnosis', '右侧腕管综合征。'), ('body', '右手麻木1年。'), ('treatment_course', '入院后行右腕管松解术。')]
"""

from __future__ import annotations

import re

from coder.patterns import compiled
from coder.text.datafile import DataModel
from coder.text.lists import Kind, ListSplitter


class RunOnData(DataModel):
    """Words that tell: part ``tells_on`` of ``data/headings.yaml``."""

    diagnosis: str
    procedure: str
    clause: str
    course: str
    complaints: str
    told: str
    lasted: str


class RunOn:
    """Finds where the line of a list begins to tell; immutable."""

    def __init__(self, data: RunOnData, splitter: ListSplitter, *, listed_line: re.Pattern[str]) -> None:
        self._data = data
        self._splitter = splitter
        self._listed_line = listed_line

    def begins(self, text: str, start: int, end: int, kind: Kind) -> int:
        """Where behind an item of the list ``text[start:end]``, in its line, a sentence begins to tell, or its end."""
        while start < end:
            after = text.find("\n", start, end)
            stop = end if after < 0 else after
            told = self.in_line(text, start, stop, kind)
            if told is not None:
                return end if self._list_goes_on(text, stop, end, kind) else told
            start = stop + 1
        return end

    def in_line(self, text: str, start: int, end: int, kind: Kind) -> int | None:
        """Where a line that opens with items of a list begins to tell, if it does."""
        sentences = self._splitter.last_sentences(text, start, end)
        # The list opens with an item, and so does a line with a number.
        first = 0 if text[start - 1 : start] == "\n" and not self._listed_line.match(text, start, end) else 1
        for index, (begin, stop) in enumerate(sentences):
            if kind == "procedure" and index and not self._splitter.names(text, *sentences[index - 1], kind):
                return None
            if (index or (kind == "procedure" and not first)) and self._is_told(text, begin, stop, kind):
                # What stands before it and is no name is the course as well: 右手麻木夜醒1年。入院后…
                while index > first and self._leads_in(text, *sentences[index - 1], kind):
                    index -= 1
                return sentences[index][0]
            clauses = self._splitter.last_sentences(text, begin, stop, ";, ")
            for number, (clause, _) in enumerate(clauses[1:], start=1):
                items = (self._splitter.names(text, *part, kind) for part in clauses[number + 1 :])
                if compiled(self._data.clause).match(text, clause, stop) and not any(items):
                    while number > 1 and self._is_told(text, *clauses[number - 1], kind):
                        number -= 1
                    return clauses[number][0]
        return None

    def course(self, text: str, start: int, end: int) -> int:
        """Where what follows a list without a heading comes to this stay, or its end."""
        found = compiled(self._data.course).search(text, start, end)
        return found.end() if found else end

    def complains(self, text: str, start: int, end: int) -> bool:
        """Whether what looks like a list enumerates complaints."""
        return compiled(self._data.complaints).search(text, start, end) is not None

    def _is_told(self, text: str, start: int, end: int, kind: Kind) -> bool:
        if kind == "procedure":
            told = compiled(self._data.procedure).match(text, start, end)
            return told is not None and not self._splitter.names(text, start, end, kind)
        if compiled(self._data.diagnosis).match(text, start, end):
            return True
        told = compiled(self._data.told).search(text, start, end)
        return told is not None and not self._splitter.names(text, start, end)

    def _leads_in(self, text: str, start: int, end: int, kind: Kind) -> bool:
        if kind == "procedure":
            return False
        lasted = compiled(self._data.lasted).search(text, start, end) is not None
        return lasted or not self._splitter.names(text, start, end)

    def _list_goes_on(self, text: str, start: int, end: int, kind: Kind) -> bool:
        """Whether items follow in the lines below."""
        return any(
            self._listed_line.match(line) or ("。" not in line and self._splitter.names(line, 0, len(line), kind))
            for line in (below.strip("。 ") for below in text[start:end].split("\n"))
            if line
        )
