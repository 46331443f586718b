import pytest

from coder.errors import InputError
from coder.rules.request import read_request

TEXT = "主诉：腹痛1天。出院诊断：急性阑尾炎"


def test_codes_may_be_given_alone_or_with_their_names() -> None:
    coded = {
        "principal": {"code": "K35.800", "name": "急性阑尾炎", "admission_condition": "1"},
        "others": ["I10.x09"],
        "procedures": [{"code": "47.0100", "name": "腹腔镜下阑尾切除术", "role": "main"}],
        "external_causes": ["W01.x00"],
        "morphology": ["M81400/3"],
        "tcm": {"disease": "A04.01.01", "syndrome": {"code": "B04.02", "name": "证"}},
    }
    page = read_request({"text": TEXT, "coded": coded}).given.page
    assert [(item.code, item.place) for item in page.diagnoses] == [
        ("K35.800", "principal"),
        ("I10.x09", "other"),
        ("W01.x00", "external_cause"),
        ("M81400/3", "morphology"),
    ]
    assert page.principal is not None
    assert page.principal.admission_condition == "1"
    assert page.procedures[0].name == "腹腔镜下阑尾切除术"
    assert page.tcm is not None
    assert (page.tcm.disease, page.tcm.syndrome_name) == ("A04.01.01", "证")


def test_fields_go_by_name_column_or_title() -> None:
    form = {"B20": 6, "离院方式": "1", "allergy": "2", "自定义": "x"}
    given = read_request({"text": TEXT, "coded": {}, "form": form}).given
    assert given.form == {"los_days": 6, "discharge_way": "1", "allergy": "2", "自定义": "x"}


def test_what_the_source_does_not_send_stays_unknown() -> None:
    given = read_request({"text": TEXT, "coded": {}}).given
    assert (given.form, given.orders, given.charges, given.labs) == (None, None, None, None)


def test_structured_orders_charges_and_results() -> None:
    data = {
        "text": TEXT,
        "coded": {},
        "orders": ["氯化钾"],
        "charges": ["床位费", {"name": "呼吸机", "quantity": 30}],
        "labs": [
            {"name": "血钾", "value": 2.8, "unit": "mmol/L"},
            {"name": "Cr", "value": 2.0, "unit": "mg/dl"},
            {"name": "神秘指标", "value": 1},
            {"name": "血钠", "value": 140, "unit": "furlong"},
        ],
    }
    request = read_request(data)
    assert request.given.orders == ("氯化钾",)
    assert [(charge.name, charge.quantity) for charge in request.given.charges or ()] == [
        ("床位费", None),
        ("呼吸机", 30),
    ]
    assert [(lab.analyte, lab.value, lab.flag) for lab in request.given.labs or ()] == [
        ("potassium", 2.8, "low"),
        ("creatinine", 176.8, None),
    ]
    assert request.unused == ("labs.神秘指标", "labs.血钠")


def test_fields_that_nothing_uses_are_named() -> None:
    assert read_request({"text": TEXT, "coded": {}, "hospital": "x"}).unused == ("hospital",)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"text": TEXT}, "没有 coded 字段"),
        ({"text": TEXT, "coded": []}, "coded 不合规"),
        ({"text": TEXT, "coded": {"principle": "K35.800"}}, "coded.principle 不合规"),
        ({"text": TEXT, "coded": {"principal": {"name": "x"}}}, "coded.principal.code 不合规"),
        ({"text": TEXT, "coded": {}, "labs": [{"name": "K"}]}, "labs.0.value 不合规"),
        ({"text": "", "coded": {}}, "文本"),
        ({"coded": {}}, "text"),
    ],
)
def test_what_cannot_be_read_is_refused(data: dict[str, object], reason: str) -> None:
    with pytest.raises(InputError) as refused:
        read_request(data)
    assert reason in str(refused.value)
