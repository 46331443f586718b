"""A city's scheme from its published lists: no Python, only lists and a scheme whose rules they follow.

A city publishes lists; how an MDC or ADRG asks for them (newborn weights, several injured sites, two lists of
procedures at once) hardly ever changes. The build takes those conditions from a base scheme and every list from the
city. An ADRG that the base does not know asks for what its lists hold: a principal of its diagnosis list, a main
procedure of its procedure list, both if it has both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from coder.errors import TableError
from coder.group.definition import AdrgRule, Ambiguous, Condition, Drg, Mdc, SchemeDefinition
from coder.group.tabular import TableRow, numbered_word, read_lists, vocabulary
from coder.terms.keys import code_key
from coder.terms.system import load_system

#: Conditions that ask for one list of codes.
LISTED_ROLES = ("principal_diagnosis", "any_diagnosis", "other_diagnosis", "main_procedure")


@dataclass(frozen=True, slots=True)
class BuildResult:
    """A scheme made from lists, and what was made of them.

    Attributes:
        lists: sheet or file → the list it is and its number of rows.
        ignored: sheets and files that are no list of a scheme.
        kept: lists that the city did not give and that stay as in the base scheme.
    """

    definition: SchemeDefinition
    lists: dict[str, tuple[str, int]]
    ignored: tuple[str, ...]
    kept: tuple[str, ...]


def build_scheme(
    source: Path, *, name: str, edition: str, base: SchemeDefinition, ambiguous: Ambiguous | None = None
) -> BuildResult:
    """Make a scheme from a city's lists.

    Args:
        source: a workbook with a sheet a list, or a folder with a file a list.
        name: the new scheme's name, such as ``suzhou-2024``.
        edition: its official title, kept as provenance.
        base: the scheme whose conditions hold where the city's lists do not say otherwise.
        ambiguous: the QY switch, the base's if not given.

    Raises:
        TableError: a list is wrong; the message names file, sheet, row and column.
    """
    lists, ignored = read_lists(source)
    if not lists:
        raise TableError(
            f"{source.name}：没有找到任何分组方案列表；工作表或文件名应含 MDC、ADRG、DRG、CC、MCC、排除表 等字样"
        )
    by_kind: dict[str, list[TableRow]] = {}
    for table in lists:
        by_kind.setdefault(table.kind, []).extend(table)
    builder = _Builder(base)
    data: dict[str, Any] = base.model_dump(exclude_none=True)
    data.update(scheme=name, edition=edition, ambiguous=ambiguous or base.ambiguous)
    if rows := by_kind.get("mdc"):
        data["mdcs"] = builder.mdcs(rows)
    if rows := by_kind.get("adrg"):
        data["adrg_rules"] = builder.adrg_rules(rows)
    if rows := by_kind.get("drg"):
        data["drgs"] = [_drg(row) for row in rows]
    levels = [*_with_level(by_kind.get("mcc", ()), "mcc"), *_with_level(by_kind.get("cc", ()), "cc")]
    if levels:
        data["cc"], data["mcc"] = builder.severity_lists(levels)
    if rows := by_kind.get("exclusion"):
        data["exclusion_table_of_principal"] = builder.exclusions(rows)
    if rows := by_kind.get("valid_procedures"):
        data["valid_procedures"] = {builder.procedure(row) for row in rows}
    weighted = by_kind.get("weights", [row for row in by_kind.get("drg", ()) if row.get("weight")])
    data["weights"] = {row.required("drg"): row.number("weight") for row in weighted}
    data["rates"] = {row.required("rate_name"): row.number("rate") for row in by_kind.get("rates", ())}
    data["sets"] = builder.used_sets(data["mdcs"], data["adrg_rules"])
    return BuildResult(
        definition=SchemeDefinition.model_validate(data),
        lists={table.name: (table.kind, len(table.rows)) for table in lists},
        ignored=tuple(ignored),
        kept=tuple(
            kind for kind in ("mdc", "adrg", "drg", "mcc", "exclusion", "valid_procedures") if kind not in by_kind
        ),
    )


class _Builder:
    """Turns rows into rules; holds the base's conditions and the sets that come up."""

    def __init__(self, base: SchemeDefinition) -> None:
        self._base = base
        self._sets: dict[str, frozenset[str]] = dict(base.sets)
        self._spelling = {
            "diagnosis": {code_key(code): code for code in load_system(base.diagnosis_system).codes},
            "procedure": {code_key(code): code for code in load_system(base.procedure_system).codes},
        }

    def mdcs(self, rows: Sequence[TableRow]) -> list[Mdc]:
        """MDCs: order, sex, age and other conditions from the base, principals and sites from the rows."""
        listed: dict[str, list[TableRow]] = {}
        for row in rows:
            listed.setdefault(row.required("mdc").removeprefix("MDC"), []).append(row)
        known = {mdc.code: mdc for mdc in self._base.mdcs}
        order = [mdc.code for mdc in self._base.mdcs] + [code for code in listed if code not in known]
        mdcs = []
        for code in order:
            old, own = known.get(code), listed.get(code, [])
            if old is None:
                name = own[0].required("mdc_name")
                when = Condition(principal_diagnosis=self._add(f"{code}:principal", map(self.diagnosis, own)))
                mdcs.append(Mdc(code=code, name=name, when=when))
            elif own:
                name = own[0].get("mdc_name") or old.name
                mdcs.append(Mdc(code=code, name=name, when=self._relisted_mdc(old, own)))
            else:
                mdcs.append(old)
        return mdcs

    def adrg_rules(self, rows: Sequence[TableRow]) -> list[AdrgRule]:
        """ADRG rules in the order of the rows; an ADRG's conditions come from the base where it knows the ADRG."""
        listed: dict[str, dict[str, list[TableRow]]] = {}
        for row in rows:
            listed.setdefault(row.required("adrg"), {}).setdefault(row.get("rule") or "1", []).append(row)
        known: dict[str, list[AdrgRule]] = {}
        for rule in self._base.adrg_rules:
            known.setdefault(rule.adrg, []).append(rule)
        rules = []
        for adrg, by_rule in listed.items():
            for position, own in enumerate(by_rule.values()):
                old = known.get(adrg, [])[position : position + 1]
                first = own[0]
                name = first.get("adrg_name") or (old[0].name if old else first.required("adrg_name"))
                mdc = first.get("mdc").removeprefix("MDC") or (old[0].mdc if old else adrg[0])
                when = self._condition(f"{adrg}.{position + 1}", own, old[0].when if old else Condition())
                rules.append(AdrgRule(adrg=adrg, mdc=mdc, name=name, when=when))
        unlisted = [rule for rule in self._base.adrg_rules if rule.adrg not in listed and _has_no_list(rule.when)]
        return _in_place(rules, unlisted, self._base.adrg_rules)

    def severity_lists(self, rows: Iterable[tuple[TableRow, str]]) -> tuple[dict[str, int], dict[str, int]]:
        """The CC and the MCC list with their exclusion tables."""
        lists: dict[str, dict[str, int]] = {"cc": {}, "mcc": {}}
        for row, default in rows:
            level = row.word("level", vocabulary().levels) or default
            code = self.diagnosis(row)
            if code in lists["cc"] or code in lists["mcc"]:
                raise TableError(f"{row.place('code')}：{code} 重复出现；请删去其一")
            lists[level][code] = _table_number(row)
        return lists["cc"], lists["mcc"]

    def exclusions(self, rows: Iterable[TableRow]) -> dict[str, int]:
        """The exclusion table of each principal."""
        tables: dict[str, int] = {}
        for row in rows:
            code, number = self.diagnosis(row), _table_number(row)
            if tables.setdefault(code, number) != number:
                raise TableError(
                    f"{row.place('code')}：{code} 已属于排除表{tables[code]}；一个主要诊断只能属于一个排除表"
                )
        return tables

    def diagnosis(self, row: TableRow) -> str:
        """The diagnosis code of a row, in the code table's own spelling; one it does not know stays as written."""
        return self._code(row, "diagnosis")

    def procedure(self, row: TableRow) -> str:
        """The procedure code of a row, in the code table's own spelling; one it does not know stays as written."""
        return self._code(row, "procedure")

    def used_sets(self, mdcs: Iterable[Any], rules: Iterable[Any]) -> dict[str, frozenset[str]]:
        """The sets that the finished rules name."""
        conditions = [
            Condition.model_validate(item["when"] if isinstance(item, dict) else item.when) for item in (*mdcs, *rules)
        ]
        names = {name for when in conditions for name in when.diagnosis_sets | when.procedure_sets}
        return {name: self._sets[name] for name in sorted(names)}

    def _code(self, row: TableRow, kind: str) -> str:
        code = row.required("code")
        return self._spelling[kind].get(code_key(code), code)

    def _relisted_mdc(self, old: Mdc, rows: Sequence[TableRow]) -> Condition:
        """An MDC's condition with the city's principals, or its lists by injured site."""
        when = old.when
        if when.principal_and_sites:
            by_site: dict[str, list[str]] = {}
            for row in rows:
                by_site.setdefault(row.required("site"), []).append(self.diagnosis(row))
            sites = {site: self._add(f"{old.code}:{site}", codes) for site, codes in by_site.items()}
            return when.model_copy(
                update={"principal_and_sites": when.principal_and_sites.model_copy(update={"sites": sites})}
            )
        holders = [condition for condition in when.walk() if condition.principal_diagnosis]
        if not holders:
            raise TableError(f"{rows[0].place('mdc')}：MDC{old.code}不按主要诊断入组，不能给主诊表；请删去这些行")
        name = self._add(f"{old.code}:principal", map(self.diagnosis, rows))
        return _replaced(when, {cast(str, holders[0].principal_diagnosis): name})

    def _condition(self, key: str, rows: Sequence[TableRow], old: Condition) -> Condition:
        """An ADRG rule's condition: the base's, with the lists that the rows give."""
        lists: dict[tuple[str, int], list[str]] = {}
        for row in rows:
            role, number = self._role(row)
            is_procedure = role in ("main_procedure", "procedures_all_of")
            code = self.procedure(row) if is_procedure else self.diagnosis(row)
            lists.setdefault((role, number), []).append(code)
        update: dict[str, Any] = dict.fromkeys((*LISTED_ROLES, "procedures_all_of"))
        for (role, _), codes in lists.items():
            if role != "procedures_all_of":
                update[role] = self._add(f"{key}:{role}", codes)
        numbered = sorted((number, codes) for (role, number), codes in lists.items() if role == "procedures_all_of")
        if numbered:
            update["procedures_all_of"] = tuple(self._add(f"{key}:procedure{number}", c) for number, c in numbered)
        return old.model_copy(update=update)

    def _role(self, row: TableRow) -> tuple[str, int]:
        """What a row's code is to its ADRG; without a role column the code's own kind decides."""
        text = row.get("role")
        if not text:
            code = row.required("code")
            return ("main_procedure" if code[:1].isdigit() else "principal_diagnosis"), 0
        roles = vocabulary().roles
        number = numbered_word(text, roles["procedures_all_of"])
        if number is not None:
            return "procedures_all_of", number
        plain = {role: words for role, words in roles.items() if role != "procedures_all_of"}
        return row.word("role", plain) or "", 0

    def _add(self, name: str, codes: Iterable[str]) -> str:
        self._sets[name] = frozenset(codes)
        return name


