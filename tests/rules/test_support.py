import pytest

from coder.rules.facts import Facts
from coder.rules.support import SupportModel, features, unread_beside
from coder.weighing import Weighing
from tests.rules.conftest import fired, given

TEXT = "头颅CT未见出血。行左侧半髋关节置换术。出院诊断：股骨颈骨折 肺炎"
PAGE = {
    "text": TEXT,
    "principal": "S72.000",
    "others": ["J18.900", "G93.600"],
    "procedures": ["81.5201"],
    "diagnosed": {"股骨颈骨折": "S72.000", "肺炎": "J18.900"},
}
NEAR = {"S72.000": [1.0, 0.0, 0.9], "J18.900": [1.0, 0.1, 0.8], "G93.600": [0.2, 0.5, 0.0], "81.5201": [0.8, 0.0, 0.4]}
WHEN = {"support": {"at_most": 0.3, "unread_at_most": 2}}


def facts(**changed: object) -> Facts:
    return Facts(given(**{**PAGE, "likeness": NEAR, **changed}))


def test_what_is_weighed_of_a_code_that_nothing_tells() -> None:
    known = facts()
    values = features("G93.600", known)
    assert (values["read"], values["category"], values["present"], values["denied"]) == (0.0, 0.0, 0.2, 0.5)
    # nothing of 脑水肿 stands in the text, and one of the other three codes of the page is not read
    assert values["pieces"] == 1.0
    assert values["unread"] == pytest.approx(1 / 3)
    assert values["strange"] == 0.0
    assert unread_beside("G93.600", known) == {"81.5201"}


def test_what_selection_gives_instead_is_weighed() -> None:
    known = facts(diagnosed={"股骨颈骨折": "S72.000", "肺炎": "J18.000"})
    values = features("J18.900", known)
    assert (values["category"], values["subcategory"], values["strange"]) == (1.0, 0.0, 1.0)


def test_procedures_and_diagnoses_have_models_of_their_own() -> None:
    known = facts()
    assert [known.kind_of(code) for code in ("S72.000", "81.5201")] == ["diagnosis", "procedure"]
    model = SupportModel(
        diagnosis=Weighing(bias=-2.0, weights={"read": 9.0}), procedure=Weighing(bias=2.0, weights={"present": 1.0})
    )
    assert model.of("S72.000", known) > 0.99
    assert model.of("G93.600", known) < 0.2 < 0.8 < model.of("81.5201", known)


def test_every_weight_of_the_shipped_model_is_of_a_feature() -> None:
    names = set(features("G93.600", facts()))
    model = SupportModel.load()
    assert set(model.diagnosis.weights) == set(model.procedure.weights) == names


@pytest.mark.parametrize(
    ("changed", "answer"),
    [
        ({}, True),
        # the record was read as the code
        ({"diagnosed": {"股骨颈骨折": "S72.000", "肺炎": "J18.900", "出血": "G93.600"}}, False),
        # its words come near
        ({"likeness": {**NEAR, "G93.600": [1.0, 0.0, 1.0]}, "text": TEXT + " 脑水肿"}, False),
        # too much of the page is not read
        ({"others": ["J18.900", "G93.600", "K92.200", "L03.900"]}, False),
        # nobody compared
        ({"likeness": None}, None),
        ({"diagnosed": None}, None),
    ],
)
def test_a_code_that_the_record_hardly_supports(changed: dict[str, object], answer: bool | None) -> None:
    fields = {**PAGE, "likeness": NEAR, **changed}
    assert fired({"this": ["=G93.600"], **WHEN}, for_each="diagnosis", **fields) is answer


def test_codes_of_no_table_are_not_weighed() -> None:
    assert fired({**WHEN, "this": ["A00-T98"]}, for_each="diagnosis", **{**PAGE, "likeness": {}}) is False
