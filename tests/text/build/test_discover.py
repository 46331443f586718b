from __future__ import annotations

from coder.text.build.discover import discover_words

NAMES = [
    f"{course}{site}{kind}"
    for course in ("急性", "慢性", "")
    for site in ("阑尾", "胰腺", "膀胱")
    for kind in ("炎", "囊肿", "损伤")
]


def test_words_are_frequent_firm_and_free() -> None:
    words = discover_words(NAMES, min_count=3, min_cohesion=1.0, min_entropy=0.5)
    assert {"阑尾", "胰腺", "膀胱", "囊肿", "损伤"} <= words.keys()
    assert not {"尾炎", "性阑", "腺囊"} & words.keys()


def test_counts_are_those_of_the_names() -> None:
    assert discover_words(NAMES, min_count=3, min_cohesion=1.0, min_entropy=0.5)["阑尾"] == 9


def test_a_rare_run_is_no_word() -> None:
    assert discover_words(["阑尾炎"], min_count=2) == {}
