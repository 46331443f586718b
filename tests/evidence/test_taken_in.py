import pytest

from coder.evidence.codeset import CodeSet
from coder.evidence.taken_in import relations, said_by_others, takes_in
from coder.terms import load_system


def test_every_pattern_of_a_relation_hits_a_code() -> None:
    codes = [concept.code for concept in load_system("icd10-nhsa-2.0")]
    sets: tuple[CodeSet, ...] = tuple(one for relation in relations() for one in (relation.given, relation.of))
    assert [unused for one in sets if (unused := one.first_unused(codes)) is not None] == []


@pytest.mark.parametrize(
    ("given", "code", "answer"),
    [
        # a code that opens as one of the relation does, one of a range, an asterisk code, and none of them
        ("K80.300x005", "K83.109", True),
        ("T93.100x003", "S72.000", True),
        ("E11.300x036+H36.0*", "H35.000", True),
        ("I10.x05", "K83.109", False),
    ],
)
def test_what_a_code_says_already(given: str, code: str, answer: bool) -> None:
    assert takes_in(given, code) is answer


@pytest.mark.parametrize(
    ("page", "left_out"),
    [
        (["R05.x00", "J18.900"], [("R05.x00", "J18.900")]),
        (["J18.900", "I10.x05"], []),
        # doubtful: nobody asks for it, but who listed it may keep it
        (["S46.000x001", "M75.100"], []),
    ],
)
def test_what_others_of_a_page_say_already(page: list[str], left_out: list[tuple[str, str]]) -> None:
    assert list(said_by_others(page)) == left_out