def _drg(row: TableRow) -> Drg:
    code = row.required("drg")
    severity = row.word("severity", vocabulary().severities)
    if severity is None:
        severity = vocabulary().severity_of_last_character.get(code[-1])
        if severity is None:
            raise TableError(f"{row.place('drg')}：从 {code} 的末位看不出严重程度；请补充一列「严重程度」")
    return Drg(
        drg=code,
        name=row.required("drg_name"),
        adrg=row.get("adrg") or code[:3],
        severity=severity,
    )


def _with_level(rows: Iterable[TableRow], level: str) -> Iterable[tuple[TableRow, str]]:
    return ((row, level) for row in rows)


def _table_number(row: TableRow) -> int:
    text = row.required("table")
    digits = "".join(character for character in text if character.isdecimal())
    if not digits or not 0 < int(digits) < 1 << 16:
        raise TableError(f"{row.place('table')}：{text[:20]} 不是排除表号；应为正整数，可带“表”字")
    return int(digits)


def _has_no_list(when: Condition) -> bool:
    return not when.diagnosis_sets and not when.procedure_sets


def _replaced(when: Condition, names: dict[str, str]) -> Condition:
    """A condition with some of its principal lists renamed."""
    principal = when.principal_diagnosis
    return when.model_copy(
        update={
            "principal_diagnosis": names.get(principal, principal) if principal else None,
            "any_of": tuple(_replaced(part, names) for part in when.any_of) if when.any_of else None,
        }
    )


def _in_place(rules: list[AdrgRule], unlisted: Sequence[AdrgRule], order: Sequence[AdrgRule]) -> list[AdrgRule]:
    """Put rules that need no list (any valid procedure, no procedure) back where the base has them."""
    follower: dict[str, str | None] = {}
    adrgs = list(dict.fromkeys(rule.adrg for rule in order))
    present = {rule.adrg for rule in rules}
    for rule in unlisted:
        later = adrgs[adrgs.index(rule.adrg) + 1 :]
        same_mdc = {other.adrg for other in order if other.mdc == rule.mdc}
        follower[rule.adrg] = next((adrg for adrg in later if adrg in present and adrg in same_mdc), None)
    for rule in reversed(unlisted):
        before = follower[rule.adrg]
        position = next((i for i, other in enumerate(rules) if other.adrg == before), len(rules))
        rules.insert(position, rule)
    return rules
