import pytest

from coder.coding import Assertion
from coder.pipeline import Coder, CoderConfig
from coder.proposals import performed_of, proposals_of, selected_of
from coder.record import Record
from coder.rules import Page, RuleInput
from coder.rules.model import PageDiagnosis
from coder.select import ProcedureEntry, Span
from coder.suggest.suggestion import ScoredConcept, Suggestion
from coder.text import Mention, read


@pytest.fixture(scope="module")
def coder() -> Coder:
    return Coder.load(CoderConfig(rules=False, tcm=False))


def asked(coder: Coder, text: str) -> RuleInput:
    return coder.beside(RuleInput(reading=read(Record(text=text)), page=Page()))


def test_only_procedures_that_wording_settles_are_performed(coder: Coder) -> None:
    given = asked(coder, "诊疗经过：予床旁CRRT治疗，血钾2.8mmol/L。\n出院诊断：急性肾损伤")
    assert {code for one in given.performed for code in one.codes} == {"39.9500x007"}


def test_what_a_procedure_of_the_page_says_already_is_not_performed() -> None:
    mention = Mention(0, 4, "腹腔引流", "procedure", "body", "narrative", "present", None, ())
    concept = ScoredConcept("54.2100x006", "", 0.9)
    suggestion = Suggestion("腹腔引流", (concept,), (concept,), settled=True)
    assert [one.codes for one in performed_of([(mention, suggestion)])] == [("54.2100x006",)]
    assert performed_of([(mention, suggestion)], coded=["51.2300"]) == ()


def test_final_diagnoses_and_procedures_are_asked_about(coder: Coder) -> None:
    text = "入院诊断：肺炎\n诊疗经过：行胃镜检查。\n出院诊断：左胸部带状疱疹"
    given = asked(coder, text)
    words = {given.reading.normalised.text[one.start : one.end] for one in given.proposals}
    assert "左胸部带状疱疹" in words
    assert "肺炎" not in words


def test_codes_that_are_meant_are_not_near_as_well() -> None:
    reading = read(Record(text="出院诊断：痛风"))
    mention = Mention(5, 7, "痛风", "diagnosis", "discharge_diagnosis", "list", "present", None, ())
    meant, near, far = (ScoredConcept(code, "", p) for code, p in (("M10.900", 0.9), ("E79.001", 0.4), ("Z00", 0.01)))
    (proposal,) = proposals_of([(mention, Suggestion("痛风", (meant,), (meant, near, far)))], reading)
    assert (proposal.codes, proposal.probabilities, proposal.near) == (("M10.900",), (0.9,), ("E79.001",))
    assert proposals_of([(mention, Suggestion("痛风", (), ()))], reading) == ()


def test_abbreviations_are_read_as_the_pipeline_reads_them(coder: Coder) -> None:
    (proposal,) = asked(coder, "入院后血淀粉酶升高。\n出院诊断：SAP").proposals
    assert proposal.codes[0].startswith("K85")


def test_what_was_selected_without_what_the_page_says_already() -> None:
    def entry(code: str, assertion: Assertion = "present") -> ProcedureEntry:
        return ProcedureEntry(ScoredConcept(code, "", 0.9), "other", assertion, (Span(3, 7),), ())

    entries = (entry("51.2300"), entry("54.2100x006"), entry("55.5103", "historical"))
    assert [one.code for one in selected_of(entries)] == ["51.2300", "54.2100x006"]
    assert [one.code for one in selected_of(entries, coded=["51.2300"])] == ["51.2300"]
    assert selected_of(entries)[0].places == ((3, 7),)


@pytest.mark.parametrize(
    ("principal", "others", "code", "says_why"),
    [
        ("I25.103", ("I20.000",), "I20.000", True),
        ("I20.000", ("I25.103",), "I20.000", False),
        ("I10.x04", ("E11.900",), "I20.000", False),
        ("K35.800", ("I20.000",), "I20.000", False),
    ],
)
def test_what_selection_takes_as_principal_and_why(
    coder: Coder, principal: str, others: tuple[str, ...], code: str, says_why: bool
) -> None:
    text = "诊疗经过：冠脉造影后植入支架。\n出院诊断：1.不稳定型心绞痛 2.冠状动脉粥样硬化性心脏病 3.高血压2级"
    page = Page(
        diagnoses=(
            PageDiagnosis(code=principal, place="principal"),
            *(PageDiagnosis(code=other) for other in others),
        )
    )
    leading = coder.beside(RuleInput(reading=read(Record(text=text)), page=page)).leading
    assert leading is not None
    assert (leading.code, bool(leading.reason)) == (code, says_why)
    assert all(start < end for start, end in leading.places)


def test_without_a_principal_on_the_page_nothing_leads(coder: Coder) -> None:
    assert asked(coder, "出院诊断：急性阑尾炎").leading is None
