"""Pairs of names for one concept, from the official tables, the abbreviation list and research alias lists."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path

from coder.train.contrastive import Pair


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


def table_synonyms(tables: Path) -> list[Pair]:
    """Name pairs from the map between editions, brackets inside names, aliases in the TCM standards.

    ``tables`` is the folder of official tables as TSV.
    """
    found = [(row["gl_name"], row["yb_name"]) for row in _rows(tables / "map-icd10-gl-2.0-to-nhsa-2.0.tsv")]
    for row in _rows(tables / "synonyms-in-brackets-nhsa-2.0.tsv"):
        found += [(row["bracket_text"], row["full_name"]), (row["outside"], row["full_name"])]
    for table in ("tcm-disease-gbt15657-2021", "tcm-syndrome-gbt15657-2021"):
        found += [(alias, row["name"]) for row in _rows(tables / f"{table}.tsv") for alias in row["aliases"].split("|")]
    return _pairs(found)


def procedure_edition_pairs(tables: Path) -> list[Pair]:
    """Names of one procedure code in two editions, where they differ."""
    nhsa = {row["code"]: row["name"] for row in _rows(tables / "icd9cm3-nhsa-2.0.tsv")}
    return _pairs(
        [(nhsa[row["code"]], row["name"]) for row in _rows(tables / "icd9cm3-pumch-2017.tsv") if row["code"] in nhsa]
    )


def alias_pairs(path: Path) -> list[Pair]:
    """Pairs from a TSV with columns ``alias`` and ``name``."""
    return _pairs([(row["alias"], row["name"]) for row in _rows(path)])


def abbreviation_pairs() -> list[Pair]:
    """Pairs from the shipped list of clinical abbreviations and colloquial forms."""
    with as_file(files("coder.terms").joinpath("data/aliases/clinical-abbreviations.tsv")) as path:
        return alias_pairs(path)


def symptom_pairs(path: Path) -> list[Pair]:
    """Pairs from a JSONL of colloquial ``text`` and symptom ``term``."""
    with path.open(encoding="utf-8") as lines:
        return _pairs([(row["text"], row["term"]) for row in map(json.loads, lines)])


def _pairs(found: list[tuple[str, str]]) -> list[Pair]:
    return [Pair(alias, name) for alias, name in dict.fromkeys(found) if alias and name and alias != name]
