"""The list of clinical abbreviations names only concepts that the tables hold."""

import csv
from importlib.resources import files

from coder.terms import load_system

ROWS = list(
    csv.DictReader(
        files("coder.terms")
        .joinpath("data/aliases/clinical-abbreviations.tsv")
        .read_text(encoding="utf-8")
        .splitlines(),
        delimiter="\t",
    )
)
SYSTEM_OF = {"diagnosis": "icd10-nhsa-2.0", "symptom": "icd10-nhsa-2.0", "procedure": "icd9cm3-nhsa-2.0"}


def test_there_are_at_least_four_hundred() -> None:
    assert len({row["alias"] for row in ROWS}) >= 400


def test_every_name_is_in_its_table() -> None:
    missing = [row["name"] for row in ROWS if not load_system(SYSTEM_OF[row["kind"]]).with_name(row["name"])]
    assert missing == []


def test_an_alias_stands_once_and_is_not_its_own_name() -> None:
    aliases = [row["alias"] for row in ROWS]
    assert len(aliases) == len(set(aliases))
    assert all(row["alias"] != row["name"] for row in ROWS)
