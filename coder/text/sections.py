"""Sections of a record, found by heading data.

>>> text = "主诉:腹痛1天。现病史:1天前腹痛。[出院诊断]急性阑尾炎"
>>> [(section.kind, text[section.body_start : section.end]) for section in SectionSplitter.load().split(text)]
[('chief_complaint', '腹痛1天。'), ('present_illness', '1天前腹痛。'), ('discharge_diagnosis', '急性阑尾炎')]
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from coder.errors import ArtefactError
from coder.patterns import compiled
from coder.text.datafile import DataModel, load_data
from coder.text.lists import ListSplitter
from coder.text.run_on import RunOn, RunOnData

BODY = "body"
"""The kind of text that no heading opens."""

ListKind = Literal["diagnosis", "procedure"]

_SUBLIST = "sublist"
_PLANNED = "planned_operation"
_LONGEST_TITLE = 18


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
    openers: tuple[str, ...] = ()


class _SublistData(DataModel):
    titles: tuple[str, ...]
    anywhere: tuple[str, ...]
    default: str


class _ListData(DataModel):
    diagnosis: tuple[str, ...]
    procedure: tuple[str, ...]


class _ShapeData(DataModel):
    kind: str
    pattern: str


class _DatedData(DataModel):
    kind: str
    after: tuple[str, ...]
    discussed: str = ""
    day: str = "(?!)"


class _ToldOperationData(DataModel):
    kind: str
    longest_line: int
    marks: str


class _RowData(DataModel):
    names: str
    beside: str
    told: str


class HeadingData(DataModel):
    """The schema of ``data/headings.yaml``."""

    sections: tuple[_SectionData, ...]
    sublists: _SublistData
    shapes: tuple[_ShapeData, ...]
    lists: _ListData
    list_ends: tuple[str, ...]
    list_end_labels: tuple[str, ...]
    running_text: str
    no_list: str
    list_label: str = "(?!)"
    line_titles: tuple[str, ...]
    paragraphs: tuple[str, ...] = ()
    sentence_words: tuple[str, ...] = ()
    under_diagnosis: dict[str, str]
    dated: _DatedData
    told_operations: _ToldOperationData
    tells_on: RunOnData
    operations_row: _RowData


@dataclass(frozen=True, slots=True)
class _Head:
    start: int
    body_start: int
    title: str
    kind: str


_NUMBER = (
    r"(?:第[0-9一二三四五六七八九十]{1,2}(?:部分|章|节|项)[ 、:.]?"
    r"|\(?[0-9一二三四五六七八九十]{1,2}[.、)]|[一二三四五六七八九十]{1,2} ) *"
)
# An entry of a course opens with its date.
_DATE = r"\[?(?:19|20)\d\d *[-./年] *\d{1,2} *[-./月] *\d{1,2}"
_DAY = rf"(?:{_DATE}日?|\[?\d{{1,2}} *[-./月] *\d{{1,2}}日?)"
_ENTRY = re.compile(
    rf"(?<=\n) *(?:{_DATE}日?\]?(?: *\d{{1,2}}[:时]\d{{2}}分?(?::\d{{2}})?)?"
    rf"|(?={_DAY} *(?:\d{{1,2}} *(?::|时)|\n|[^\n。;,:]{{0,12}}(?:查房|记录|病程|小结))))"
)
_BULLET = r"[\[(<■□◆◇★☆●○◎▲△▪▸►▶※§‖|#*\-]{0,3} *"
# What may stand before a title that is followed by a colon: a boundary, then numbering and opening brackets. Whether
# there is a colon in the line at all is asked first: it is soon answered.
_COLON = re.compile(
    rf"(?P<before>\A|[\n。;,!?\]:\"‖|]|  )(?=[^\n:]*+:)"
    rf"(?P<lead> *[\[(<《#*■□◆◇★☆●○◎▲△▪▸►▶※§‖|]*(?:{_NUMBER})?[\[(<《]*)"
    rf"(?P<title>[^\n。;,!?:\[\]]{{1,{_LONGEST_TITLE}}}?) *(?P<note>\([^()\n]{{1,24}}\))? *[\])>》*]*:"
)
_BRACKET = re.compile(rf"\[ *(?:{_NUMBER})?(?P<title>[^\[\]\n:]{{1,{_LONGEST_TITLE}}}?) *\] *:?")
_RULE = "-=~_"
# What a form says to the writer: 临床病史摘要(由送检医师填写).
_NOTE = re.compile(r"\((?:由|请|如|注)[^()]{2,20}\)$")
_LINE = re.compile(
    rf"(?:(?<=\n)|\A) *[-=~_]*[\[(<《#*■□◆◇★☆●○◎▲△▪▸►▶※§‖|]*(?:{_NUMBER})?(?P<title>[^\n。;,!?:\[\]]{{1,40}})"
)
# A numbered line of its own with a word of a record's course is a heading, though no title: 二、血管内治疗.
_CHAPTER = re.compile(
    r"(?:(?<=\n)|\A) *[一二三四五六七八九十]{1,2} *、 *(?P<title>[^\n。;,!?:\[\]、+/()]{0,8}"
    r"(?:经过|治疗|检查|情况|病史|过程|查体|体检|随访|医嘱|病程|介入|抢救|护理|说明|小结|评估|结果|处理|处置|计划|资料|记录))(?=\n)"
)
# Or it stands under a line of its date and time: 2024-10-13 04:10 术后首次病程.
_ENTRY_LINE = re.compile(
    r"(?:(?<=\n)|\A) *\[?(?:19|20)\d\d *[-./年] *\d{1,2} *[-./月] *\d{1,2}日?(?: *\d{1,2}[:时]\d{2}分?)"
    r" *\]? *(?P<title>[^\n。;,:]{0,24})(?=\n)"
)
_ENTRY_KIND = "entry"
# A title that blanks set apart in a line of several fields: 送检科别 普外科  临床诊断 结肠占位.
_FIELD = re.compile(
    r"(?<=  )(?P<title>[^\s。;,!?:\[\]]{3,10})(?= \S)|(?<= )(?P<last>[^\s。;,!?:\[\]]{3,10})(?= *\n *\(?1[.、)])"
)
_ASIDE = re.compile(r"\([^()\n]*\)")
_FIRST = re.compile(r"\s*\(?1[.、)]")
_SENTENCE = re.compile(r"(?<=[。;]) *(?P<title>[^\n。;,!?:\[\]]{2,40})")
# Titles of two characters are often set apart: 主 诉 腹痛1天.
_SPACED = re.compile(r"[一-鿿] {1,4}[一-鿿](?= )")
# A line without a number, that long and with a full stop, can be running text.
_SHORTEST_PARAGRAPH = 30
# So many different words of running text show that the part of a list which no list precedes is none.
_TOLD_MARKS = 3
_SHORTEST_LIST, _LONGEST_LIST = 8, 240
_LONGEST_OPERATION = 40
_SURGERY = re.compile(
    r"(?:(?<!后)术|置换|切除|内固定|髓内钉|植入|置入|造[瘘口]|减压|融合|修补|搭桥|引流|吻合|缝合|清创|植皮|剖宫产)\s*。?$"
)
_SENTENCE_ENDS = "。;"
# What a numbered list is opened with: 多发伤:1.颅脑损伤.
_UMBRELLA = re.compile(r"^[^:,;。、\s]{2,10}:(?=\s*\(?1[.、)])")
_LISTED_LINE = re.compile(rf" *(?:{_NUMBER}|[-·•(\[])")
# After a title without a colon these show that it is a word of a sentence: 入院诊断为, 既往史示.
_CONTINUES = frozenset("为是及的示中内时后前、,;/以")
# What makes the title of a document of a heading: 出院诊断证明及小结.
_DOCUMENT = ("证明", "证书")


class SectionSplitter:
    """Splits a normalised text into sections; every character belongs to exactly one.

    Raises:
        ArtefactError: a title belongs to two kinds.
    """

    def __init__(self, data: HeadingData) -> None:
        parts = _SectionData(kind=_SUBLIST, titles=data.sublists.titles, anywhere=data.sublists.anywhere)
        groups = [*data.sections, parts]
        self._kinds: dict[str, str] = {}
        for group in groups:
            for title in (*group.titles, *group.anywhere, *group.openers):
                if self._kinds.setdefault(title, group.kind) != group.kind:
                    raise ArtefactError(f"标题“{title}”属于两类章节：请改正 coder/text/data/headings.yaml")
        self._shapes = tuple((re.compile(shape.pattern), shape.kind) for shape in data.shapes)
        self._anywhere = frozenset(title for group in groups for title in group.anywhere)
        self._sentence_words = frozenset(data.sentence_words)
        self._openers = frozenset(title for group in groups for title in group.openers)
        self._lengths = tuple(sorted({len(title) for title in self._anywhere}, reverse=True))
        # In a record written on one line a blank is all that stands before the next title.
        self._behind_blank = re.compile(rf"(?<= )(?P<title>{_alternatives(self._anywhere)}) *:")
        self._sublist_default = data.sublists.default
        self._line_titles = frozenset(data.line_titles)
        self._paragraphs = frozenset(data.paragraphs)
        self._under_diagnosis = data.under_diagnosis
        self._dated = data.dated
        self._day = re.compile(data.dated.day)
        self._told = data.told_operations
        self._operations = data.lists.procedure[0]
        self._row = data.operations_row
        self._told_marks = re.compile(data.told_operations.marks)
        self._tells = re.compile(data.running_text)
        self._no_list = re.compile(data.no_list)
        self._list_label = re.compile(data.list_label)
        self._splitter = ListSplitter.load()
        self._run_on = RunOn(data.tells_on, self._splitter, listed_line=_LISTED_LINE)
        labels = _alternatives(data.list_end_labels)
        self._list_end = re.compile(
            rf"\n *(?=(?:{_alternatives(data.list_ends)})|{_DATE}"
            rf"|{_BULLET}[^\n。;,:]{{0,6}}(?:{labels})[^\n。;,:]{{0,4}}:)"
        )
        self.lists: dict[str, ListKind] = {
            **dict.fromkeys(data.lists.diagnosis, "diagnosis"),
            **dict.fromkeys(data.lists.procedure, "procedure"),
        }

    @classmethod
    def load(cls) -> SectionSplitter:
        """The splitter with the shipped headings; a second call in the process returns the same object.

        Raises:
            ArtefactError: the heading data is missing or breaks its schema.
        """
        return _load()

    def split(self, text: str) -> tuple[Section, ...]:
        """The sections in order; text before the first heading, or a text without headings, is of kind ``body``."""
        heads = self._with_entries(text, self._resolve(self._heads(text), text))
        label = self._list_label.match(text)
        opening = label.end() if label else 0
        listed = any(self.lists.get(head.kind) == "diagnosis" for head in heads)
        if not listed and self._opens_with_list(text, opening, heads):
            heads.insert(0, _Head(0, opening, "", self._sublist_default))
        heads = self._with_operations(text, heads)
        sections: list[Section] = []
        first = heads[0].start if heads else len(text)
        if first:
            sections.append(Section(BODY, "", 0, first, 0))
        for index, head in enumerate(heads):
            end = heads[index + 1].start if index + 1 < len(heads) else len(text)
            stop = self._stop(text, head, end)
            told = self._told_from(text, head, stop)
            if told > head.body_start or told == stop:
                sections.append(Section(head.kind, head.title, head.start, told, head.body_start))
            if told < stop:
                start = head.start if told == head.body_start else told
                sections.append(Section(self._told.kind, head.title, start, stop, told))
            if stop < end:
                course = self._run_on.course(text, stop, end) if head.kind in self.lists else end
                if text[stop:course].strip() or course == end:
                    sections.append(Section(BODY, "", stop, course, stop))
                    stop = course
                if stop < end:
                    sections.append(Section(self._dated.kind, "", stop, end, course))
        return tuple(sections)

    def _opens_with_list(self, text: str, start: int, heads: Sequence[_Head]) -> bool:
        """Whether a record without a heading of diagnoses begins with a line of them, and the course behind it."""
        end = text.find("\n") if "\n" in text else len(text)
        told = text.find("。", start, end) + 1
        if told and self._run_on.in_line(text, start, end, "diagnosis") == told:
            # Only the list is asked for where the record goes on in its line; complaints are enumerated like diseases.
            end = told
            if self._run_on.complains(text, start, end):
                return False
        if not _SHORTEST_LIST <= end <= _LONGEST_LIST or (heads and heads[0].start < end):
            return False
        return not self._tells_course(text[start:end]) and self._splitter.is_list(text, start, end)

    def _with_operations(self, text: str, heads: list[_Head]) -> list[_Head]:
        """The headings with one for a row of operations below the diagnoses, where none announces the operations."""
        if any(self.lists.get(head.kind) == "procedure" for head in heads):
            return heads
        for index, head in enumerate(heads):
            if self.lists.get(head.kind) != "diagnosis":
                continue
            end = heads[index + 1].start if index + 1 < len(heads) else len(text)
            start = text.find("\n", head.body_start, end) + 1
            while start:
                after = text.find("\n", start, end)
                stop = end if after < 0 else after
                sentence = text.find("。", start, stop) + 1 or stop
                lone = not head.title and self._is_operation(text, start, stop)
                if lone or self._opens_with_operations(text, start, sentence):
                    row = [_Head(start, start, "", self._operations)]
                    rest = [_Head(sentence, sentence, "", BODY)] if sentence < end else []
                    return [*heads[: index + 1], *row, *rest, *heads[index + 1 :]]
                start = after + 1
        return heads

    def _opens_with_operations(self, text: str, start: int, end: int) -> bool:
        """Whether a line without a heading begins with a row of operations: 肾穿(左肾);血浆置换5次;股静脉置管。"""
        if compiled(self._row.told).search(text, start, end):
            return False
        for apart in ("", " "):
            parts = self._operations_of(text, start, end, apart)
            if len(parts) > 1 and parts[0] and 2 * sum(parts) > len(parts):
                return True
        return False

    def _operations_of(self, text: str, start: int, end: int, apart: str) -> list[bool]:
        """For each part of a line whether it names an operation, without drugs and values."""
        parts = [
            (piece, named or compiled(self._row.names).match(piece) is not None)
            for piece, named in self._splitter.operations(text, start, end, apart=apart)
        ]
        return [named for piece, named in parts if piece and (named or not compiled(self._row.beside).search(piece))]

    def _is_operation(self, text: str, start: int, end: int) -> bool:
        """Whether a line is a single operation, or what a row calls so by letters: 左侧人工股骨头置换, FOLFIRI+贝伐."""
        line = text[start:end].strip()
        if compiled(self._row.told).search(line) or len(line) > _LONGEST_OPERATION:
            return False
        by_letters = line.isascii() or compiled(self._row.names).match(line) is not None
        return _SURGERY.search(line) is not None or (by_letters and self._operations_of(text, start, end, "") == [True])

    def _tells_course(self, line: str) -> bool:
        bare = _UMBRELLA.sub("", _ASIDE.sub("", line)).rstrip("。 ")
        # A colon parts a disease from what it did where the list has marks of its own: sle:ln;肾性高血压.
        return "。" in bare or (":" in bare and ";" not in bare) or self._no_list.search(bare) is not None

    def _stop(self, text: str, head: _Head, end: int) -> int:
        """Where the section of a heading ends, if not only at the next heading."""
        if head.kind in self.lists:
            found = self._list_end.search(text, head.body_start, end)
            stop = found.start() if found else end
            if self.lists[head.kind] == "procedure":
                return stop
            return self._run_on.begins(text, head.body_start, self._running_text(text, head, stop), "diagnosis")
        if head.title in self._line_titles:
            line_end = text.find("\n", head.body_start, end)
            return line_end if line_end > head.body_start and text[line_end:end].strip() else end
        return self._paragraph_end(text, head.body_start, end) if head.kind in self._paragraphs else end

    def _paragraph_end(self, text: str, start: int, end: int) -> int:
        """Where the first line ends, if in a full stop, and is no item of a list that goes on."""
        line_end = text.find("\n", start, end)
        if line_end <= start or text[line_end - 1] not in _SENTENCE_ENDS or not text[line_end:end].strip():
            return end
        listed = _LISTED_LINE.match(text, line_end + 1) or _FIRST.match(text, start)
        return end if listed else line_end

    def _running_text(self, text: str, head: _Head, end: int) -> int:
        """Where a paragraph of running text follows a list of diagnoses without a heading, or the list's end."""
        start = text.find("\n", head.body_start, end)
        while start >= 0:
            after = text.find("\n", start + 1, end)
            line = text[start + 1 : end if after < 0 else after]
            told = "。" in line and len(line) >= _SHORTEST_PARAGRAPH and not _LISTED_LINE.match(line)
            if told and (len(set(self._tells.findall(line))) > 1 or self._splitter.is_prose(line, 0, len(line))):
                return start
            start = after
        return end

    def _told_in_course(self, text: str, start: int, end: int) -> bool:
        """Whether the first line under the heading of a part of a list tells what happened: 并发症:①术后第4天发热."""
        line = text[start:end].partition("\n")[0]
        return len(line) >= _SHORTEST_PARAGRAPH and len(set(self._tells.findall(line))) > _TOLD_MARKS

    def _told_from(self, text: str, head: _Head, end: int) -> int:
        """Where a list of operations begins to tell how they were done, or its end."""
        if self.lists.get(head.kind) != "procedure" or head.kind == _PLANNED:
            return end
        return min(self._told_by_marks(text, head, end), self._run_on.begins(text, head.body_start, end, "procedure"))

    def _told_by_marks(self, text: str, head: _Head, end: int) -> int:
        start = head.body_start
        while start < end:
            stop = text.find("\n", start, end)
            stop = end if stop < 0 else stop
            if stop - start > self._told.longest_line and len(self._told_marks.findall(text, start, stop)) > 1:
                # What the line names before its first full stop is still a list.
                sentence = text.find("。", start, stop) + 1
                return sentence if sentence and self._opens_with_operations(text, start, sentence) else start
            start = stop + 1
        return end

    def _with_entries(self, text: str, heads: list[_Head]) -> list[_Head]:
        """The headings with a new one for every dated entry that follows a plan or a discussion, or day told in one."""
        found: list[_Head] = []
        for index, head in enumerate(heads):
            found.append(head)
            if head.kind not in self._dated.after:
                continue
            end = heads[index + 1].start if index + 1 < len(heads) else len(text)
            entry = _ENTRY.search(text, head.body_start, end)
            if entry is None and head.kind == self._dated.discussed:
                entry = self._day.search(text, head.body_start, end)
            if entry is not None:
                found.append(_Head(entry.start(), entry.end(), "", self._dated.kind))
        return found

    def _heads(self, text: str) -> list[_Head]:
        """All headings by place; of two that overlap the one that begins first, then the longer one."""
        found = sorted(
            (*self._with_colon(text), *self._in_brackets(text), *self._bare(text)),
            key=lambda head: (head.start, -head.body_start),
        )
        heads: list[_Head] = []
        for head in found:
            if not heads or head.start >= heads[-1].body_start:
                heads.append(head)
        return heads

    def _with_colon(self, text: str) -> Iterator[_Head]:
        position = 0
        while (match := _COLON.search(text, position)) is not None:
            # the colon may itself be the boundary before the next title
            position = match.end() - 1
            title = match.group("title").replace(" ", "")
            noted = title + (match.group("note") or "").replace(" ", "")
            title = noted if noted in self._kinds else title
            body_start = _skip(text, match.end())
            listed = self._kinds.get(title) in self.lists and _FIRST.match(text, body_start) is not None
            if title in self._kinds and (match.group("before") != "," or title in self._anywhere or listed):
                if title not in self._openers or match.group("before") in ("", "\n"):
                    yield _Head(match.start("lead"), body_start, title, self._kinds[title])
                continue
            glued = self._fitting(title[-length:] for length in self._lengths)
            if glued is not None:
                start = text.rindex(glued[0], 0, match.end("title") - len(glued) + 1)
                yield _Head(start, body_start, glued, self._kinds[glued])
                continue
            kind = self._shaped(title) if match.group("before") in ("", "\n", "。") else None
            if kind is not None:
                yield _Head(match.start("lead"), body_start, title, kind)
        for match in self._behind_blank.finditer(text):
            yield _Head(match.start(), _skip(text, match.end()), match["title"], self._kinds[match["title"]])

    def _in_brackets(self, text: str) -> Iterator[_Head]:
        for match in _BRACKET.finditer(text):
            title = match.group("title").replace(" ", "")
            at_line_start = not text[: match.start()].rpartition("\n")[2].strip()
            kind = self._kinds.get(title) or ((self._shaped(title) or BODY) if at_line_start else None)
            if kind is not None:
                yield _Head(match.start(), _skip(text, match.end()), title, kind)

    def _bare(self, text: str) -> Iterator[_Head]:
        for match in _ENTRY_LINE.finditer(text):
            yield _Head(match.start(), match.end(), match.group("title").replace(" ", ""), _ENTRY_KIND)
        for match in _CHAPTER.finditer(text):
            title = match.group("title").replace(" ", "")
            if title not in self._kinds:
                yield _Head(match.start(), match.end(), title, self._shaped(title) or BODY)
        for match in _FIELD.finditer(text):
            title = match.group("title") or match.group("last")
            if title in self._anywhere and self._kinds[title] in self.lists:
                yield _Head(match.start(), _skip(text, match.end()), title, self._kinds[title])
        for pattern in (_LINE, _SENTENCE):
            for match in pattern.finditer(text):
                line = match.group("title")
                compact = _NOTE.sub("", line.replace(" ", "").rstrip(_RULE)).rstrip(")>》*")
                whole = pattern is _LINE and text[match.end() : match.end() + 1] in ("", "\n")
                if whole and compact in self._kinds and compact not in self._openers:
                    yield _Head(match.start(), match.end(), compact, self._kinds[compact])
                    continue
                word, blank, _ = line.partition(" ")
                spaced = _SPACED.match(line) if pattern is _LINE else None
                if spaced is not None:
                    blank, word = " ", spaced.group().rstrip()
                if pattern is _LINE and blank and self._titles_blank(word.replace(" ", "")):
                    end = match.start("title") + len(word)
                    word = word.replace(" ", "")
                    yield _Head(match.start(), _skip(text, end), word, self._kinds[word])
                    continue
                title = self._fitting(line[:length] for length in self._lengths)
                if pattern is _SENTENCE and title in self._sentence_words:
                    title = None
                rest = "" if title is None else line[len(title) :]
                if title is not None and rest[:1] not in _CONTINUES and not rest.startswith(_DOCUMENT):
                    end = match.start("title") + len(title)
                    yield _Head(match.start(), _skip(text, end), title, self._kinds[title])
                elif title is None and whole and (kind := self._shaped(compact)) is not None:
                    yield _Head(match.start(), match.end(), compact, kind)

    def _titles_blank(self, word: str) -> bool:
        """Whether a word needs only a blank behind it to be a title: 诊断, and of the openers dx and op, not a or p."""
        if word in self._openers:
            return len(word) > 1 and self._kinds[word] in self.lists
        return word in self._kinds

    def _shaped(self, title: str) -> str | None:
        """The kind of a heading that is no title, by the shape of its words."""
        return next((kind for shape, kind in self._shapes if shape.fullmatch(title)), None)

    def _fitting(self, parts: Iterable[str]) -> str | None:
        """The first of some parts of a line that is a title which needs no boundary."""
        return next((part for part in parts if part in self._anywhere), None)

    def _opens_lists(self, before: _Head, head: _Head, text: str) -> bool:
        """Whether a heading stands under 诊断 with nothing between, or goes on with the lists that began so."""
        if self.lists.get(before.kind) != "diagnosis":
            return False
        return before.title in self._under_diagnosis or not text[before.body_start : head.start].strip()

    def _resolve(self, heads: Iterable[_Head], text: str) -> list[_Head]:
        """Give each part of a list the kind of the list that it stands in."""
        resolved: list[_Head] = []
        current: str | None = None
        heads = list(heads)
        ends = (*(head.start for head in heads[1:]), len(text))
        for head, end in zip(heads, ends, strict=False):
            kind = head.kind
            if kind == _ENTRY_KIND:
                if not resolved:
                    continue  # the date of the record itself, before its first heading
                kind = self._dated.kind
            under = bool(resolved) and self._opens_lists(resolved[-1], head, text)
            if under and head.title in self._under_diagnosis:
                current = kind = self._under_diagnosis[head.title]
            elif kind == _SUBLIST and current is None and self._told_in_course(text, head.body_start, end):
                kind = self._dated.kind
            elif kind == _SUBLIST:
                kind = current or self._sublist_default
            elif self.lists.get(kind) == "diagnosis":
                current = current if kind == "tcm_diagnosis" else kind
            else:
                current = None
            resolved.append(_Head(head.start, head.body_start, head.title, kind))
        return resolved


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position] in " :":
        position += 1
    return position


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))


@cache
def _load() -> SectionSplitter:
    return SectionSplitter(load_data("headings.yaml", HeadingData))
