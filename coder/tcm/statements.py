"""Where a record states a TCM diagnosis: after a cue (中医诊断：), or as disease and syndrome side by side in a list.

Works on the folded normalised text; positions lead back to the record through :meth:`coder.text.Reading.evidence`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from coder.tcm.rules import Cue, StatementRules, fold, fold_term, statement_rules
from coder.tcm.systems import KINDS, TermKind
from coder.text import Reading

_CUE_GAP = re.compile(r"[\s:()\[\]-]{0,4}")
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_LONGEST = 160
_FEWEST_SPACED = 3


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a statement without separators: its text, and where each character of it stands.

    >>> run = Run("消渴病", (3, 5, 7))
    >>> run.start, run.end, run.part(0, 2)
    (3, 8, Run(text='消渴', places=(3, 5)))
    """

    text: str
    places: tuple[int, ...]

    @property
    def start(self) -> int:
        """Where the run begins."""
        return self.places[0]

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.places[-1] + 1

    def part(self, begin: int, stop: int | None = None) -> Run:
        """A part of the run, by the characters of its text."""
        return Run(self.text[begin:stop], self.places[begin:stop])


@dataclass(frozen=True, slots=True)
class Statement:
    """A place that states a TCM diagnosis.

    ``kinds`` is what is stated there; ``strict`` places count only if they begin with a term; ``stage`` tells an
    admission statement from a final one; ``codes`` are TCM codes written beside the names.
    """

    runs: tuple[Run, ...]
    kinds: tuple[TermKind, ...]
    stage: int
    strict: bool
    marked: bool
    codes: tuple[str, ...]
    start: int


class StatementFinder:
    """Finds the statements of a record."""

    def __init__(self, rules: StatementRules) -> None:
        self._rules = rules
        self._cues = {fold_term(cue.text): cue for cue in rules.cues}
        self._cue = re.compile("|".join(map(_spaced, sorted(self._cues, key=len, reverse=True))))
        self._stop = re.compile("|".join(map(_spaced, map(fold_term, rules.stops))))
        self._separators = frozenset(rules.separators)
        self._code = re.compile("|".join(f"(?:{pattern})" for pattern in rules.code_patterns))

    @classmethod
    def load(cls) -> StatementFinder:
        """The finder with the shipped rules.

        Raises:
            ArtefactError: the rules are missing or break their schema.
        """
        return _load()

    def marked(self, reading: Reading) -> tuple[Statement, ...]:
        """The statements that a cue opens, in the order of the record."""
        text = fold(reading.normalised.text)
        opened = list(self._opened(text))
        found: list[Statement] = []
        for index, (start, end, cue) in enumerate(opened):
            following = opened[index + 1][0] if index + 1 < len(opened) else len(text)
            begin, colon = _after_cue(text, end)
            limit = min(following, self._limit(reading, text, begin))
            runs = self._runs(text, begin, limit)
            if runs:
                found.append(
                    Statement(
                        runs=runs,
                        kinds=_kinds(cue),
                        stage=cue.stage,
                        strict=cue.colon and not colon,
                        marked=True,
                        codes=self._codes(text, begin, limit),
                        start=start,
                    )
                )
        return tuple(found)

    def has_codes(self, reading: Reading) -> bool:
        """Whether anything in the record looks like a TCM code; far quicker than reading its statements."""
        return self._code.search(reading.normalised.text) is not None

    def _opened(self, text: str) -> Iterator[tuple[int, int, Cue]]:
        """The cues of a text; one that is an ordinary word too (…证型) must begin a word or end in a colon."""
        for match in self._cue.finditer(text):
            cue = self._cues[match.group().replace(" ", "")]
            start, end = match.span()
            if not cue.colon or start == 0 or text[start - 1] in self._separators or _after_cue(text, end)[1]:
                yield start, end, cue

    def unmarked(self, reading: Reading) -> Iterator[Statement]:
        """Each item of the diagnosis lists, as a statement that must begin with a term."""
        text = fold(reading.normalised.text)
        for section in reading.sections:
            if section.kind not in self._rules.unmarked_sections:
                continue
            runs = self._runs(text, section.body_start, section.end)
            for index, run in enumerate(runs):
                yield Statement(
                    runs=runs[index : index + 2],
                    kinds=KINDS,
                    stage=1,
                    strict=True,
                    marked=False,
                    codes=(),
                    start=run.start,
                )

    def _limit(self, reading: Reading, text: str, begin: int) -> int:
        """Where a statement ends at the latest: at a stop word, a paragraph, a section of another kind."""
        limit = min(len(text), begin + _LONGEST)
        own = reading.section_at(begin)
        for section in reading.sections:
            if section.start > begin and own is not None and section.kind != own.kind:
                limit = min(limit, section.start)
                break
        stop = self._stop.search(text, begin, limit)
        return stop.start() if stop else limit

    def _runs(self, text: str, begin: int, limit: int) -> tuple[Run, ...]:
        runs: list[Run] = []
        start = begin
        for place in range(begin, limit + 1):
            if place == limit or text[place] in self._separators:
                if _HAN.search(text, start, place):
                    runs.append(Run(text[start:place], tuple(range(start, place))))
                start = place + 1
        return tuple(_without_letter_spacing(runs, text))

    def _codes(self, text: str, begin: int, limit: int) -> tuple[str, ...]:
        return tuple(match.group().upper() for match in self._code.finditer(text, begin, limit))


def _spaced(word: str) -> str:
    """A pattern for a word whose characters may have a blank between them (中 医 诊 断)."""
    return " ?".join(map(re.escape, word))


def _without_letter_spacing(runs: Sequence[Run], text: str) -> Iterator[Run]:
    """Put words together whose characters stand apart: three or more single characters with blanks between them."""
    spaced: list[Run] = []
    for run in runs:
        if spaced and (len(run.text) > 1 or text[spaced[-1].end : run.start].strip(" ")):
            yield from _together(spaced)
            spaced = []
        if len(run.text) > 1:
            yield run
        else:
            spaced.append(run)
    yield from _together(spaced)


def _together(runs: Sequence[Run]) -> Sequence[Run]:
    if len(runs) < _FEWEST_SPACED:
        return runs
    return (Run("".join(run.text for run in runs), tuple(run.start for run in runs)),)


def _kinds(cue: Cue) -> tuple[TermKind, ...]:
    return KINDS if cue.names == "both" else (cue.names,)


def _after_cue(text: str, end: int) -> tuple[int, bool]:
    gap = _CUE_GAP.match(text, end)
    begin = gap.end() if gap else end
    return begin, ":" in text[end:begin]


@cache
def _load() -> StatementFinder:
    return StatementFinder(statement_rules())
