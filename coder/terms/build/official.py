"""The whole build: every official table of the registry, or one table of a hospital's own."""

from __future__ import annotations

import csv
from collections import defaultdict
from importlib.resources import files
from pathlib import Path

from coder.columnar import write_columns
from coder.errors import TableError
from coder.terms.build.clean import clean_code
from coder.terms.build.hierarchy import compile_hierarchy
from coder.terms.build.reader import read_rows
from coder.terms.build.report import BuildReport
from coder.terms.build.systems import Draft, draft_system, write_system
from coder.terms.crosswalk import crosswalk_file
from coder.terms.keys import name_key
from coder.terms.registry import CrosswalkEntry, registry

# Short forms, and whole items of lists as doctors write them, each with the official name that it stands for.
_ALIAS_FILES = {"clinical-abbreviations.tsv": "abbreviation", "clinical-names.tsv": "wording"}
_CLOSING = ("]", "］")
_FAMILIES = ({"diagnosis"}, {"procedure"})


def build_all(tables: Path, folder: Path) -> list[BuildReport]:
    """Compile every system, crosswalk and hierarchy of the registry.

    Args:
        tables: the folder of the official tables.
        folder: where the compiled files go.

    Raises:
        TableError: a table is missing or is not what it should be.
    """
    known = registry()
    reports: list[BuildReport] = []
    drafts: dict[str, tuple[Draft, BuildReport]] = {}
    for system in known.systems:
        report = BuildReport(system.name)
        drafts[system.name] = draft_system(system, read_rows(tables / system.file), report), report
        reports.append(report)
    reports.extend(_compile_crosswalk(crosswalk, tables, folder, drafts) for crosswalk in known.crosswalks)
    for synonym in known.synonyms:
        draft, report = drafts[synonym.system]
        _add_bracket_synonyms(draft, tables / synonym.file, report)
    for draft, _ in drafts.values():
        _add_abbreviations(draft)
    _inherit_aliases({name: draft for name, (draft, _) in drafts.items()})
    for draft, report in drafts.values():
        write_system(draft, folder, report)
    for kind, entry in known.hierarchy.items():
        report = BuildReport(f"hierarchy-{kind}")
        report.note("rows", count=compile_hierarchy(kind, entry, tables, folder))
        reports.append(report)
    return reports


def build_own_system(name: str, source: Path, folder: Path) -> BuildReport:
    """Compile a hospital's own copy of one official table; it then takes the shipped one's place.

    Raises:
        UnknownCodeSystemError: the registry does not know ``name``.
        TableError: the file is not a table with codes and names.
    """
    entry = registry().system(name).model_copy(update={"file": source.name})
    report = BuildReport(name)
    draft = draft_system(entry, read_rows(source), report)
    _add_abbreviations(draft)
    write_system(draft, folder, report)
    return report


def _compile_crosswalk(
    entry: CrosswalkEntry, tables: Path, folder: Path, drafts: dict[str, tuple[Draft, BuildReport]]
) -> BuildReport:
    report = BuildReport(f"{entry.source} → {entry.target}")
    titles = {"gl_code": "source_code", "gl_name": "source_name", "yb_code": "target_code", "yb_name": "target_name"}
    rows = read_rows(tables / entry.file, purpose="crosswalk", rename=titles)
    source = drafts[entry.source][0] if entry.source in drafts else None
    target = drafts[entry.target][0]
    pairs: dict[tuple[str, str], None] = {}
    for row in rows:
        old, new = clean_code(row["source_code"], report), clean_code(row["target_code"], report)
        if new not in target.rows:
            report.note("map_target_unknown", new)
            continue
        if source is not None and old not in source.rows:
            report.note("map_source_unknown", old)
        if old != new:
            report.note("map_changed_code", f"{old} → {new}")
        pairs[(old, new)] = None
        if source is not None and old in source.rows:
            target.add_alias(target.rows[new], source.names[source.rows[old]], "map")
            source.add_alias(source.rows[old], target.names[target.rows[new]], "map")
    report.note("rows", count=len(pairs))
    write_columns(
        folder / crosswalk_file(entry.source, entry.target),
        header={"source": entry.source, "target": entry.target, "file": entry.file},
        columns={"source": [old for old, _ in pairs], "target": [new for _, new in pairs]},
    )
    return report


def _tsv(path: Path, text: str | None = None) -> list[dict[str, str]]:
    if text is None:
        if not path.is_file():
            raise TableError(f"找不到文件 {path.name}：--tables 应指向官方表所在的文件夹")
        text = path.read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))


def _add_bracket_synonyms(draft: Draft, path: Path, report: BuildReport) -> None:
    """Give concepts the names that square brackets set beside theirs: 睡行症［夜游症］ is 睡行症 and 夜游症.

    What stands in round brackets, and in square ones inside a name, qualifies a name and is none itself: of
    支气管哮喘急性发作（中度） neither 中度 is one nor, where several names have it, 支气管哮喘急性发作.
    """
    rows = [(row, draft.rows.get(row["code"])) for row in _tsv(path)]
    owners: dict[str, set[int]] = defaultdict(set)
    for row, index in rows:
        if index is None:
            report.note("alias_unknown_code", row["code"])
            continue
        for text in (row["outside"], row["bracket_text"]):
            owners[name_key(text)].add(index)
    for row, index in rows:
        if index is None:
            continue
        texts = [row["outside"]]
        if row["bracket"] == "[" and row["full_name"].endswith(_CLOSING):
            texts.append(row["bracket_text"])
        for text in texts:
            if len(name_key(text)) > 1 and len(owners[name_key(text)]) == 1:
                draft.add_alias(index, text, "bracket")
            else:
                report.note("alias_of_several")


def _add_abbreviations(draft: Draft) -> None:
    """Give the project's own abbreviations to the concepts of exactly the name that each stands for."""
    by_name: dict[str, list[int]] = defaultdict(list)
    for index, name in enumerate(draft.names):
        by_name[name_key(name)].append(index)
    for (index, _), (text, _) in list(draft.aliases.items()):
        by_name[name_key(text)].append(index)
    for file, kind in _ALIAS_FILES.items():
        resource = files("coder.terms").joinpath("data/aliases", file)
        for row in _tsv(Path(file), resource.read_text(encoding="utf-8")):
            for index in by_name.get(name_key(row["name"]), ()):
                draft.add_alias(index, row["alias"], kind)


def _inherit_aliases(drafts: dict[str, Draft]) -> None:
    """Concepts of the same name in systems of the same kind share their other names."""
    for family in _FAMILIES:
        members = [draft for draft in drafts.values() if draft.entry.kind in family]
        shared: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for draft in members:
            for (index, _), (text, kind) in draft.aliases.items():
                shared[name_key(draft.names[index])].append((text, "wording" if kind == "wording" else "inherited"))
        for draft in members:
            for index, name in enumerate(draft.names):
                for text, kind in shared.get(name_key(name), ()):
                    draft.add_alias(index, text, kind)
