from coder.train.weighing import Example
from eval.rules import record_of
from eval.support import codes_of, pages, table


def test_only_pages_that_may_be_read_are_learned_from() -> None:
    page = next(pages())
    assert record_of("unsupported_high_risk.3-p5-01-x") == "p5-01-x"
    assert codes_of(page)[0] == page["coded"]["principal"]["code"]


def test_the_table_counts_both_sides() -> None:
    known = [Example({"near": place / 40}, holds=place >= 20, record=f"r{place}") for place in range(40)]
    lines = table({"diagnosis": known}).splitlines()
    assert lines[-1].startswith("| diagnosis | 0.4 |")
    assert "of 20" in lines[-1]
