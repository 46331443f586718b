"""Which procedures count: an operation that is told twice is one procedure."""

from __future__ import annotations

from typing import Literal

from coder.select.mentions import CodedMention
from coder.select.policy import selection_policy
from coder.select.procedures import select_procedures
from coder.suggest.suggestion import ScoredConcept, Suggestion
from coder.text import Mention

GASTRECTOMY = ScoredConcept("43.7x00", "胃大部切除伴胃-空肠吻合术", 0.9)
OTHER_GASTRECTOMY = ScoredConcept("43.8201", "腹腔镜胃部分切除术", 0.9)
SPLENECTOMY = ScoredConcept("41.5x00", "全脾切除术", 0.9)


def mention(
    concept: ScoredConcept,
    start: int,
    *,
    origin: Literal["list", "narrative"] = "narrative",
    yields: tuple[str, ...] = (),
) -> CodedMention:
    section = "operation_name" if origin == "list" else "treatment_course"
    words = Mention(start, start + 6, "切断并吻合之", "procedure", section, origin, "present", None, ())
    return CodedMention(words, Suggestion("", (concept,), (concept,), settled=origin != "list", yields=yields))


def selected(listed: list[CodedMention], phrases: list[CodedMention]) -> list[str]:
    return list(select_procedures(listed, phrases, selection_policy(), text=""))


def test_steps_alone_tell_the_operation() -> None:
    assert selected([], [mention(GASTRECTOMY, 10, yields=("43",))]) == ["43.7x00"]


def test_steps_of_a_listed_operation_add_nothing() -> None:
    listed = [mention(OTHER_GASTRECTOMY, 0, origin="list")]
    assert selected(listed, [mention(GASTRECTOMY, 10, yields=("43",))]) == ["43.8201"]


def test_steps_beside_a_phrase_that_names_the_operation_add_nothing() -> None:
    assert selected([], [mention(GASTRECTOMY, 10, yields=("43",)), mention(OTHER_GASTRECTOMY, 30)]) == ["43.8201"]


def test_of_two_tellings_by_steps_the_first_counts() -> None:
    told = [mention(GASTRECTOMY, 10, yields=("43",)), mention(OTHER_GASTRECTOMY, 30, yields=("43",))]
    assert selected([], told) == ["43.7x00"]


def test_steps_of_another_operation_stay() -> None:
    listed = [mention(OTHER_GASTRECTOMY, 0, origin="list")]
    assert selected(listed, [mention(SPLENECTOMY, 10, yields=("41",))]) == ["43.8201", "41.5x00"]
