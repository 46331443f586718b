"""Marked sentences: how they are read and judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from coder.text.second_opinion import KINDS, Judge, SecondOpinion
from eval.sentences import SENTENCES, Mark, judge, main, parse, sentences


def test_marks_are_places_in_the_text_without_marks() -> None:
    sentence = parse("拒绝{planned!|冠脉造影}，有{present|胸痛}。", "hospital_course")
    assert sentence.text == "拒绝冠脉造影，有胸痛。"
    assert sentence.marks == (Mark(2, 6, "planned", "procedure"), Mark(8, 10, "present", "diagnosis"))


def test_sections_hold_until_the_next(tmp_path: Path) -> None:
    path = tmp_path / "some.txt"
    path.write_text("# a comment\n无{absent|咯血}。\n[past_history]\n\n{historical|肺炎}已愈。\n", encoding="utf-8")
    assert [(one.section, one.text) for one in sentences(path)] == [
        ("body", "无咯血。"),
        ("past_history", "肺炎已愈。"),
    ]


def test_judged_offsets_are_of_the_normalised_text() -> None:
    (one,) = judge([parse("无{absent|咯　血}。", "present_illness")])
    assert (one.words, one.found, one.cue) == ("咯　血", "absent", "无")
    assert one.normal[one.start : one.end] == "咯 血"


def test_a_second_opinion_is_heard_where_one_is_given() -> None:
    always = SecondOpinion.of({kind: Judge({"x甲": 0.0}, bias=-9.0, threshold=0.5) for kind in KINDS})
    sentence = parse("行{present!|胃镜}。", "hospital_course")
    assert [one.found for one in judge([sentence])] == ["present"]
    assert [one.found for one in judge([sentence], opinion=always)] == ["planned"]


@pytest.mark.parametrize("path", sorted(SENTENCES.glob("*.txt")), ids=lambda path: path.stem)
def test_every_file_of_sentences_is_well_formed(path: Path) -> None:
    assertions = {"present", "absent", "possible", "excluded", "historical", "family", "planned"}
    marks = [mark for sentence in sentences(path) for mark in sentence.marks]
    assert len(marks) > 500
    assert {mark.assertion for mark in marks} <= assertions
    assert all("{" not in sentence.text and "|" not in sentence.text for sentence in sentences(path))


def test_the_report_has_two_lines_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1 + 2 * len(list(SENTENCES.glob("*.txt")))
    assert lines[-1].startswith("rules\twith second opinion")
