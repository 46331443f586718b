"""Assertion, mostly by marked-up sentences: ``data/assertion-sentences.txt``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from coder.text.assertion import AssertionRules, Scopes, cue_texts, openers, speaking_cues
from coder.text.normalise import normalise
from coder.text.segment import Segmenter

SENTENCES = Path(__file__).parent / "data" / "assertion-sentences.txt"
_MARK = re.compile(r"\{(?P<assertion>[a-z]+)(?P<procedure>!?)\|(?P<words>[^}]+)\}")


@dataclass(frozen=True)
class Expected:
    """A marked span: where it is and what must be said of it."""

    start: int
    end: int
    assertion: str
    kind: str


@dataclass(frozen=True)
class Sentence:
    """A sentence without its marks."""

    section: str
    text: str
    expected: tuple[Expected, ...]


def parse(line: str, section: str) -> Sentence:
    text, expected, done = "", [], 0
    for mark in _MARK.finditer(line):
        text += line[done : mark.start()]
        kind = "procedure" if mark["procedure"] else "diagnosis"
        expected.append(Expected(len(text), len(text) + len(mark["words"]), mark["assertion"], kind))
        text += mark["words"]
        done = mark.end()
    return Sentence(section, text + line[done:], tuple(expected))


def sentences() -> list[Sentence]:
    found, section = [], "body"
    for line in SENTENCES.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            found.append(parse(line, section))
    return found


def scopes_of(text: str) -> tuple[str, Scopes]:
    normal = normalise(text).text
    return normal, AssertionRules.load().scopes(normal, Segmenter.load().segment(normal))


@pytest.mark.parametrize("sentence", sentences(), ids=lambda sentence: sentence.text[:24])
def test_marked_sentence(sentence: Sentence) -> None:
    normal, scopes = scopes_of(sentence.text)
    for span in sentence.expected:
        # the marks are offsets of the original; the normalised span is the one that stands for it
        source = normalise(sentence.text)
        start = next(i for i, place in enumerate(source.starts) if place >= span.start)
        end = next((i for i, place in enumerate(source.starts) if place >= span.end), len(normal))
        said = scopes.assess(start, end, kind=span.kind, section=sentence.section)  # type: ignore[arg-type]
        words = sentence.text[span.start : span.end]
        assert (words, said.assertion) == (words, span.assertion), f"{sentence.text} ({said.cue})"


def test_there_are_enough_sentences_of_every_assertion() -> None:
    counts: dict[str, int] = {}
    for sentence in sentences():
        for span in sentence.expected:
            counts[span.assertion] = counts.get(span.assertion, 0) + 1
    assert len(sentences()) >= 300
    wanted = {"present", "absent", "possible", "excluded", "historical", "family", "planned"}
    assert min(counts[name] for name in wanted) >= 20


def test_a_list_item_is_framed_by_its_own_cues() -> None:
    text, scopes = scopes_of("急性胰腺炎待排")
    start, end, said = scopes.frame(text, 0, len(text), kind="diagnosis", section="discharge_diagnosis")
    assert (text[start:end], said.assertion, said.cue) == ("急性胰腺炎", "possible", "待排")


def test_what_stands_outside_an_item_says_nothing_about_it() -> None:
    text, scopes = scopes_of("无肺癌")
    assert scopes.frame(text, 1, len(text), kind="diagnosis", section="body")[2].assertion == "present"


def test_the_cue_is_reported() -> None:
    _, scopes = scopes_of("否认高血压")
    assert scopes.assess(2, 5).cue == "否认"


def test_a_word_that_only_looks_like_a_cue_says_nothing() -> None:
    assert "无创" in cue_texts()
    assert "无创" not in speaking_cues()
    assert set(openers()) == {"无", "未"}
