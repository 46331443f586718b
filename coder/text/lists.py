"""The items of diagnosis and procedure lists: numbered, one a line, or several in one line.

>>> from coder.text.lexicon import DIAGNOSIS, PROCEDURE, Lexicon
>>> text = "1.胃癌,pt2n0m0 2.高血压3级(极高危)、主动脉瓣、二尖瓣关闭不全;2型糖尿病"
>>> splitter = ListSplitter.load()
>>> [text[start:end] for start, end in splitter.items(text, 0, len(text), kind="diagnosis")]
['胃癌,pt2n0m0', '高血压3级(极高危)', '主动脉瓣、二尖瓣关闭不全', '2型糖尿病']
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from coder.text.abbreviations import is_abbreviation
from coder.text.coordination import Coordination
from coder.text.datafile import load_data
from coder.text.lexicon import DIAGNOSIS, PROCEDURE, Lexicon
from coder.text.mention_data import MentionData

Kind = Literal["diagnosis", "procedure"]

_CHINESE = "一二三四五六七八九十"
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
# A number may touch its item (2肺部感染), but not what would make a measure of it: 2型糖尿病, 3级.
# Some of these begin names all the same: 1类风湿关节炎, 2支气管扩张, 3多发伤.
_GLUED = (
    "(?=[一-鿿])(?![型级度年个岁处枚例叶段号程余时]|期(?!前)|月(?!经)|天(?!疱疮)|日(?!光)|周(?!围)|次(?!全)|根(?!尖)|支(?!气管|原体)|颗(?!粒)"
    "|分(?!泌|裂|娩|离)|侧(?!脑室|弯)|类(?!风湿|固醇|天疱|癌|白血)|胎(?![盘膜位儿粪])|产(?![后褥道程])|孕(?!期)|节(?!段)|种(?!植)|点(?!状)"
    "|小(?=时)|多(?!发|囊|形|系统|器官|脏器|浆膜|动|汗|指|趾|肌|重|灶|源))"
)
_NUMBER = re.compile(
    r"(?<![\da-z.第])(?<![颈胸腰骶](?=\d))\(?(\d{1,2})(?:\.|、|\)\.?)\s*"
    r"|(?:(?<=\n)|\A|(?<=[。;:\])\s]))\s*"
    rf"(?:([{_CHINESE}])、|\(?({'|'.join(reversed(_ROMAN))})(?:\.|、|\))\s*"
    rf"|(\d{{1,2}})(?: +(?=\S)|{_GLUED})|([a-h])[.、)]\s*)"
)
_WRITTEN = re.compile(r"[a-z\u4e00-\u9fff]")
_DATED = re.compile(r"\d{1,4}[-./年月]\d")
_BULLET = re.compile(r"[\s\-·*>~•○●◎◆◇■□★☆▲△▪▸►▶※§]+")
_TAIL = re.compile(r"(?:\([^()]*\)|\?)+$")
_BRACKET = re.compile(r"\([^()\n]*\)")
# What counts and names nothing: 右侧第5、6肋骨骨折 and t11、l1压缩骨折 are one item.
_ORDINAL = re.compile(r"第\d{1,2}$|^(?:[ctls]|[颈胸腰骶])\d{1,2}(?:[-~/][ctls]?\d{1,2})*$")
_SEPARATORS = ",、/+:"
# What causes or follows an item is an item of its own: 带状疱疹→神经痛, 便秘--麻痹性肠梗阻.
_PARTS: dict[Kind, str] = {"diagnosis": ";。?→←", "procedure": ";。?"}
_DASH = re.compile(r"-{2,}>?|=+>|<-+|(?<![a-z])vs\.?(?![a-z])")
# A mark inside a name: L4/5, and the blank of NYHA 4级, CKD 3期.
# A question that the bracket behind it answers is no end either: 肾动脉狭窄?(cta正常).
_INSIDE = re.compile(
    r"(?:(?<=[clts]\d)|(?<=[clts]\d\d))/(?=[clts]?\d)|(?<=[a-z]) (?=\d[a-c]?[级期型度])"
    r"|\?(?=\((?![^()]*(?:待|不能|不除外))[^()]*(?:未见|未证实|正常|排除|除外|不支持|阴性|否)[^()]*\))"
)
# How long ago, how many and how much do not change whether a piece names something: pci术后1周, 淋巴结转移2/6, 轻度ph.
_SINCE = re.compile(
    r"(?:(?<=[后史])\d{1,2}余?\+?(?:天|日|周|个?月|年)余?|(?<=转移)\d+/\d+|(?<=[一-鿿])x?\d{1,2}次|(?<=[一-鿿])x\d{1,2})$"
)
_DEGREE = re.compile(r"^(?:轻度|中度|重度|极重度|急性|慢性)")
# Where a second name may be glued to a first: at its side, or behind a bracket.
_GLUE = re.compile(r"(?<=[一-鿿)])(?=[左右双][一-鿿])|(?<=\))(?=[一-鿿]|[ctl]\d|[a-z]{2})")
# How long, how often and how much an operation was done.
_MEASURE = re.compile(
    r"\([^()]*\)|\s*(?:[x×*]\s*\d+|[x×*]?\s*\d+(?:\.\d+)?\s*(?:次|天|日|d|h|小时|min|u|ml|枚|针|块|条|疗程))$"
)
_UNDONE = re.compile("未|术中|拒绝|[后并]行")
# What was measured, behind a name: 中度贫血hb71, 低钠123, 右下肺小结节8mm(随访).
_VALUE = re.compile(r"(?:\([^()]*\)|\s*(?<![a-z])[a-z]{0,4}\s*\d+(?:\.\d+)?\s*(?:mm|cm|g/l|g)?)+$")
# A short name behind the whole one that it repeats, a number behind a short name, the state that follows one:
# 前列腺增生bph, htn-3, lc失代偿.
_REPEATED = re.compile(r"(?<=[一-鿿])[a-z]{2,8}$")
_LATIN_END = re.compile(r"(?<![a-z0-9])[a-z0-9]{2,8}$")
_NUMBERED = re.compile(r"(?<=[a-z])[- ]?\d[a-c]?$")
_STATE = re.compile(r"(?<=[a-z])(?:失?代偿|活动|恢复|急性|缓解|稳定|静止|加重)期?$|(?<=[a-z])(?:后遗症|术后|复发)$")
_SHORTEST_GLUED = 3
_LONGEST_ROW = 6
_SHORTEST_TOUCHING = 3
# Levels that go on behind their mark: t4、5、6背根神经节.
_LEVEL = re.compile(r"(?<![a-z])(?:[ctls]|[颈胸腰骶])\d{1,2}(?:[、,]\d{1,2})*$")
# Levels and fields that go on by their number: 右颈2、3、4区淋巴结, 肝s6、s7段.
_FIELD = re.compile(r"(?:\d|i{1,3}|iv|vi?)[ab]?(?:[、,及-](?:\d|i{1,3}|iv|vi?)[ab]?)*[区段组]")
_FIELD_BEFORE = re.compile(r"(?:\d|(?<![a-z])(?:i{1,3}|iv|vi?))[ab]?$")
# The first of several fingers, as far as it is named: 左示、中、环指离断.
_SIDE_OF_NEXT = re.compile(r"[左右双]侧?[拇示食中环小]")
_SIDED = re.compile(r"^[左右双]侧?")
_SHORT_CHUNK = 24
"""A chunk up to this length is an item even with a mark of running text in it (术后3月复查)."""
_SHORT_ITEM = 12
_SHORTEST_PROSE = 8
"""Below a list of operations a sentence of more than so many characters can be the course."""
# What ends as a name does is told of where one of these stands inside of it: 颈椎片无骨折, 门诊已缝合皮肤裂伤.
_TELLING = re.compile("[一-鿿a-z](?:无(?!症状|力|痛|菌)|未(?!分化|成熟|破裂|闭|愈)|已|示|见)")
_BEFORE_INNER = " :,;。、"
# What makes the number before it a measure: 1.2cm, 1.0x0.8.
_SIZE = re.compile(r"\d+\s*(?:[cm]m(?!v)|ml|kg|[x×]|%|ng|mg|mmol|g/)")
_EDGES = " \t,;、。.:-\"'"


class ListSplitter:
    """Splits the body of a list section into items; offsets count in the whole text."""

    def __init__(self, data: MentionData, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._coordination = Coordination.load()
        self._endings: dict[Kind, tuple[str, ...]] = {
            "diagnosis": data.complete_endings.diagnosis,
            "procedure": data.complete_endings.procedure,
        }
        self._qualifier = re.compile(data.qualifiers)
        self._label = re.compile(data.item_label)
        self._procedure_prefix = re.compile(data.procedure_prefix)
        self._suffix = re.compile(data.item_suffix)
        self._empty = frozenset(data.empty_items)
        self._no_item = re.compile(data.no_item)
        self._no_operation = re.compile(data.no_operation)
        self._longest = data.longest_item
        self._dependents = frozenset(data.dependents)
        self._umbrella = re.compile(data.umbrella)
        self._correction = re.compile(data.correction)
        self._taken_back = re.compile(data.taken_back)
        self._grade = re.compile(data.grade)
        self._rules_out = re.compile(data.rules_out)
        self._goes_on = re.compile(data.goes_on)
        self._narrative: dict[Kind, re.Pattern[str]] = {
            "diagnosis": re.compile(data.narrative_marks),
            "procedure": re.compile(f"{data.narrative_marks}|{data.procedure_narrative_marks}"),
        }

    @classmethod
    def load(cls) -> ListSplitter:
        """The splitter with the shipped data."""
        return _load()

    def items(self, text: str, start: int, end: int, *, kind: Kind) -> list[tuple[int, int]]:
        """The spans of the items in ``text[start:end]``, without numbers, labels, outcomes and codes.

        What is no item (running text in a list section) is left out.
        """
        found: list[tuple[int, int]] = []
        for line in _lines(text, start, end):
            if found and line.start > found[-1][1] and self._is_prose(text, line, kind):
                continue
            for chunk_start, chunk_end in self._stated(text, line, kind):
                chunk_end = self._before_narrative(text, chunk_start, chunk_end, kind)
                umbrella = self._umbrella.match(text, chunk_start, chunk_end)
                chunk_start = umbrella.end() if umbrella else chunk_start
                for piece_start, piece_end in self._pieces(text, chunk_start, chunk_end, kind):
                    span = self._trim(text, piece_start, piece_end, kind)
                    if span is not None:
                        found.append(span)
        return found

    def _stated(self, text: str, line: _Line, kind: Kind) -> Iterator[tuple[int, int]]:
        """The numbered chunks of a line, cut where one is corrected: 声门癌?--术后更正:声带息肉."""
        for start, end in _numbered(text, line):
            while kind == "diagnosis":
                said = self._correction.search(text, start, end) or self._taken_back.search(text, start, end)
                if said is None:
                    break
                if start < said.start():
                    yield start, said.start()
                start = said.end()
                if _is_open(said.group()) and (close := text.find(")", start, end)) >= 0:
                    yield start, close
                    start = close + 1
            if start < end:
                yield start, end

    def _is_prose(self, text: str, line: _Line, kind: Kind) -> bool:
        """Whether a line below the items of a list is the course: sentences, few of whose parts are names."""
        opened = _NUMBER.match(text, line.start, line.end) or _DATED.match(text, line.start, line.end)
        return not opened and self.is_prose(text, line.start, line.end, kind)

    def is_prose(self, text: str, start: int, end: int, kind: Kind = "diagnosis") -> bool:
        """Whether a line is sentences, few of whose parts are names."""
        short = _SHORTEST_PROSE if kind == "procedure" else _SHORT_CHUNK
        return end - start > short and "。" in text[start:end] and not self.names(text, start, end, kind)

    def names(self, text: str, start: int, end: int, kind: Kind = "diagnosis") -> bool:
        """Whether at least half of the parts of a stretch of text are names."""
        pieces = [_TAIL.sub("", text[slice(*piece)].strip(_EDGES)) for piece in _split(text, start, end, "。;,、")]
        named = sum(
            self._known(piece) or (piece.endswith(self._endings[kind]) and not _TELLING.search(piece))
            for piece in pieces
        )
        return 2 * named >= len(pieces)

    @staticmethod
    def last_sentences(text: str, start: int, end: int, marks: str = "。") -> list[tuple[int, int]]:
        """The sentences of the last numbered item of a line; of the whole line where nothing is numbered."""
        line = next(_lines(text, start, end), None)
        last = None if line is None else deque(_numbered(text, line), maxlen=1)
        return list(_split(text, *last[0], marks)) if last else []

    def is_list(self, text: str, start: int, end: int) -> bool:
        """Whether a stretch of text without a heading is a list of diagnoses: several items, most of them names."""
        spans = self.items(text, start, end, kind="diagnosis")
        whole = sum(self._complete(_VALUE.sub("", text[slice(*span)]), "diagnosis") for span in spans)
        # Marks that only lists have make one of it where half of its items are names.
        marked = ";" in _BRACKET.sub("", text[start:end])
        return len(spans) > 1 and (2 * whole >= len(spans) if marked else 3 * whole >= 2 * len(spans))

    def _before_narrative(self, text: str, start: int, end: int, kind: Kind) -> int:
        """Where running text begins in a chunk: after the short whole names that it opens with, else at once."""
        if kind == "diagnosis":
            # What a bracket tells of an item makes no running text of it: 脑栓塞(1月前,恢复期).
            text = _BRACKET.sub(lambda match: " " * len(match.group()), text[:end])
        if len(text[start:end].strip()) <= _SHORT_CHUNK or not self._narrative[kind].search(text, start, end):
            return start if kind == "procedure" and self._sentences(text, start, end) else end
        if kind == "procedure" and (listed_end := self._enumerated(text, start, end)):
            return listed_end
        # A name, then what is done about it: 高血压病2级:氨氯地平改为厄贝沙坦.
        named = apart = start
        for piece_start, piece_end in _split(text, start, end, "。" if kind == "procedure" else "。:,;、-"):
            piece = text[piece_start:piece_end].strip(_EDGES)
            # Between marks that only lists have, a short piece that is no name by itself is an item too: 陈旧性前壁MI;
            listed = (
                len(piece) <= _SHORT_ITEM
                and ";" in text[max(piece_start - 1, 0) : piece_start] + text[piece_end : piece_end + 1]
            )
            short = piece_end - piece_start <= _SHORT_CHUNK and (listed or self._complete(piece, kind))
            if not short or self._narrative[kind].search(text, piece_start, piece_end):
                # What closes an enumeration by ruling it out speaks of all of it: 猩红热、药疹、Still病已排除.
                return apart if self._rules_out.search(piece) else named
            named = piece_end
            apart = apart if text.startswith("、", piece_end) else piece_end
        return named

    def _enumerated(self, text: str, start: int, end: int) -> int:
        """Where a row of operations ends that opens a chunk, or 0: 肌电图;有创通气76h;气管插管。肿瘤筛查阴性.

        How long or how often is no course where most parts are operations.
        """
        row_start, row_end = next(_split(text, start, end, "。"), (start, end))
        parts = [text[slice(*part)].strip(_EDGES) for part in _split(text, row_start, row_end, ";、+,")]
        named = sum(self._complete(part, "procedure") for part in parts)
        short = all(len(_BRACKET.sub("", part)) <= _SHORT_CHUNK for part in parts)
        told = any(_UNDONE.search(_BRACKET.sub("", part)) for part in parts)
        return row_end if len(parts) > 2 and short and not told and 2 * named > len(parts) else 0

    def operations(self, text: str, start: int, end: int, *, apart: str = "") -> Iterator[tuple[str, bool]]:
        """The parts of a stretch of text, without brackets and measures, and whether each names an operation.

        What stands in ``apart`` parts them as well.
        """
        for part in _split(text, start, end, f";、+,。{apart}"):
            piece = _MEASURE.sub("", _MEASURE.sub("", text[slice(*part)].strip(_EDGES)))
            known = self._lexicon.kinds(piece)
            yield piece, bool(known & PROCEDURE) or (not known and piece.endswith(self._endings["procedure"]))

    def _sentences(self, text: str, start: int, end: int) -> bool:
        """Whether a chunk of a list of operations is sentences, and few of their parts end as operations do."""
        parts = [text[slice(*part)].strip(_EDGES) for part in _split(text, start, end, ",;。、+")]
        named = sum(self._complete(part, "procedure") for part in parts)
        return text[start:end].endswith("。") and len(parts) > 2 and 3 * named < len(parts)

    def _pieces(self, text: str, start: int, end: int, kind: Kind) -> Iterator[tuple[int, int]]:
        for part_start, part_end in _split(text, start, end, _PARTS[kind]):
            part = text[part_start:part_end].strip(_EDGES)
            if part in self._lexicon and " " not in part:
                yield part_start, part_end
                continue
            # Blanks part whole items, so they are weighed before the marks inside an item are.
            words = list(_split(text, part_start, part_end, " "))
            spaced = sum(self._complete(text[slice(*word)], kind) for word in words) > max(2, len(words) // 2)
            for item in self._join(text, words, kind, apart=spaced):
                for piece in self._join(text, list(_split(text, *item, _SEPARATORS)), kind):
                    yield from self._unglued(text, *piece, kind)

    def _unglued(self, text: str, start: int, end: int, kind: Kind) -> Iterator[tuple[int, int]]:
        """The names of a piece in which nothing parts them: 自发性气胸(右)右肺大疱左侧胸腔积液."""
        if kind == "diagnosis":
            for match in _GLUE.finditer(text, start + _SHORTEST_GLUED, end - _SHORTEST_GLUED + 1):
                cut = match.start()
                first, rest = text[start:cut], text[cut:end]
                if first.count("(") == first.count(")") and self._parted(first, rest):
                    yield start, cut
                    start = cut
            while touching := self._touching(text[start:end]):
                yield start, start + touching
                start += touching
        yield start, end

    def _touching(self, piece: str) -> int:
        """Where (or 0) the second of names begins that touch without any mark: 慢性胆囊炎胆总管结石, 高血压2型糖尿病.

        Only names of the tables are told apart so, and only where what follows is names to its end.
        """
        if len(piece) < 2 * _SHORTEST_TOUCHING or piece in self._lexicon or not piece.isalnum():
            return 0
        for cut in range(len(piece) - _SHORTEST_TOUCHING, _SHORTEST_TOUCHING - 1, -1):
            first, rest = piece[:cut], piece[cut:]
            if not self._lexicon.kinds(first) & DIAGNOSIS or self._goes_on.search(f"{first}|{rest}"):
                continue
            if self._lexicon.kinds(rest) & DIAGNOSIS or self._touching(rest):
                return cut
        return 0

    def _parted(self, first: str, rest: str) -> bool:
        """Whether two names that touch are two: both whole, and neither needs the other."""
        if self._goes_on.search(f"{first}|{rest}") or not self._complete(first.strip(_EDGES), "diagnosis"):
            return False
        sided = rest[0] in "左右双"
        return self._complete(rest, "diagnosis") if sided else self._opens_a_name(_GLUE.split(rest, maxsplit=1)[0])

    def _opens(self, text: str, start: int, end: int, kind: Kind) -> bool:
        """Whether what follows a blank begins with a whole name, up to the first mark."""
        first = next(_split(text, start, end, _SEPARATORS), (start, end))
        return self._complete(text[start:end].strip(_EDGES), kind) or self._complete(text[slice(*first)], kind)

    def _join(
        self, text: str, pieces: list[tuple[int, int]], kind: Kind, *, apart: bool = False
    ) -> Iterator[tuple[int, int]]:
        """Put the pieces together again that are one name: qualifiers to the left, sites before 、 to the right.

        In a row of names (``apart``) only qualifiers are put to what stands before them.
        """
        held: tuple[int, int] | None = None
        for index, (start, end) in enumerate(pieces):
            piece = text[start:end].strip(_EDGES)
            if held is None:
                held = start, end
                continue
            separator = text[held[1]]
            before = text[held[0] : held[1]].strip(_EDGES)
            if self._belongs(piece, before, kind) or (
                kind == "diagnosis" and separator != " " and self._shares(text, held, pieces[index:])
            ):
                held = held[0], end
            elif (
                apart
                or (separator == "," and len(before) > 1)
                or (
                    self._complete(before, kind)
                    and (
                        self._opens(text, start, end, kind)
                        if separator == " "
                        else separator not in "/+:" or self._complete(piece, kind)
                    )
                )
            ):
                yield held
                held = start, end
            else:
                held = held[0], end
        if held is not None:
            yield held

    def _belongs(self, piece: str, before: str, kind: Kind) -> bool:
        """Whether a piece is nothing without what stands before it: a qualifier, the next level or field."""
        if not piece or self._qualifies(piece, kind) or (piece[0].isdigit() and _LEVEL.search(before)):
            return True
        return kind == "diagnosis" and bool(_FIELD.match(piece) and _FIELD_BEFORE.search(before))

    def _shares(self, text: str, held: tuple[int, int], rest: list[tuple[int, int]]) -> bool:
        """Whether what is held is sites that share the end of one of the next pieces: 左股骨、胫腓骨骨折."""
        row = text[held[0] : held[1]].strip(_EDGES)
        return self._coordination.is_row(row) and any(
            self._coordination.parts(text[held[0] : end].strip(_EDGES)) for _, end in rest[:_LONGEST_ROW]
        )

    def _qualifies(self, piece: str, kind: Kind) -> bool:
        """Whether a piece only qualifies the one before it: 极高危, nyha 3级; not 高血压病3级."""
        if _TAIL.sub("", piece) in self._dependents:
            return True
        if not self._qualifier.match(piece) or self._known(piece) or self._known(_SIDED.sub("", piece)):
            return False
        for bare in (_NUMBERED.sub("", piece), _STATE.sub("", piece)):
            short = _LATIN_END.search(bare)
            if bare != piece and short and self._short_name(short.group()):
                return False
        named = self._grade.sub("", piece).rstrip()
        return named == piece or not (self._known(named) or named.endswith(self._endings[kind]))

    def _opens_a_name(self, piece: str) -> bool:
        return self._known(piece) or self._known(self._grade.sub("", piece))

    def _short_name(self, piece: str) -> bool:
        """Whether a piece is a diagnosis in Latin letters."""
        latin = piece.isascii() and len(piece) > 1
        return latin and (is_abbreviation(piece) or bool(self._lexicon.kinds(piece) & DIAGNOSIS))

    def _complete(self, piece: str, kind: Kind) -> bool:
        if kind == "procedure":
            piece = _MEASURE.sub("", piece)
        bare = _SINCE.sub("", _TAIL.sub("", piece))
        if _ORDINAL.search(bare) or _SIDE_OF_NEXT.fullmatch(bare):
            return False
        named = self._known(piece) or bare.endswith(self._endings[kind]) or self._qualifier.match(bare[-4:]) is not None
        return named or (kind == "diagnosis" and self._named_in_letters(bare))

    def _named_in_letters(self, piece: str) -> bool:
        """Whether a piece is a short name with its number, or a name with the short one behind it."""
        numbered, repeated = _NUMBERED.sub("", piece), _REPEATED.search(piece)
        if repeated is None:
            return numbered != piece and self._short_name(numbered)
        return self._short_name(repeated.group()) and piece[: repeated.start()].endswith(self._endings["diagnosis"])

    def _known(self, piece: str) -> bool:
        bare = _TAIL.sub("", piece)
        return piece in self._lexicon or bare in self._lexicon or is_abbreviation(_SIDED.sub("", _DEGREE.sub("", bare)))

    def _trim(self, text: str, start: int, end: int, kind: Kind) -> tuple[int, int] | None:
        label = self._label.match(text[start:end])
        if label:
            start += label.end()
        if kind == "procedure":
            prefix = self._procedure_prefix.match(text[start:end])
            start += prefix.end() if prefix else 0
        while True:
            while start < end and text[start] in _EDGES:
                start += 1
            while start < end and text[end - 1] in _EDGES:
                end -= 1
            suffix = self._suffix.search(text[start:end])
            if suffix is None or suffix.start() == 0:
                break
            end = start + suffix.start()
        item = text[start:end]
        named = 1 < len(item) <= self._longest and item not in self._empty and _WRITTEN.search(item)
        if (self._no_item if kind == "diagnosis" else self._no_operation).match(item):
            return None
        return (start, end) if named else None


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    expected: int
    """The number that the line opens with if it continues the numbering of the lines before."""


def _lines(text: str, start: int, end: int) -> Iterator[_Line]:
    expected = 1
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        bullet = _BULLET.match(text, start, stop)
        begin = bullet.end() if bullet else start
        if begin < stop:
            yield _Line(begin, stop, expected)
            number = _NUMBER.match(text, begin, stop)
            if number and _value(number) == expected:
                expected += 1
        start = stop + 1


def _value(number: re.Match[str]) -> int:
    digits, chinese, roman, bare, letter = number.groups()
    if letter:
        return ord(letter) - ord("a") + 1
    if chinese:
        return _CHINESE.index(chinese) + 1
    return _ROMAN.index(roman) + 1 if roman else int(digits or bare)


def _numbered(text: str, line: _Line) -> Iterator[tuple[int, int]]:
    """Cut a line at its running numbers; a number out of turn (颈3、4) or before a decimal is part of a name.

    Numbers in brackets count by themselves, for they part an item: 1.多发伤:(1)脾破裂 (2)肋骨骨折 2.休克.
    """
    cut, expected, inner, outer_in_brackets = line.start, line.expected, 1, False
    for match in _NUMBER.finditer(text, line.start, line.end):
        number = _value(match)
        decimal = match.end() < line.end and text[match.end()].isdigit() and text[match.end() - 1] == "."
        # A number that only a blank follows, and a letter, is one of the list only in its turn: 2 型糖尿病, 3 级.
        opens = match.start() == line.start and not decimal and not (match.group(4) or match.group(5))
        bracketed = match.group().lstrip().startswith("(")
        sized = decimal and _SIZE.match(text, match.end())
        if sized or (match.group(3) and not bracketed and _is_open(text[line.start : match.start()])):
            # A grade that a bracket ends with: 重症肌无力(眼肌型 mgfa i).
            continue
        nested = bracketed and expected > line.expected and not outer_in_brackets
        if nested and number == inner and (inner > 1 or text[match.start() - 1] in _BEFORE_INNER):
            inner += 1
        elif (
            not nested
            and not (bracketed and decimal)
            and (opens or (number == expected and (match.start() > line.start or number == line.expected)))
        ):
            expected, inner, outer_in_brackets = number + 1, 1, bracketed
        else:
            continue
        if cut < match.start():
            yield cut, match.start()
        cut = match.end()
    if cut < line.end:
        yield cut, line.end


def _is_open(text: str) -> bool:
    return text.count("(") > text.count(")")


def _split(text: str, start: int, end: int, separators: str) -> Iterator[tuple[int, int]]:
    """Cut at separators outside brackets."""
    depth, cut = 0, start
    for index in range(start, end):
        char = text[index]
        if char in "([":
            depth += 1
        elif char in ")]":
            depth = max(depth - 1, 0)
        elif depth == 0 and char in separators and not _INSIDE.match(text, index, end):
            if cut < index:
                yield cut, index
            cut = index + 1
        elif depth == 0 and "→" in separators and (dash := _DASH.match(text, index, end)):
            if cut < index:
                yield cut, index
            cut = dash.end()
    if cut < end:
        yield cut, end


@cache
def _load() -> ListSplitter:
    return ListSplitter(load_data("mentions.yaml", MentionData), Lexicon.load())
