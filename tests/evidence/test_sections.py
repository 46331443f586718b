import pytest

from coder.evidence.sections import Places
from coder.record import Record
from coder.text import read


def kinds(text: str) -> list[str]:
    return [section.kind for section in Places.of(read(Record(text=text))).sections]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("入院情况：腹痛。既往：胃溃疡。\n行胃镜检查。", ["present_illness", "past_history", "body"]),
        ("既往史：胃溃疡。\n行胃镜检查。", ["past_history", "body"]),
        ("诊断：胃炎\n诊疗经过：抑酸。", ["admission_diagnosis", "treatment_course"]),
        ("诊疗经过：抑酸治疗一周好转。\n诊断：胃炎", ["treatment_course", "discharge_diagnosis"]),
        ("处理：行胃镜检查。\n出院诊断：胃炎", ["treatment_course", "discharge_diagnosis"]),
        ("处理：行胃镜检查。", ["treatment_course"]),
        ("处理意见：行胃镜检查。", ["plan"]),
        ("◇ 入院：腹痛。\n◇ 第二天：行胃镜。", ["present_illness", "body"]),
    ],
)
def test_sections_as_evidence_counts_them(text: str, expected: list[str]) -> None:
    assert kinds(text) == expected


def test_every_letter_stays_in_one_section() -> None:
    text = "姓名：甲\n入院情况：腹痛。既往：胃溃疡。\n行胃镜检查。查体：腹软。\n予抑酸。\n诊断：胃炎"
    reading = read(Record(text=text))
    sections = Places.of(reading).sections
    assert "".join(reading.normalised.text[section.start : section.end] for section in sections) == (
        reading.normalised.text
    )
