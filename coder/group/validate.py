"""What is wrong or odd in a scheme's tables, before anyone is paid by them.

A grouper with an incomplete table answers "no group" silently; these checks say so when the table is made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final, Literal

from coder.group.definition import AdrgRule, Condition, SchemeDefinition
from coder.terms.system import load_system

IssueLevel = Literal["error", "warning", "note"]
_EXAMPLES: Final = 5
_LONE_LISTS: Final = frozenset({"principal_diagnosis", "any_diagnosis", "main_procedure"})


@dataclass(frozen=True, slots=True)
class SchemeIssue:
    """One thing to look at: ``error`` breaks grouping, ``warning`` may, ``note`` is worth knowing."""

    level: IssueLevel
    check: str
    message: str
    codes: tuple[str, ...] = ()


def validate(definition: SchemeDefinition) -> list[SchemeIssue]:
    """Check a scheme against itself and against the code tables; errors first."""
    issues = [
        *_unknown_codes(definition),
        *_sets(definition),
        *_structure(definition),
        *_severity_ladders(definition),
        *_severity_lists(definition),
        *_mdc_overlaps(definition),
        *_unreachable(definition),
        *_uncovered(definition),
    ]
    order = {"error": 0, "warning": 1, "note": 2}
    return sorted(issues, key=lambda issue: order[issue.level])


def _unknown_codes(definition: SchemeDefinition) -> Iterable[SchemeIssue]:
    diagnoses, procedures = load_system(definition.diagnosis_system), load_system(definition.procedure_system)
    lists: list[tuple[str, Collection[str], Collection[str]]] = [
        ("CC列表", definition.cc, diagnoses.codes),
        ("MCC列表", definition.mcc, diagnoses.codes),
        ("排除表", definition.exclusion_table_of_principal, diagnoses.codes),
        ("有效手术操作列表", definition.valid_procedures, procedures.codes),
        ("诊断列表", _members(definition, definition.diagnosis_set_names), diagnoses.codes),
        ("手术操作列表", _members(definition, definition.procedure_set_names), procedures.codes),
    ]
    for name, codes, table in lists:
        unknown = sorted(set(codes) - set(table))
        if unknown:
            yield _issue("warning", "unknown-code", f"{name}有{len(unknown)}个编码不在标准编码表中", unknown)


def _sets(definition: SchemeDefinition) -> Iterable[SchemeIssue]:
    used = definition.diagnosis_set_names | definition.procedure_set_names
    for name in sorted(used - definition.sets.keys()):
        yield _issue("error", "missing-set", f"规则引用的列表{name}不存在")
    for name, codes in definition.sets.items():
        if not codes:
            yield _issue("error", "empty-set", f"列表{name}是空的，引用它的规则永远不会命中")
        if name not in used:
            yield _issue("warning", "unused-set", f"列表{name}没有被任何规则引用")


def _structure(definition: SchemeDefinition) -> Iterable[SchemeIssue]:
    mdcs = {mdc.code for mdc in definition.mdcs}
    ruled = {rule.adrg for rule in definition.adrg_rules}
    grouped = {drg.adrg for drg in definition.drgs}
    yield from _each("error", "adrg-without-drg", "ADRG没有任何DRG", sorted(ruled - grouped))
    yield from _each("error", "drg-without-adrg", "DRG所属的ADRG没有入组规则", sorted(grouped - ruled))
    yield from _each(
        "error",
        "adrg-without-mdc",
        "ADRG所属的MDC不存在",
        sorted({r.adrg for r in definition.adrg_rules if r.mdc not in mdcs}),
    )
    yield from _each(
        "error", "mdc-without-adrg", "MDC没有任何ADRG", sorted(mdcs - {rule.mdc for rule in definition.adrg_rules})
    )
    doubled = [code for code, count in Counter(drg.drg for drg in definition.drgs).items() if count > 1]
    yield from _each("error", "double-drg", "DRG编码重复", sorted(doubled))
    yield from _each(
        "warning",
        "drg-prefix",
        "DRG编码不以其ADRG开头",
        [d.drg for d in definition.drgs if not d.drg.startswith(d.adrg)],
    )
    unweighted = [drg.drg for drg in definition.drgs if drg.drg not in definition.weights]
    if definition.weights and unweighted:
        yield _issue("warning", "no-weight", f"{len(unweighted)}个DRG没有权重", unweighted)


def _severity_ladders(definition: SchemeDefinition) -> Iterable[SchemeIssue]:
    ladders: dict[str, list[str]] = {}
    for drg in definition.drgs:
        ladders.setdefault(drg.adrg, []).append(drg.severity)
    for adrg, severities in ladders.items():
        if "none" not in severities:
            yield _issue(
                "error", "no-base-drg", f"{adrg}没有不伴并发症或合并症（或不区分）的DRG，无CC的病例无组可入", [adrg]
            )
        if len(set(severities)) < len(severities):
            yield _issue("error", "double-severity", f"{adrg}有多个同一严重程度的DRG", [adrg])


def _severity_lists(definition: SchemeDefinition) -> Iterable[SchemeIssue]:
    both = sorted(definition.cc.keys() & definition.mcc.keys())
    if both:
        yield _issue("error", "cc-and-mcc", f"{len(both)}个诊断同时是CC和MCC", both)
    excluding = set(definition.exclusion_table_of_principal.values())
    tables = Counter([*definition.cc.values(), *definition.mcc.values()])
    for table in sorted(tables.keys() - excluding):
        yield _issue(
            "note", "table-never-excludes", f"排除表{table}没有主要诊断，其{tables[table]}个CC/MCC永远不会被排除"
        )


def _mdc_overlaps(definition: SchemeDefinition) -> Iterable[SchemeIssue]:
    first: dict[str, str] = {}
    overlaps: dict[tuple[str, str], list[str]] = {}
    for mdc in definition.mdcs:
        for condition in mdc.when.walk():
            for code in definition.sets.get(condition.principal_diagnosis or "", ()):
                earlier = first.setdefault(code, mdc.code)
                if earlier != mdc.code:
                    overlaps.setdefault((earlier, mdc.code), []).append(code)
    for (earlier, later), codes in overlaps.items():
        yield _issue(
            "note",
            "mdc-overlap",
            f"{len(codes)}个主要诊断同时在MDC{earlier}与MDC{later}的主诊表内，按顺序先判断MDC{earlier}",
            codes,
        )


def _unreachable(definition: SchemeDefinition) -> Iterable[SchemeIssue]:
    """Rules that no case can meet: everything they ask for is taken earlier, or lies outside the MDC."""
    principals = {mdc.code: _entry_principals(definition, mdc.when) for mdc in definition.mdcs}
    taken: dict[tuple[str, str], set[str]] = {}
    ways: dict[str, list[bool]] = {}
    for rule in definition.adrg_rules:
        asked = definition.sets.get(rule.when.principal_diagnosis or "", frozenset())
        entry = principals.get(rule.mdc)
        inside = asked if entry is None else asked & entry
        outside = sorted(asked - inside)
        if outside:
            yield _issue(
                "note",
                "outside-mdc",
                f"{rule.adrg}的{len(outside)}个主要诊断不在MDC{rule.mdc}的主诊表内，不会因此入组",
                outside,
            )
        open_ = not (rule.when.principal_diagnosis and not inside)
        if lone := _lone_set(rule):
            kind, name = lone
            codes = inside if kind == "principal_diagnosis" else definition.sets.get(name, frozenset())
            before = taken.setdefault((rule.mdc, kind), set())
            open_ = open_ and bool(codes - before)
            before |= codes
        ways.setdefault(rule.adrg, []).append(open_)
    yield from _each(
        "warning", "unreachable", "ADRG没有任何病例可入", [adrg for adrg, open_ in ways.items() if not any(open_)]
    )


def _uncovered(definition: SchemeDefinition) -> Iterable[SchemeIssue]:
    for mdc in definition.mdcs:
        principals = definition.sets.get(mdc.when.principal_diagnosis or "", frozenset())
        rules = [rule for rule in definition.adrg_rules if rule.mdc == mdc.code and not rule.when.is_surgical]
        if any(rule.when.principal_diagnosis is None for rule in rules):
            continue
        covered = {code for rule in rules for code in definition.sets.get(rule.when.principal_diagnosis or "", ())}
        missing = sorted(principals - covered)
        if missing:
            yield _issue(
                "note",
                "no-medical-group",
                f"MDC{mdc.code}有{len(missing)}个主要诊断不属于任何内科组，无相应手术时无组可入",
                missing,
            )


def _entry_principals(definition: SchemeDefinition, when: Condition) -> frozenset[str] | None:
    """The principals that an MDC takes, ``None`` where others than listed ones can enter."""
    if when.any_of or when.any_diagnosis or when.any_diagnosis_prefix:
        return None
    if when.principal_and_sites:
        return frozenset().union(*(definition.sets[name] for name in when.principal_and_sites.sites.values()))
    return definition.sets.get(when.principal_diagnosis) if when.principal_diagnosis else None


def _lone_set(rule: AdrgRule) -> tuple[str, str] | None:
    """The kind and name of a rule's only demand, where that is one list."""
    asked = rule.when.model_dump(exclude_none=True)
    if len(asked) != 1:
        return None
    kind, name = next(iter(asked.items()))
    return (kind, name) if kind in _LONE_LISTS else None


def _members(definition: SchemeDefinition, names: Iterable[str]) -> set[str]:
    return set().union(*(definition.sets.get(name, frozenset()) for name in names))


def _each(level: IssueLevel, check: str, text: str, codes: Collection[str]) -> Iterable[SchemeIssue]:
    if codes:
        yield _issue(level, check, f"{text}：{len(codes)}个", codes)


def _issue(level: IssueLevel, check: str, text: str, codes: Collection[str] = ()) -> SchemeIssue:
    shown = "、".join(sorted(codes)[:_EXAMPLES])
    more = "等" if len(codes) > _EXAMPLES else ""
    return SchemeIssue(level, check, f"{text}（{shown}{more}）" if shown else text, tuple(sorted(codes)))
