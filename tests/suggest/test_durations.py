"""Durations: hours between the dates and times beside a beginning and an end."""

from __future__ import annotations

import pytest

from coder.suggest.durations import hours_between


@pytest.mark.parametrize(
    ("text", "begin", "end", "hours"),
    [
        ("9-19 15:10插管接呼吸机,9-20 10:00拔管。", "插管接呼吸机", "9-20 10:00拔管", 18.83),
        ("呼吸机辅助07-14至07-27。", "呼吸机", "辅助07-14至07-27", 312.0),
        ("2024-08-12 03:00手术。带管呼吸机至08-23。", "呼吸机", "至08-23", 261.0),
        ("第3天插管接呼吸机,第9天拔管", "插管接呼吸机", "第9天拔管", 144.0),
        ("12月30日 20:00插管,1月2日 8:00拔管", "插管", "1月2日 8:00拔管", 60.0),
        ("2023-12-30 20:00插管,2024-01-02 8:00拔管", "插管", "2024-01-02 8:00拔管", 60.0),
        ("7月4日 02:00插管,次日撤机", "插管", "次日撤机", 31.0),
        ("2-3 04:10插管,peep 8-10,潮气量2-3l,2-8 9:00拔管", "插管", "2-8 9:00拔管", 124.83),
        ("于01.27 22:40插管,02.02 10:00拔管", "插管", "02.02 10:00拔管", 131.33),
        ("pod1插管,第6天拔管", "插管", "第6天拔管", None),
        ("插管,7-6拔管", "插管", "7-6拔管", None),
        ("7-6插管,好转后拔管", "插管", "好转后拔管", None),
        ("13月40日 插管,7-6拔管", "插管", "7-6拔管", None),
        ("次日插管,7-6拔管", "插管", "7-6拔管", None),
        ("2月31日插管,2月30日拔管", "插管", "2月30日拔管", None),
    ],
)
def test_hours_between(text: str, begin: str, end: str, hours: float | None) -> None:
    first, last = text.index(begin), text.rindex(end)
    assert hours_between(text, (first, first + len(begin)), (last, last + len(end))) == hours
