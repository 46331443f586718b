"""``coder check``: audit the codes that a human gave against the record."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.table import Table

from coder.coding import Finding
from coder.errors import CoderError, InputError
from coder.group import Scheme, load_scheme
from coder.pipeline import Coder, CoderConfig
from coder.record_io import decode, parse_json_object
from coder.rules.cli import Disabled, Folders, Switches, sides_of
from coder.rules.engine import RuleEngine, RuleReport
from coder.rules.model import Policy
from coder.rules.request import CheckRequest, read_request

_NO_SCHEME = "none"
_LABELS: Mapping[str, str] = {"block": "[bold red]阻断[/]", "warn": "[yellow]警告[/]", "hint": "[cyan]提示[/]"}

_COLUMNS = (("级别", 2), ("规则", 4), ("内容", 12), ("原文依据", 6), ("所需依据", 6), ("分组", 4))

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def read_check(
    data: Mapping[str, Any], *, scheme: Scheme | None = None, policy: Policy = "settlement", where: str = "病历"
) -> CheckRequest:
    """The input for the rules from the JSON object of a file, with what its text says was done and what its words mean.

    >>> given = read_check({"text": "诊疗经过：置入临时起搏器。", "coded": {"principal": "I44.200"}}).given
    >>> [one.codes for one in given.performed]
    [('37.7800',)]

    Raises:
        InputError: as :func:`coder.rules.request.read_request`.
    """
    request = read_request(data, scheme=scheme, policy=policy, where=where)
    given = request.given
    return replace(request, given=_coder(given.diagnosis_system, given.procedure_system).beside(given))


@cache
def _coder(diagnosis_system: str, procedure_system: str) -> Coder:
    """What reads the records; without rules and TCM, which are not asked."""
    return Coder.load(
        CoderConfig(diagnosis_system=diagnosis_system, procedure_system=procedure_system, rules=False, tcm=False)
    )


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="病历 JSON 文件（含 coded），- 表示标准输入。", show_default=False)],
    output_format: Annotated[Literal["table", "json"], typer.Option("--format", "-f", help="输出形式。")] = "table",
    scheme: Annotated[str, typer.Option(help="分组方案；none 表示不用。")] = "chs-drg-1.1",
    policy: Annotated[Literal["settlement", "front-page"], typer.Option(help="主要诊断口径。")] = "settlement",
    folders: Folders = None,
    disabled: Disabled = None,
    switches: Switches = None,
    coverage: Annotated[bool, typer.Option("--coverage", help="同时列出因缺少字段而不适用的规则。")] = False,
) -> None:
    """按规则审核人工已编好的病历；有阻断项时退出码为 1，输入有误时为 2。"""
    try:
        report = _checked(file, scheme, policy, folders or [], disabled or [], switches or [])
    except CoderError as error:
        typer.echo(f"错误：{error}", err=True)
        raise typer.Exit(2) from error
    if output_format == "json":
        typer.echo(json.dumps(_as_json(report), ensure_ascii=False, indent=2))
    else:
        _print(report, coverage=coverage)
    if report.blocks:
        raise typer.Exit(1)


def _checked(
    file: Path,
    scheme: str,
    policy: Literal["settlement", "front-page"],
    folders: Sequence[Path],
    disabled: Sequence[str],
    switches: Sequence[str],
) -> RuleReport:
    where = "标准输入" if str(file) == "-" else f"文件 {file.name} "
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise InputError(f"{where}读不出来（{type(error).__name__}）：请检查路径与权限") from error
    request = read_check(
        parse_json_object(decode(data, where=where).text, where=where),
        scheme=None if scheme == _NO_SCHEME else load_scheme(scheme),
        policy=policy,
        where=where,
    )
    if request.unused:
        typer.echo(f"提示：未使用的内容 {'、'.join(request.unused)}", err=True)
    engine = RuleEngine.load(folders=folders, disabled=disabled, switches=sides_of(switches))
    for refusal in engine.refused:
        typer.echo(f"提示：规则文件未采用：{refusal.reason}", err=True)
    return engine.report(request.given)


def _as_json(report: RuleReport) -> dict[str, object]:
    return {
        "findings": [finding.model_dump(mode="json") for finding in report.findings],
        "counts": _counts(report.findings),
        "coverage": {
            "fired": list(report.coverage.fired),
            "passed": len(report.coverage.passed),
            "not_applicable": {rule: list(fields) for rule, fields in report.coverage.not_applicable.items()},
        },
    }


def _counts(findings: Sequence[Finding]) -> dict[str, int]:
    """How many findings there are; up-coding and missed coding always side by side."""
    return {
        "block": sum(finding.severity == "block" for finding in findings),
        "warn": sum(finding.severity == "warn" for finding in findings),
        "hint": sum(finding.severity == "hint" for finding in findings),
        "up_coding": sum(finding.kind == "unsupported_high_risk" for finding in findings),
        "missed_coding": sum(finding.kind.startswith("missed_") for finding in findings),
    }


def _print(report: RuleReport, *, coverage: bool) -> None:
    console = Console()
    if report.findings:
        table = Table(show_lines=True)
        for title, ratio in _COLUMNS:
            table.add_column(title, overflow="fold", ratio=ratio)
        for finding in report.findings:
            table.add_row(
                _LABELS[finding.severity],
                finding.rule_id,
                f"{finding.message}\n[dim]{finding.suggestion}[/]" if finding.suggestion else finding.message,
                "\n".join(evidence.text for evidence in finding.evidence),
                "\n".join(finding.evidence_wanted),
                f"{finding.group_before} → {finding.group_after}" if finding.group_after else "",
            )
        console.print(table)
    counts = _counts(report.findings)
    console.print(
        f"阻断 {counts['block']}，警告 {counts['warn']}，提示 {counts['hint']}；"
        f"高编高套 {counts['up_coding']}，低编漏收 {counts['missed_coding']}；"
        f"不适用的规则 {len(report.coverage.not_applicable)} 条"
    )
    if coverage:
        for rule, fields in report.coverage.not_applicable.items():
            console.print(f"  {rule}：缺少 {'、'.join(fields)}", highlight=False)
