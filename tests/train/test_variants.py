"""Names in other wordings."""

import random

from coder.train.variants import joined, reworded


def test_the_same_seed_gives_the_same_wording() -> None:
    name = "腹腔镜下胃病损切除术"
    assert reworded(name, random.Random(5)) == reworded(name, random.Random(5))


def test_wordings_differ() -> None:
    generator = random.Random(1)
    assert len({reworded("腹腔镜下胃病损切除术", generator) for _ in range(30)}) > 5


def test_phrases_put_together_are_all_there() -> None:
    generator = random.Random(3)
    for _ in range(30):
        whole = joined(["阑尾切除术", "肠粘连松解术"], generator)
        assert whole.startswith("阑尾切除术")
        assert whole.endswith("肠粘连松解术")


def test_a_wording_is_never_empty() -> None:
    generator = random.Random(2)
    assert all(reworded("术", generator) for _ in range(50))
