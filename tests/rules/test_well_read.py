"""What selection reads beside a page whose codes it has read as well."""

import pytest

from tests.rules.conftest import fired

DIAGNOSED = {"diagnosed_but_not_coded": {"codes": ["A00-N99", "S00-T98"], "aside": ["V01-Y98"], "at_least": [0.6, 0.8]}}
TEXT = "诊疗经过：急性下壁心肌梗死，术中心室颤动，电除颤转复；肺挫伤，血气胸，脂肪肝，高尿酸血症。"
READ = {"急性下壁心肌梗死": "I21.103", "心室颤动": "I49.001"}


@pytest.mark.parametrize(
    ("others", "answer"),
    [
        ([], True),
        (["I49.001"], False),
        # one code that was not read, then two; what nobody expects to be read does not count
        (["E11.900"], True),
        (["E11.900", "J18.900"], False),
        (["V03.x00", "W01.x00", "Y83.100"], True),
        # a code of the block that was not read may say the same in another way
        (["I44.200"], False),
    ],
)
def test_a_diagnosis_beside_a_page_that_was_read(others: list[str], answer: bool) -> None:
    assert fired(DIAGNOSED, text=TEXT, principal="I21.103", others=others, diagnosed=READ) is answer


def test_a_code_that_was_read_for_itself_does_not_stand_for_another_of_its_category() -> None:
    read = {"血气胸": "S27.200", "肺挫伤": "S27.301"}
    assert fired(DIAGNOSED, text=TEXT, principal="S27.200", diagnosed=read) is True
    assert fired(DIAGNOSED, text=TEXT, principal="S27.300", diagnosed={"肺挫伤": "S27.301"}) is False


def test_without_selection_nothing_is_known() -> None:
    assert fired(DIAGNOSED, text=TEXT, principal="I21.103") is None


SERVICES = {
    "charged_not_coded": [
        {"names": ["PICC"], "unless": ["维护"], "procedure": ["38.9"]},
        {"names": ["血液灌流"], "procedure": ["39.96"]},
    ]
}


@pytest.mark.parametrize(
    ("charges", "orders", "procedures", "answer"),
    [
        ({"PICC置管术": 1}, None, [], True),
        ({"PICC置管术": 1}, None, ["38.9301"], False),
        ({"PICC维护": 3}, None, [], False),
        ({"床位费": 3}, ["血液灌流 qd"], [], True),
        (None, ["血液灌流 qd"], ["39.9600x003"], False),
        (None, None, [], None),
    ],
)
def test_charges_and_orders_that_no_procedure_stands_for(
    charges: dict[str, int] | None, orders: list[str] | None, procedures: list[str], answer: bool | None
) -> None:
    given = {"charges": charges, "orders": orders}
    sent = {name: value for name, value in given.items() if value is not None}
    assert fired(SERVICES, principal="T60.001", procedures=procedures, **sent) is answer


def test_what_another_chapter_calls_alike_is_coded() -> None:
    read = {"血肿": "I62.003"}
    text = "诊疗经过：头颅CT示硬膜下血肿。"
    assert fired(DIAGNOSED, text=text, principal="S06.502", diagnosed=read) is False
    assert fired(DIAGNOSED, text=text, principal="S02.102", diagnosed=read) is True


def test_a_diagnosis_told_once_beside_a_word_of_doubt_does_not_count() -> None:
    doubting = {
        "diagnosed_but_not_coded": {"codes": ["P05-P96"], "aside": ["V01-Y98"], "at_least": [0.6], "unsure": ["低于"]}
    }
    told = {"早产儿": "P07.300x021", "胆红素": "P59.000"}
    assert fired(doubting, text="早产儿，胆红素低于光疗线。", principal="P07.300x021", diagnosed=told) is False
    assert fired(doubting, text="早产儿，胆红素升高，蓝光治疗。", principal="P07.300x021", diagnosed=told) is True


def test_a_morphology_code_does_not_leave_a_page_unread() -> None:
    text = "诊疗经过：放疗后放射性口腔黏膜炎。鼻咽癌。"
    read = {"鼻咽癌": "C11.900", "放射性口腔黏膜炎": "K12.303"}
    others = ["M80720/3", "M80720/6"]
    assert fired(DIAGNOSED, text=text, principal="C11.900", others=others, diagnosed=read) is True


NAMED = {
    "named_but_not_coded": {
        "unsure": ["拟"],
        "told": [{"words": ["毫针"], "code": "17.91100"}, {"words": ["穴位贴敷"], "code": "17.95150"}],
    }
}


@pytest.mark.parametrize(
    ("text", "procedures", "answer"),
    [
        ("毫针治疗每日1次。", [], True),
        ("毫针治疗每日1次。", ["17.91100"], False),
        ("拟毫针治疗。", [], False),
        # another code of the same name
        ("穴位贴敷每日1次。", ["93.3910"], False),
        ("", [], None),
    ],
)
def test_treatments_in_their_stock_words(text: str, procedures: list[str], answer: bool | None) -> None:
    text = text and f"诊疗经过：{text}"
    assert fired(NAMED, text=text, principal="I63.900", procedures=procedures) is answer


def test_what_selection_gives_may_be_proposed() -> None:
    text = "诊疗经过：予CRRT治疗。"
    assert fired({"proposes": ["39.95"]}, text=text, principal="N17.900", selected={"CRRT": "39.9500x007"}) is True
    assert fired({"proposes": ["39.95"]}, text=text, principal="N17.900") is True
    assert fired({"selects": ["39.95"]}, text=text, principal="N17.900", selected={"CRRT": "39.9500x007"}) is True
    assert fired({"selects": ["39.95"]}, text=text, principal="N17.900") is False
