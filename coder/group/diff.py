"""What changes from one scheme to another: groups, rules, lists, and what the same diagnosis is now."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from coder.group.definition import Condition, SchemeDefinition


@dataclass(frozen=True, slots=True)
class Difference:
    """One kind of change and what it concerns, each item as a coder would name it."""

    kind: str
    items: tuple[str, ...]


def diff(old: SchemeDefinition, new: SchemeDefinition) -> list[Difference]:
    """Compare two schemes; kinds without a change are left out.

    >>> from coder.group import load_scheme
    >>> from coder.group.compiled import definition_of
    >>> one = definition_of(load_scheme("chs-drg-1.1").compiled)
    >>> diff(one, one)
    []
    """
    old_adrgs = {rule.adrg: rule.name for rule in old.adrg_rules}
    new_adrgs = {rule.adrg: rule.name for rule in new.adrg_rules}
    old_levels, new_levels = _levels(old), _levels(new)
    old_mdc, new_mdc = _mdc_of_principal(old), _mdc_of_principal(new)
    sections = [
        *_names("MDC", {m.code: m.name for m in old.mdcs}, {m.code: m.name for m in new.mdcs}),
        *_names("ADRG", old_adrgs, new_adrgs),
        *_names("DRG", {d.drg: d.name for d in old.drgs}, {d.drg: d.name for d in new.drgs}),
        ("入组规则改变的ADRG", _changed_rules(old, new)),
        ("改入其他MDC的主要诊断", _moved(old_mdc, new_mdc, "MDC")),
        ("CC与MCC改变的诊断", _moved(old_levels, new_levels, "")),
        ("所排除的CC与MCC改变的主要诊断", _regrouped(old, new)),
        *_codes("有效手术操作", old.valid_procedures, new.valid_procedures),
        ("权重改变的DRG", _weights(old, new)),
    ]
    return [Difference(kind, tuple(items)) for kind, items in sections if items]


def _names(noun: str, old: Mapping[str, str], new: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    renamed = [f"{code} {old[code]} → {new[code]}" for code in old if code in new and old[code] != new[code]]
    return [
        (f"新增的{noun}", [f"{code} {new[code]}" for code in new if code not in old]),
        (f"取消的{noun}", [f"{code} {old[code]}" for code in old if code not in new]),
        (f"改名的{noun}", renamed),
    ]


def _codes(noun: str, old: Collection[str], new: Collection[str]) -> list[tuple[str, list[str]]]:
    return [(f"新增的{noun}", sorted(set(new) - set(old))), (f"取消的{noun}", sorted(set(old) - set(new)))]


def _changed_rules(old: SchemeDefinition, new: SchemeDefinition) -> list[str]:
    before, after = _rules(old), _rules(new)
    items = []
    for adrg in before:
        if adrg not in after or before[adrg] == after[adrg]:
            continue
        if [shape for shape, _ in before[adrg]] != [shape for shape, _ in after[adrg]]:
            items.append(f"{adrg} 条件改变")
            continue
        gained = lost = 0
        for (_, lists_before), (_, lists_after) in zip(before[adrg], after[adrg], strict=True):
            for one, other in zip(lists_before, lists_after, strict=True):
                gained += len(other - one)
                lost += len(one - other)
        items.append(f"{adrg} 列表增加{gained}个编码、减少{lost}个编码")
    return items


def _rules(definition: SchemeDefinition) -> dict[str, list[tuple[object, list[frozenset[str]]]]]:
    """For each ADRG its rules: the shape of each condition, and its lists in order."""
    rules: dict[str, list[tuple[object, list[frozenset[str]]]]] = {}
    for rule in definition.adrg_rules:
        lists: list[frozenset[str]] = []
        shape = _shape(rule.when, definition, lists)
        rules.setdefault(rule.adrg, []).append((shape, lists))
    return rules


def _shape(when: Condition, definition: SchemeDefinition, lists: list[frozenset[str]]) -> object:
    """A condition without its lists, which go to ``lists`` in a fixed order; set names do not count."""
    shape: list[object] = []
    for field, value in when.model_dump(exclude_none=True).items():
        if field in ("principal_diagnosis", "any_diagnosis", "other_diagnosis", "main_procedure"):
            lists.append(definition.sets[value])
            shape.append(field)
        elif field == "procedures_all_of":
            lists.extend(definition.sets[name] for name in value)
            shape.append((field, len(value)))
        elif field == "any_of":
            shape.append((field, tuple(_shape(condition, definition, lists) for condition in when.any_of or ())))
        else:
            shape.append((field, str(value)))
    return tuple(shape)


def _levels(definition: SchemeDefinition) -> dict[str, str]:
    return {**dict.fromkeys(definition.cc, "CC"), **dict.fromkeys(definition.mcc, "MCC")}


def _mdc_of_principal(definition: SchemeDefinition) -> dict[str, str]:
    found: dict[str, str] = {}
    for mdc in definition.mdcs:
        for condition in mdc.when.walk():
            for code in definition.sets.get(condition.principal_diagnosis or "", ()):
                found.setdefault(code, mdc.code)
    return found


def _moved(old: Mapping[str, str], new: Mapping[str, str], prefix: str) -> list[str]:
    def shown(value: str | None) -> str:
        return f"{prefix}{value}" if value else "无"

    return [
        f"{code} {shown(old.get(code))} → {shown(new.get(code))}"
        for code in sorted(old.keys() | new.keys())
        if old.get(code) != new.get(code)
    ]


def _regrouped(old: SchemeDefinition, new: SchemeDefinition) -> list[str]:
    """Principals whose table excludes other diagnoses than before; how the tables are numbered does not count."""
    before, after = _excluded(old), _excluded(new)
    old_tables, new_tables = old.exclusion_table_of_principal, new.exclusion_table_of_principal
    return [
        code
        for code in sorted(old_tables.keys() & new_tables.keys())
        if before[old_tables[code]] != after[new_tables[code]]
    ]


def _excluded(definition: SchemeDefinition) -> dict[int, frozenset[str]]:
    """For each exclusion table the CC and MCC that it excludes."""
    members: dict[int, set[str]] = {}
    for code, table in (*definition.cc.items(), *definition.mcc.items()):
        members.setdefault(table, set()).add(code)
    tables = set(definition.exclusion_table_of_principal.values())
    return {table: frozenset(members.get(table, ())) for table in tables}


def _weights(old: SchemeDefinition, new: SchemeDefinition) -> list[str]:
    return [
        f"{drg} {old.weights[drg]:g} → {new.weights[drg]:g}"
        for drg in sorted(old.weights.keys() & new.weights.keys())
        if old.weights[drg] != new.weights[drg]
    ]
