"""A coding as a table for people: codes with the words of the record that support them, findings, the group."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from coder.coding import CodedDiagnosis, CodedProcedure, Coding, Evidence, Finding, Grouping, TcmConcept

_ROLES = {
    "principal": "主要诊断",
    "other": "其他诊断",
    "external_cause": "损伤外因",
    "morphology": "病理形态",
}
_PROCEDURE_ROLES = {"main": "主要手术", "other": "其他手术"}
_SEVERITIES = {"mcc": "MCC", "cc": "CC", "none": ""}
_FINDINGS = {"block": ("阻断", "bold red"), "warn": ("警告", "yellow"), "hint": ("提示", "cyan")}
_EVIDENCE_SHOWN = 2
_EVIDENCE_CHARACTERS = 40
_FALLBACK_SIZE = (120, 40)


def print_coding(coding: Coding, console: Console | None = None) -> None:
    """Print one coding; the console defaults to standard output at the width of the terminal, 120 when it has none."""
    console = console or Console(width=shutil.get_terminal_size(_FALLBACK_SIZE).columns, highlight=False)
    console.print(_diagnosis_table(coding.diagnoses) if coding.diagnoses else "未找到可编码的诊断")
    if coding.principal_reason is not None:
        reason = coding.principal_reason
        _print_line(console, Text(f"主要诊断选择（{reason.policy}）：{reason.reason}\n"))
    if coding.procedures:
        console.print(_procedure_table(coding.procedures))
    if coding.tcm is not None:
        _print_tcm(console, disease=coding.tcm.disease, syndrome=coding.tcm.syndrome)
    _print_findings(console, coding.findings)
    _print_grouping(console, coding.grouping)


def _diagnosis_table(diagnoses: Sequence[CodedDiagnosis]) -> Table:
    table = _table("诊断")
    table.add_column("CC", no_wrap=True)
    for item in diagnoses:
        table.add_row(*_cells(item, role=_ROLES[item.role]), _SEVERITIES[item.severity])
    return table


def _procedure_table(procedures: Sequence[CodedProcedure]) -> Table:
    table = _table("手术与操作")
    for item in procedures:
        table.add_row(*_cells(item, role=_PROCEDURE_ROLES[item.role]))
    return table


def _table(title: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("编码", no_wrap=True, style="bold")
    table.add_column("名称", ratio=3)
    table.add_column("角色", no_wrap=True)
    table.add_column("概率", no_wrap=True, justify="right")
    table.add_column("病历原文", ratio=4)
    return table


def _cells(item: CodedDiagnosis | CodedProcedure, *, role: str) -> tuple[Text, Text, str, str, Text]:
    name = Text(item.name)
    if item.is_gray:
        name.append("（灰码）", style="yellow")
    return Text(item.code), name, role, f"{item.probability:.2f}", Text(_words(item.evidence))


def _words(evidence: Sequence[Evidence]) -> str:
    words = [_shortened(item.text) for item in evidence[:_EVIDENCE_SHOWN]]
    more = len(evidence) - len(words)
    return "；".join(words) + (f" 等 {len(evidence)} 处" if more > 0 else "")


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _EVIDENCE_CHARACTERS else line[: _EVIDENCE_CHARACTERS - 1] + "…"


def _print_tcm(console: Console, *, disease: TcmConcept | None, syndrome: TcmConcept | None) -> None:
    for label, concept in (("中医病名", disease), ("中医证候", syndrome)):
        if concept is not None:
            words = _words(concept.evidence)
            _print_line(console, Text(f"{label}  {concept.code}  {concept.name}  {concept.probability:.2f}  {words}"))
    console.print()


def _print_findings(console: Console, findings: Sequence[Finding]) -> None:
    console.print(Text(f"审核提示 {len(findings)} 条", style="bold"))
    for finding in findings:
        label, style = _FINDINGS[finding.severity]
        line = Text.assemble((f"  {label} ", style), f"{finding.rule_id}  {finding.message}")
        if finding.suggestion:
            line.append(f"（建议：{finding.suggestion}）")
        _print_line(console, line)
    console.print()


def _print_grouping(console: Console, grouping: Grouping) -> None:
    console.print(Text.assemble(("分组 ", "bold"), f"{grouping.scheme}  {grouping.status}"))
    place = " → ".join(step for step in (grouping.mdc, grouping.adrg, grouping.drg) if step)
    if place:
        weight = "" if grouping.weight is None else f"  权重 {grouping.weight:g}"
        _print_line(console, Text(f"  {place}  {grouping.name or ''}{weight}"))
    for step in grouping.trail:
        _print_line(console, Text(f"  · {step}", style="dim"))


def _print_line(console: Console, line: Text) -> None:
    """Print a sentence without wrapping it: rich breaks at spaces alone, of which Chinese has few."""
    console.print(line, soft_wrap=True)
