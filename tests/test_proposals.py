from coder.coding import Assertion
from coder.proposals import find_performed, find_proposals, find_told, proposals_of, selected_of
from coder.record import Record
from coder.select import ProcedureEntry, Span
from coder.suggest.suggestion import ScoredConcept, Suggestion
from coder.text import Mention, read


def test_only_procedures_that_wording_settles_are_performed() -> None:
    reading = read(Record(text="诊疗经过：予床旁CRRT治疗，血钾2.8mmol/L。\n出院诊断：急性肾损伤"))
    assert {code for one in find_performed(reading) for code in one.codes} == {"39.9500x007"}


def test_what_follows_an_inline_heading_is_looked_at() -> None:
    reading = read(Record(text="入院情况：心悸。既往：体健。\n置入临时起搏器。\n出院诊断：三度房室传导阻滞"))
    assert [one.codes for one in find_performed(reading)] == [("37.7800",)]


def test_final_diagnoses_and_procedures_are_asked_about() -> None:
    reading = read(Record(text="入院诊断：肺炎\n诊疗经过：行胃镜检查。\n出院诊断：左胸部带状疱疹"))
    spans = {reading.normalised.text[one.start : one.end] for one in find_proposals(reading)}
    assert "左胸部带状疱疹" in spans
    assert "肺炎" not in spans


def test_codes_that_are_meant_are_not_near_as_well() -> None:
    mention = Mention(0, 2, "痛风", "diagnosis", "body", "list", "present", None, ())
    meant, near, far = (ScoredConcept(code, "", p) for code, p in (("M10.900", 0.9), ("E79.001", 0.4), ("Z00", 0.01)))
    (proposal,) = proposals_of([(mention, Suggestion("痛风", (meant,), (meant, near, far)))])
    assert (proposal.codes, proposal.probabilities, proposal.near) == (("M10.900",), (0.9,), ("E79.001",))
    assert proposals_of([(mention, Suggestion("痛风", (), ()))]) == ()


def told(text: str) -> list[tuple[str, ...]]:
    return [one.codes for one in find_told(read(Record(text=text)))]


def test_clauses_tell_of_operations_that_no_name_or_wording_tells() -> None:
    assert told("诊疗经过：次日在全麻下切除左半结肠。") == [("45.7500",)]


def test_what_was_not_done_or_has_no_site_is_not_told() -> None:
    assert told("诊疗经过：家属要求切除左半结肠。") == []
    assert told("诊疗经过：未切除左半结肠。") == []
    assert told("诊疗经过：予切开引流。") == []
    assert told("既往史：切除左半结肠。") == []


def test_abbreviations_are_read_as_the_pipeline_reads_them() -> None:
    (proposal,) = find_proposals(read(Record(text="入院后血淀粉酶升高。\n出院诊断：SAP")))
    assert proposal.codes[0].startswith("K85")


def test_what_was_selected_without_what_the_page_says_already() -> None:
    def entry(code: str, assertion: Assertion = "present") -> ProcedureEntry:
        return ProcedureEntry(ScoredConcept(code, "", 0.9), "other", assertion, (Span(3, 7),), ())

    entries = (entry("51.2300"), entry("54.2100x006"), entry("55.5103", "historical"))
    assert [one.code for one in selected_of(entries)] == ["51.2300", "54.2100x006"]
    assert [one.code for one in selected_of(entries, coded=["51.2300"])] == ["51.2300"]
    assert selected_of(entries)[0].places == ((3, 7),)
