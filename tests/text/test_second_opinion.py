"""The second opinion on procedures: what it sees, what it says, how it is stored."""

from __future__ import annotations

from pathlib import Path

import pytest

from coder.errors import ArtefactError
from coder.text.second_opinion import SecondOpinion, features
from eval.sentences import SENTENCES, judge, sentences

UNDONE = "患者顾虑手术风险,冠脉搭桥一事出院后再作商量。"


def test_features_end_with_the_sentence() -> None:
    text = "拟行造影。已行冠脉造影。随访。"
    start = text.index("冠脉造影")
    seen = features(text, start, start + 4, section="body")
    assert "x已行#" in seen
    assert not any("拟" in one or "随" in one for one in seen)


def test_features_tell_the_side_of_the_name() -> None:
    assert "a行" in features("行造影", 1, 3, section="body")
    assert "d行" in features("造影行", 0, 2, section="body")


def test_probability_is_a_probability_and_doubt_its_lower_part() -> None:
    opinion = SecondOpinion.load()
    start = UNDONE.index("冠脉搭桥")
    probability = opinion.probability(UNDONE, start, start + 4, section="hospital_course")
    assert 0 < probability < 0.4
    assert opinion.doubts(UNDONE, start, start + 4, section="hospital_course")


def test_without_weights_only_the_bias_speaks() -> None:
    assert SecondOpinion({}, bias=0.0, threshold=0.4).probability("造影", 0, 2, section="body") == 0.5
    assert SecondOpinion({}, bias=-9.0, threshold=0.4).doubts("造影", 0, 2, section="body")


def test_a_model_reads_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "opinion.zip"
    SecondOpinion({"a拟": -2.0, "x已行#": 1.5}, bias=0.25, threshold=0.3).write(path)
    read = SecondOpinion.read(path)
    assert read.probability("拟造影", 1, 3, section="body") == pytest.approx(1 / (1 + 2.718281828**1.75))
    assert not read.doubts("已行造影", 2, 4, section="body")


def test_a_damaged_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "opinion.zip").write_bytes(b"no zip")
    with pytest.raises(ArtefactError, match=r"opinion\.zip"):
        SecondOpinion.read(tmp_path / "opinion.zip")


def test_on_sentences_nobody_made_a_rule_for_it_judges_procedures_better_than_the_rules_alone() -> None:
    held_out = list(sentences(SENTENCES / "held-out-8.txt"))

    def right(opinion: SecondOpinion | None) -> float:
        judged = [one for one in judge(held_out, opinion=opinion) if one.mark.kind == "procedure"]
        done = ("present", "possible")
        return sum((one.found in done) == (one.mark.assertion in done) for one in judged) / len(judged)

    assert right(SecondOpinion.load()) > right(None) + 0.05
