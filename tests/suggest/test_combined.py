"""Names first, then meaning."""

from __future__ import annotations

from collections.abc import Sequence

from coder.suggest import CombinedSuggester, ScoredConcept, Suggestion


class Fixed:
    """Gives every text the same concepts and notes what it was asked."""

    def __init__(self, *concepts: ScoredConcept) -> None:
        self.concepts = concepts
        self.asked: list[str] = []

    def suggest(self, texts: Sequence[str]) -> list[Suggestion]:
        self.asked.extend(texts)
        return [Suggestion(text, self.concepts, self.concepts) for text in texts]


NEAR, FAR = ScoredConcept("A", "甲", 0.95), ScoredConcept("A", "甲", 0.6)
MEANT = ScoredConcept("B", "乙", 0.7)


def test_a_near_name_needs_no_model() -> None:
    ranked = Fixed(MEANT)
    assert CombinedSuggester(Fixed(NEAR), ranked).suggest(["x"])[0].concepts == (NEAR,)
    assert ranked.asked == []


def test_several_parts_are_names_only_when_each_is_one() -> None:
    each = (ScoredConcept("A", "甲", 1.0), ScoredConcept("C", "丙", 0.97))
    ranked = Fixed(MEANT)
    assert CombinedSuggester(Fixed(*each), ranked).suggest(["x"])[0].concepts == each
    assert ranked.asked == []
    assert CombinedSuggester(Fixed(each[0], NEAR, FAR), ranked).suggest(["x"])[0].concepts == (MEANT,)


def test_what_is_no_name_is_ranked_and_both_sides_stay_candidates() -> None:
    found = CombinedSuggester(Fixed(FAR), Fixed(MEANT)).suggest(["x"])[0]
    assert found.concepts == (MEANT,)
    assert found.candidates == (MEANT, FAR)


def test_where_the_ranker_abstains_the_nearest_name_stands() -> None:
    assert CombinedSuggester(Fixed(FAR), Fixed()).suggest(["x"])[0].concepts == (FAR,)
