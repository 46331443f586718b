"""The second opinion: what it sees, what it says, how it is stored."""

from __future__ import annotations

from math import exp
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.errors import ArtefactError
from coder.text.second_opinion import KINDS, Judge, Kind, SecondOpinion, features
from eval.sentences import ACTIVE, SENTENCES, judge, sentences

UNDONE = "患者顾虑手术风险,冠脉搭桥一事出院后再作商量。"


def opinion_of(weights: dict[str, float], *, bias: float = 0.0, threshold: float = 0.4) -> SecondOpinion:
    """The same model for both kinds."""
    return SecondOpinion.of({kind: Judge(weights, bias=bias, threshold=threshold) for kind in KINDS})


def test_features_end_with_the_sentence() -> None:
    text = "拟行造影。已行冠脉造影。随访。"
    start = text.index("冠脉造影")
    seen = features(text, start, start + 4, section="body")
    assert seen["x已行"] == 1
    assert not any("拟" in one or "随" in one for one in seen)


def test_features_tell_the_side_of_the_name_only_beside_it() -> None:
    before, after = (features(text, at, at + 2, section="body") for text, at in (("行造影", 1), ("造影行", 0)))
    assert ("a行" in before, "d行" in before, "x行" in before) == (True, False, True)
    assert ("a行" in after, "d行" in after, "x行" in after) == (False, True, True)


def test_doubt_is_the_lower_part_of_probability() -> None:
    opinion = SecondOpinion.load().on(UNDONE)
    start = UNDONE.index("冠脉搭桥")
    assert 0 < opinion.probability(start, start + 4, "procedure", "hospital_course") < 0.4
    assert opinion.doubts(start, start + 4, kind="procedure", section="hospital_course")


@pytest.mark.parametrize("kind", KINDS)
def test_without_weights_only_the_bias_speaks(kind: Kind) -> None:
    assert opinion_of({"x甲": 0.0}).on("造影").probability(0, 2, kind, "body") == 0.5
    assert opinion_of({"x甲": 0.0}, bias=-9.0).on("造影").doubts(0, 2, kind=kind, section="body")


@given(text=st.text(alphabet="拟已行造影未,。aⅢ𠀀", min_size=1, max_size=40), data=st.data())
def test_summed_up_over_the_text_is_the_sum_over_the_features(text: str, data: st.DataObject) -> None:
    """The n-grams far and near are summed up once a text; that must be what the fitting saw."""
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    weights = {
        "x行": 0.5,
        "y未": -0.75,
        "x拟行": -1.0,
        "y造影未": 0.25,
        "x已行造影": 2.0,
        "a拟": -0.5,
        "n<造": 1.0,
        "#行#": 0.125,
    }
    seen = features(text, start, end, section="body")
    total = 0.1 + sum(weights.get(one, 0.0) * count for one, count in seen.items())
    found = opinion_of(weights, bias=0.1).on(text).probability(start, end, "procedure", "body")
    assert found == pytest.approx(1 / (1 + exp(-total)))


def test_a_model_reads_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "opinion.zip"
    opinion_of({"a拟": -2.0, "x已行": 1.5}, bias=0.25, threshold=0.3).write(path)
    read = SecondOpinion.read(path)
    assert read.on("拟造影").probability(1, 3, "procedure", "body") == pytest.approx(1 / (1 + exp(1.75)))
    assert not read.on("已行造影").doubts(2, 4, kind="procedure", section="body")


def test_a_damaged_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "opinion.zip").write_bytes(b"no zip")
    with pytest.raises(ArtefactError, match=r"opinion\.zip"):
        SecondOpinion.read(tmp_path / "opinion.zip")


def test_on_sentences_nobody_made_a_rule_for_it_judges_procedures_better_than_the_rules_alone() -> None:
    held_out = list(sentences(SENTENCES / "held-out-8.txt"))

    def right(opinion: SecondOpinion | None) -> float:
        judged = [one for one in judge(held_out, opinion=opinion) if one.mark.kind == "procedure"]
        return sum((one.found in ACTIVE) == (one.mark.assertion in ACTIVE) for one in judged) / len(judged)

    assert right(SecondOpinion.load()) > right(None) + 0.02
