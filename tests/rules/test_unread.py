import pytest

from tests.rules.conftest import fired

PAGE = {"text": "头颅CT未见出血。行左侧半髋关节置换术。出院诊断：股骨颈骨折 肺炎", "principal": "S72.000"}
READ = {"diagnosed": {"股骨颈骨折": "S72.000", "肺炎": "J18.900"}}


@pytest.mark.parametrize(
    ("others", "code", "answer"),
    [
        (["J18.900", "G93.600"], "G93.600", True),
        # what was read as another code of the category stands for this one, unless it is on the page itself
        (["J18.000"], "J18.000", False),
        (["J18.900", "J18.000"], "J18.000", True),
        (["J18.900"], "J18.900", False),
    ],
)
def test_a_code_for_which_selection_gives_nothing(others: list[str], code: str, answer: bool) -> None:
    when = {"unread": True, "this": [f"={code}"]}
    assert fired(when, for_each="diagnosis", others=others, **PAGE, **READ) is answer


@pytest.mark.parametrize(
    "when",
    [
        {"unread": True},
        {"read_as_coded": True},
        {"name_beyond_record": {"骨折": ["骨裂"]}},
        {"said_otherwise": {"骨折": ["脱位"]}},
    ],
)
def test_without_selection_nothing_is_known(when: dict[str, object]) -> None:
    assert fired(when, for_each="diagnosis", **PAGE) is None


@pytest.mark.parametrize(
    ("when", "code", "answer"),
    [
        ({"name_beyond_record": {"全髋": ["全髋", "臼杯"]}}, "81.5100", True),
        ({"name_beyond_record": {"全髋": ["半髋"]}}, "81.5100", False),
        ({"name_beyond_record": {"切除": ["切除"]}}, "86.2800x012", False),
        ({"said_otherwise": {"全": ["半"]}}, "81.5100", True),
        ({"said_otherwise": {"全": ["部分"]}}, "81.5100", False),
    ],
)
def test_names_that_say_more_or_otherwise(when: dict[str, object], code: str, answer: bool) -> None:
    assert fired(when, for_each="procedure", procedures=[code], **PAGE, **READ) is answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("呼吸机辅助，22h后拔管，序贯无创呼吸机5天", False),
        ("9月6日插管，术毕30分钟拔管", False),
        ("呼吸机使用05-20 08:30至05-24 16:00，共103.5h", True),
        ("机械通气近22天后脱机", True),
        ("住院22天。机械通气2天", False),
    ],
)
def test_how_long_it_lasted(text: str, answer: bool) -> None:
    when = {"lasted": {"words": ["呼吸机", "机械通气", "插管"], "unless": ["无创"], "at_least": 96}}
    assert fired(when, text=text, principal="J96.000") is answer
