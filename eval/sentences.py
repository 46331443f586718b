"""Assertion on marked sentences of our own: ``python -m eval.sentences``.

``{present|发热}`` marks a condition, ``{planned!|冠脉造影}`` a procedure; a line ``[kind]`` sets the kind of section of
what follows. The sentences of ``rules.txt`` made the rules, and every one is a test; those of ``dev-*.txt`` were
written blind and are read when rules are made; those of ``held-out*.txt`` were written blind and nobody made a rule for
them. Printed are the marks that the rules get right, alone and with the second opinion, and of the procedures those
that are wrongly taken for done or undone.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from coder.text.assertion import AssertionRules
from coder.text.normalise import normalise
from coder.text.second_opinion import SecondOpinion
from coder.text.segment import Segmenter

SENTENCES = Path(__file__).parent / "data" / "assertion"
_MARK = re.compile(r"\{(?P<assertion>[a-z]+)(?P<procedure>!?)\|(?P<words>[^}]+)\}")
ACTIVE = frozenset({"present", "possible"})
"""What is said of a thing that is, or may be, there."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked span: where it is in the text without marks, and what must be said of it."""

    start: int
    end: int
    assertion: str
    kind: Literal["diagnosis", "procedure"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence without its marks."""

    section: str
    text: str
    marks: tuple[Mark, ...]


def parse(line: str, section: str) -> Sentence:
    """The sentence of a line.

    >>> parse("无{absent|咯血}。", "body").marks
    (Mark(start=1, end=3, assertion='absent', kind='diagnosis'),)
    """
    text, marks, done = "", [], 0
    for mark in _MARK.finditer(line):
        text += line[done : mark.start()]
        end = len(text) + len(mark["words"])
        marks.append(Mark(len(text), end, mark["assertion"], "procedure" if mark["procedure"] else "diagnosis"))
        text += mark["words"]
        done = mark.end()
    return Sentence(section, text + line[done:], tuple(marks))


def sentences(path: Path) -> Iterator[Sentence]:
    """The sentences of a file in order."""
    section = "body"
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[] ")
        elif line and not line.startswith("#"):
            yield parse(line, section)


@dataclass(frozen=True, slots=True)
class Judged:
    """A mark of a sentence with what the program says of it; offsets are of the ``normal`` text."""

    sentence: Sentence
    mark: Mark
    normal: str
    start: int
    end: int
    found: str
    cue: str | None

    @property
    def words(self) -> str:
        """The marked words."""
        return self.sentence.text[self.mark.start : self.mark.end]


def judge(some: Sequence[Sentence], *, opinion: SecondOpinion | None = None) -> Iterator[Judged]:
    """What the rules, and the second opinion where one is given, say of every mark."""
    rules, segmenter = AssertionRules.load(), Segmenter.load()
    for sentence in some:
        normal = normalise(sentence.text)
        scopes = rules.scopes(normal.text, segmenter.segment(normal.text), opinion=opinion)
        for mark in sentence.marks:
            start = next(i for i, place in enumerate(normal.starts) if place >= mark.start)
            end = next((i for i, place in enumerate(normal.starts) if place >= mark.end), len(normal.text))
            said = scopes.assess(start, end, kind=mark.kind, section=sentence.section)
            yield Judged(sentence, mark, normal.text, start, end, said.assertion, said.cue)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line for each file and judge; with ``-v`` the wrong marks of files that may be read."""
    verbose = "-v" in (sys.argv[1:] if arguments is None else arguments)
    print("file\tjudge\tmarks\tright\tprocedures\tcoded or not, right\twrongly done\twrongly undone")
    for path in sorted(SENTENCES.glob("*.txt")):
        for name, opinion in (("rules", None), ("with second opinion", SecondOpinion.load())):
            judged = list(judge(list(sentences(path)), opinion=opinion))
            right = sum(one.found == one.mark.assertion for one in judged)
            procedures = [one for one in judged if one.mark.kind == "procedure"]
            done = [(one.found in ACTIVE, one.mark.assertion in ACTIVE) for one in procedures]
            print(
                f"{path.stem}\t{name}\t{len(judged)}\t{right / len(judged):.1%}\t{len(procedures)}\t"
                f"{sum(a == b for a, b in done) / len(done):.1%}\t{sum(a > b for a, b in done)}\t"
                f"{sum(a < b for a, b in done)}"
            )
            if verbose and not path.stem.startswith("held-out"):
                for one in judged:
                    if one.found != one.mark.assertion:
                        print(f"  {one.words}: {one.mark.assertion}, not {one.found} ({one.cue})\t{one.sentence.text}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
