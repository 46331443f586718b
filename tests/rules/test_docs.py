from pathlib import Path

from coder.rules.docs import pages, write_docs
from coder.rules.entry import RuleEntry

DOCS = Path(__file__).parents[2] / "docs" / "rules"


def test_the_pages_are_those_of_the_rules(library: list[RuleEntry]) -> None:
    wanted = pages(library)
    assert {path.name for path in DOCS.glob("*.md")} == set(wanted)
    for name, text in wanted.items():
        assert (DOCS / name).read_text(encoding="utf-8") == text, name


def test_there_is_one_page_a_rule_and_an_index(library: list[RuleEntry]) -> None:
    assert len(pages(library)) == len(library) + 1


def test_a_page_says_what_the_rule_is_and_rests_on(library: list[RuleEntry]) -> None:
    page = pages(library)["MDX-004.md"]
    for words in (
        "# MDX-004",
        "gray_principal",
        "阻断",
        "医保结算清单/分组",
        "## 条件",
        "gray: principal",
        "## 触发的样例",
    ):
        assert words in page


def test_pages_of_rules_that_are_no_more_go(tmp_path: Path, library: list[RuleEntry]) -> None:
    (tmp_path / "OLD-001.md").write_text("x", encoding="utf-8")
    assert write_docs(library[:2], tmp_path) == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["README.md", *(f"{r.id}.md" for r in library[:2])]
    )
