from coder.likeness import likeness_of
from coder.proposals import shared_suggester
from coder.record import Record
from coder.terms import load_system
from coder.text import read


def test_words_of_the_record_come_near_to_the_codes_that_they_tell() -> None:
    reading = read(Record(text="头颅MRI未见脑转移。出院诊断：急性下壁心肌梗死"))
    mentions = [one for one in reading.mentions if one.kind == "diagnosis"]
    suggestions = shared_suggester("icd10-nhsa-2.0").suggest([one.text for one in mentions])
    found = likeness_of(
        ["I21.103", "C79.300x002", "S72.000", "X00"],
        list(zip(mentions, suggestions, strict=True)),
        load_system("icd10-nhsa-2.0"),
    )
    assert set(found) == {"I21.103", "C79.300x002", "S72.000"}
    infarction, metastasis, fracture = found["I21.103"], found["C79.300x002"], found["S72.000"]
    assert infarction.present > 0.9
    assert infarction.meant > 0.3
    assert metastasis.denied > metastasis.present
    assert fracture.present < 0.5
    assert metastasis.nearest is not None
    assert reading.normalised.text[slice(*metastasis.nearest)] == "脑转移"


def test_a_record_without_mentions_is_like_nothing() -> None:
    (only,) = likeness_of(["S72.000"], [], load_system("icd10-nhsa-2.0")).values()
    assert (only.present, only.denied, only.meant, only.nearest) == (0.0, 0.0, 0.0, None)
    assert likeness_of([], [], load_system("icd10-nhsa-2.0")) == {}
