"""A scheme's lists in the form that cities publish and :mod:`coder.group.build` reads: a start for a city's own."""

from __future__ import annotations

from coder.group.build import LISTED_ROLES
from coder.group.definition import AdrgRule, Mdc, SchemeDefinition
from coder.group.tabular import vocabulary


def lists_of(definition: SchemeDefinition) -> dict[str, list[list[str]]]:
    """All lists of a scheme.

    Returns:
        File stem → rows, the header first.
    """
    drgs = [[item.drg, item.name, item.adrg, item.severity] for item in definition.drgs]
    exclusions = sorted((table, code) for code, table in definition.exclusion_table_of_principal.items())
    tables = {
        "MDC主诊表": [["MDC编码", "MDC名称", "部位", "编码"], *_mdc_rows(definition)],
        "ADRG表": [["ADRG编码", "ADRG名称", "MDC编码", "规则", "类型", "编码"], *_adrg_rows(definition)],
        "DRG目录": [["DRG编码", "DRG名称", "ADRG编码", "严重程度"], *drgs],
        "CC列表": _leveled(definition.cc),
        "MCC列表": _leveled(definition.mcc),
        "排除表": [["排除表号", "编码"], *([str(table), code] for table, code in exclusions)],
        "有效手术操作": [["编码"], *([code] for code in sorted(definition.valid_procedures))],
    }
    if definition.weights:
        tables["权重"] = [["DRG编码", "权重"], *([drg, f"{weight:g}"] for drg, weight in definition.weights.items())]
    if definition.rates:
        tables["费率"] = [["名称", "费率"], *([name, f"{rate:g}"] for name, rate in definition.rates.items())]
    return tables


def _leveled(codes: dict[str, int]) -> list[list[str]]:
    return [["编码", "排除表号"], *([code, str(table)] for code, table in sorted(codes.items()))]


def _mdc_rows(definition: SchemeDefinition) -> list[list[str]]:
    return [row for mdc in definition.mdcs for row in _principals(mdc, definition)]


def _principals(mdc: Mdc, definition: SchemeDefinition) -> list[list[str]]:
    rows = []
    for condition in mdc.when.walk():
        listed = {"": condition.principal_diagnosis} if condition.principal_diagnosis else {}
        sites = condition.principal_and_sites.sites if condition.principal_and_sites else {}
        for site, name in (*listed.items(), *sites.items()):
            rows += [[mdc.code, mdc.name, site, code] for code in sorted(definition.sets[name])]
    return rows


def _adrg_rows(definition: SchemeDefinition) -> list[list[str]]:
    rows: list[list[str]] = []
    numbers: dict[str, int] = {}
    for rule in definition.adrg_rules:
        numbers[rule.adrg] = numbers.get(rule.adrg, 0) + 1
        head = [rule.adrg, rule.name, rule.mdc, str(numbers[rule.adrg])]
        for role, name in _lists(rule):
            rows += [[*head, role, code] for code in sorted(definition.sets[name])]
    return rows


def _lists(rule: AdrgRule) -> list[tuple[str, str]]:
    """The lists of a rule: what each is to the rule, in the words of the list, and its set."""
    roles = vocabulary().roles
    lone = [(roles[role][1], getattr(rule.when, role)) for role in LISTED_ROLES if getattr(rule.when, role)]
    return lone + [(f"手术{number}", name) for number, name in enumerate(rule.when.procedures_all_of or (), start=1)]
