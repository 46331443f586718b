import pytest

from coder.train.weighing import Example, across, fit


def examples(count: int) -> list[Example]:
    return [
        Example({"near": place / count, "odd": float(place % 3)}, holds=place > count / 2, record=f"r{place % 9}")
        for place in range(count)
    ]


def test_what_speaks_for_a_code_gets_a_positive_weight() -> None:
    model = fit(examples(60))
    assert model.weights["near"] > 1
    assert model.probability({"near": 1.0, "odd": 0.0}) > 0.9 > 0.1 > model.probability({"near": 0.0, "odd": 0.0})
    assert fit(examples(60)) == model


def test_every_example_is_judged_without_its_record() -> None:
    known = examples(90)
    said = across(known, folds=3)
    right = sum((value > 0.5) == one.holds for one, value in zip(known, said, strict=True))
    assert len(said) == 90
    assert right > 80


@pytest.mark.parametrize("known", [[], [Example({"near": 1.0}, holds=True, record="r")]])
def test_one_kind_alone_teaches_nothing(known: list[Example]) -> None:
    with pytest.raises(ValueError):
        fit(known)
