import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.errors import InputError
from coder.evidence.codeset import CodeSet


@pytest.mark.parametrize(
    ("patterns", "code", "inside"),
    [
        (("E87.6",), "E87.600x002", True),
        (("E87.6",), "E87.500", False),
        (("=I10.x05",), "I10.x05", True),
        (("=I10.x05",), "I10.x05x001", False),
        (("B95-B97",), "B96.200", True),
        (("B95-B97",), "B98.000", False),
        (("B95-B97",), "B94.900", False),
        (("*D63",), "N18.300x001+D63.8*", True),
        (("*D63",), "D63.0*", True),
        (("*D63",), "D63.000", False),
        (("V01-Y98",), "W19.x00", True),
        (("I10", "!=I10.x05"), "I10.x05", False),
        (("I10", "!=I10.x05"), "I10.x04", True),
        (("I10", "!I10.x0"), "I10.x04", False),
        (("00.40-00.43",), "00.4301", True),
        (("00.40-00.43",), "00.4400", False),
    ],
)
def test_membership(patterns: tuple[str, ...], code: str, inside: bool) -> None:
    assert (code in CodeSet.parse(patterns)) is inside


@pytest.mark.parametrize("pattern", ["", "i10", "B97-B95", "B95-B9", "=B95-B97", "I10 ", "??"])
def test_a_pattern_that_cannot_be_meant_is_refused(pattern: str) -> None:
    with pytest.raises(InputError, match="不合规"):
        CodeSet.parse((pattern,))


def test_leads_are_the_openings_of_all_codes_that_can_match() -> None:
    assert CodeSet.parse(("E87.6", "=I10.x05", "B95-B96")).leads() == frozenset({"E87", "I10", "B95", "B96"})
    assert CodeSet.parse(("V01-Y98",)).leads() == frozenset({"V", "W", "X", "Y"})
    assert CodeSet.parse(("S06.1-S06.9",)).leads() == frozenset({"S06"})
    assert CodeSet.parse(("00.40-00.43",)).leads(4) == frozenset({"00.4"})
    assert CodeSet.parse(("I10", "*D63")).leads() is None


def test_the_first_pattern_without_a_code_is_named() -> None:
    codes = ["I10.x05", "E87.600"]
    assert CodeSet.parse(("I10", "E87.6")).first_unused(codes) is None
    assert CodeSet.parse(("I10", "E99")).first_unused(codes) == "E99"
    assert CodeSet.parse(("I10", "!I11")).first_unused(codes) == "!I11"


@given(st.from_regex(r"[A-Z][0-9]{2}\.[0-9]{3}", fullmatch=True), st.from_regex(r"[A-Z][0-9]{2}", fullmatch=True))
def test_every_member_begins_with_a_lead(code: str, pattern: str) -> None:
    code_set = CodeSet.parse((pattern, "A00-B99"))
    leads = code_set.leads()
    assert leads is not None
    if code in code_set:
        assert code.startswith(tuple(leads))


def test_a_morphology_code_is_meant_by_its_number_alone() -> None:
    """M80000/3 names a tumour; the letters that it shares with osteoporosis mean nothing."""
    assert "M80000/3" not in CodeSet.parse(("M80", "M00-M99", "A00-T98"))
    assert "M80000/3" in CodeSet.parse(("M80000-M99999",))
    assert "M80000/3" in CodeSet.parse(("=M80000/3",))
    assert "M80.900" in CodeSet.parse(("M80",))
