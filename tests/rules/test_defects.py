import json
from collections import Counter
from pathlib import Path
from typing import get_args

from coder.coding import Finding
from coder.rules.entry import Kind
from eval.rules import BY_HAND, Figures, _count, is_expected, report
from eval.rules_defects import DATA, PLANTS, base_pages, defects, judged_defects

FOLDER = DATA / "defects"


def records(part: str) -> list[dict[str, object]]:
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted((FOLDER / part).glob("*.json"))]


def test_there_are_enough_records_of_every_kind_and_clean_ones() -> None:
    for part, least in (("dev", 120), ("retired", 60)):
        given = records(part)
        kinds = Counter(defect["kind"] for record in given for defect in record["expected"])  # type: ignore[attr-defined]
        assert set(kinds) == set(get_args(Kind)), part
        assert sum(kinds.values()) >= least
        assert sum(not record["expected"] for record in given) >= 20


def test_no_text_is_in_both_parts() -> None:
    dev, held_out = ({record["text"] for record in records(part)} for part in ("dev", "held-out"))
    assert not dev & held_out


def test_planting_is_deterministic(tmp_path: Path) -> None:
    pages = base_pages(DATA / "records" / "dev")[:12]
    assert list(defects("dev", pages)) == list(defects("dev", base_pages(DATA / "records" / "dev")[:12]))


def test_planting_leaves_the_base_as_it_was() -> None:
    pages = base_pages(DATA / "records" / "dev")[:20]
    before = json.dumps(pages, ensure_ascii=False)
    for plant in PLANTS.values():
        for page in pages:
            list(plant(page))
    assert json.dumps(pages, ensure_ascii=False) == before


def finding(kind: str, *codes: str, severity: str = "warn") -> Finding:
    return Finding.model_validate(
        {"rule_id": "X-1", "kind": kind, "severity": severity, "message": "…", "codes": codes}
    )


def test_a_finding_is_expected_by_its_kind_and_codes() -> None:
    defect = {"kind": "sex_conflict", "codes": ["N40.x00"]}
    assert is_expected(finding("sex_conflict", "N40.x00", "I10.x09"), defect)
    assert not is_expected(finding("sex_conflict", "I10.x09"), defect)
    assert not is_expected(finding("age_conflict", "N40.x00"), defect)
    assert is_expected(finding("form_field"), {"kind": "form_field", "codes": []})


def test_a_judged_defect_is_found_by_category_or_words() -> None:
    defect = {"kind": "missed_diagnosis", "codes": ["D50.000"], "words": ["缺铁"]}
    assert is_expected(finding("missed_diagnosis", "D50.900"), defect)
    assert not is_expected(finding("missed_diagnosis", "D64.900"), defect)
    said = finding("missed_diagnosis", "D64.900").model_copy(update={"message": "缺铁性贫血没有编码"})
    assert is_expected(said, defect)


def test_judged_defects_change_what_they_say() -> None:
    pages = {page["id"]: page for page in base_pages(DATA / "records" / "dev", generation=2)}
    made = list(judged_defects(list(pages.values())))
    assert sum(not record["expected"] for record in made) == len(pages)
    planted = [record for record in made if record["expected"]]
    assert len(planted) >= 70
    for record in planted:
        base = pages[record["id"].split("-", 2)[2]]
        kept = ("coded", "form", "encounter")
        assert any(record.get(part) != base.get(part) for part in kept), record["id"]
        assert record["text"] == base["text"]


def test_counting() -> None:
    figures = Figures()
    defect = {"kind": "sex_conflict", "codes": ["N40.x00"]}
    _count(
        figures, [defect], (finding("sex_conflict", "N40.x00"), finding("tcm", "A01"), finding("mapping", "N40.x00"))
    )
    _count(figures, [defect], (finding("sex_conflict", severity="hint"),))
    _count(figures, [], (finding("form_field", severity="block"),))
    counts = figures.kinds["sex_conflict"]
    assert (counts.planted, counts.found, counts.right, counts.wrong, counts.wrong_hints) == (2, 1, 1, 1, 1)
    assert (counts.recall, counts.precision, counts.firm_precision) == (0.5, 0.5, 1.0)
    assert figures.kinds["tcm"].wrong == 1
    assert figures.kinds["mapping"].wrong == 0
    assert (figures.records, figures.clean, figures.false_blocks) == (3, 1, 1)


def test_the_report_shows_up_coding_and_missed_coding_together() -> None:
    figures = Figures(milliseconds=[1.0])
    text = report("dev", figures)
    assert "up-coding findings: 0 (right 0); missed-coding findings: 0 (right 0)" in text


def test_what_planting_took_away_and_what_the_table_says_count_neither_way() -> None:
    figures = Figures()
    swapped = [{"kind": "z51_rule", "codes": ["Z51.003"], "taken": ["92.2400x003"]}]
    found = (finding("z51_rule", "Z51.003"), finding("missed_procedure", "92.2400x003"), finding("mapping", "K80.300"))
    _count(figures, swapped, found)
    assert (figures.kinds["z51_rule"].right, figures.kinds["missed_procedure"].wrong) == (1, 0)
    assert figures.kinds["mapping"].wrong == 0
    _count(figures, [], (finding("mapping", "K80.300x005"),))
    assert figures.kinds["mapping"].wrong == 1


def test_pages_with_defects_planted_by_hand_are_sound() -> None:
    for part in BY_HAND:
        given = records(part)
        assert len({record["id"] for record in given}) == len(given) > 80
        kinds = {defect["kind"] for record in given for defect in record["expected"]}  # type: ignore[attr-defined]
        assert kinds <= set(get_args(Kind))
