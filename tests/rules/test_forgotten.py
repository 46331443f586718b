"""What selection reads in a record and the page lacks: forgotten, or a step, another name, something not done?"""

from typing import Any

import pytest

from coder.evidence.codeset import CodeSet
from coder.rules.entry import Example
from coder.rules.examples import example_input
from coder.rules.facts import Facts
from coder.rules.predicates.forgotten import FORGOTTEN_FILE, candidates, procedure_patterns
from coder.terms import load_system
from coder.weighing import Weighing, load_shipped
from tests.rules.conftest import fired

FORGOTTEN = {"forgotten": {"at_least": 0.75}}
WORDS = {
    "切除胆囊": "51.2300",
    "松解粘连": "54.5904",
    "切除左肾": "55.5103",
    "呼吸机辅助通气": "96.7201",
    "旋转皮瓣": "86.7404",
}


def given(text: str, procedures: list[str], **more: Any) -> dict[str, Any]:
    selected = {word: code for word, code in WORDS.items() if word in text}
    sure = dict.fromkeys(selected.values(), 0.9)
    page = {"text": text, "principal": "K80.200", "procedures": procedures, "selected": selected, "sure": sure}
    return {**page, **more}


def features(text: str, procedures: list[str], code: str, **more: Any) -> dict[str, float]:
    example = example_input(Example.model_validate(given(text, procedures, **more)))
    return next(values for one, values in candidates(Facts(example)) if one.code == code)


@pytest.mark.parametrize(
    ("text", "procedures", "answer"),
    [
        ("切除胆囊。", [], True),
        ("切除胆囊。", ["51.2300"], False),
        # another code for it that nothing else explains
        ("切除胆囊。", ["51.2200"], False),
        ("切除胆囊，切除左肾。", ["51.2300"], True),
    ],
)
def test_what_selection_reads_and_the_page_lacks(text: str, procedures: list[str], answer: bool) -> None:
    assert fired(FORGOTTEN, **given(text, procedures)) is answer


def test_without_text_nothing_is_known() -> None:
    assert fired(FORGOTTEN, principal="K80.200") is None


def test_another_rule_speaks_of_what_is_surer() -> None:
    page = given("切除胆囊。", [])
    assert fired({"forgotten": {"at_least": 0.5, "below": 0.6}}, **page) is False


@pytest.mark.parametrize(
    ("text", "procedures", "code", "name", "value"),
    [
        ("切除胆囊。", [], "51.2300", "apart", 1.0),
        ("切除胆囊。", ["51.2200"], "51.2300", "apart", 0.0),
        ("切除胆囊。", ["51.2200"], "51.2300", "subcategory", 0.0),
        ("切除胆囊。", ["51.2301"], "51.2300", "subcategory", 1.0),
        ("切除胆囊。", ["51.2200"], "51.2300", "unread", 1.0),
        ("切除胆囊。", [], "51.2300", "unsure", 0.0),
        ("拟切除胆囊。", [], "51.2300", "unsure", 1.0),
        ("切除胆囊。\n手术名称：切除胆囊", [], "51.2300", "listed", 1.0),
        ("切除胆囊，切除左肾。", [], "55.5103", "rank", 1.0),
        # one of a set that tells one thing by how long it took
        ("呼吸机辅助通气。", ["96.7101"], "96.7201", "apart", 0.0),
        # an operation of which only the skin was read
        ("旋转皮瓣。", ["08.6101"], "86.7404", "apart", 0.0),
    ],
)
def test_features(text: str, procedures: list[str], code: str, name: str, value: float) -> None:
    assert features(text, procedures, code)[name] == value


def test_what_a_stay_for_drugs_tells_of_the_operation_is_past() -> None:
    told = {"selected": {"切除左肺上叶": "32.4100"}, "others": ["Z51.103"]}
    assert features("切除左肺上叶后化疗。", [], "32.4100", **told)["past"] == 1.0
    assert features("切除左肺上叶。", [], "32.4100", **{**told, "others": []})["past"] == 0.0


def test_how_sure_selection_is_counts() -> None:
    model = load_shipped(FORGOTTEN_FILE, Weighing)
    sure, less = (
        model.probability(features("切除胆囊。", [], "51.2300", sure={"51.2300": value})) for value in (0.95, 0.5)
    )
    assert sure > less


def test_every_pattern_of_the_data_hits_a_procedure() -> None:
    every = [concept.code for concept in load_system("icd9cm3-nhsa-2.0")]
    for pattern in procedure_patterns():
        wanted = CodeSet.parse([pattern.removeprefix("!")])
        assert any(code in wanted for code in every), pattern
