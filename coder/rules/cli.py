"""``coder check``: audit the codes that a human gave; ``coder rules``: list, validate and build rules."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table

from coder.coding import Finding
from coder.errors import CoderError, InputError
from coder.group import load_scheme
from coder.record_io import decode, parse_json_object
from coder.rules.build import build_library, check_codes, check_examples
from coder.rules.docs import write_docs
from coder.rules.engine import RuleEngine, RuleReport
from coder.rules.library import library_files, read_rule_file, shipped_rules
from coder.rules.registry import predicates
from coder.rules.request import read_request

_NO_SCHEME = "none"
_LABELS: Mapping[str, str] = {"block": "[bold red]阻断[/]", "warn": "[yellow]警告[/]", "hint": "[cyan]提示[/]"}

_COLUMNS = (("级别", 2), ("规则", 4), ("内容", 12), ("原文依据", 6), ("所需依据", 6), ("分组", 4))

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
rules_app = typer.Typer(
    help="审核规则：列出、校验、生成。", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)

_Folders = Annotated[list[Path] | None, typer.Option("--rules", help="医院自有规则所在的目录，可多次给出。")]
_Disabled = Annotated[list[str] | None, typer.Option("--disable", help="停用的规则编号，可多次给出。")]
_Switches = Annotated[list[str] | None, typer.Option("--switch", help="规则开关，形如 suspected_diagnosis=never。")]


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="病历 JSON 文件（含 coded），- 表示标准输入。", show_default=False)],
    output_format: Annotated[Literal["table", "json"], typer.Option("--format", "-f", help="输出形式。")] = "table",
    scheme: Annotated[str, typer.Option(help="分组方案；none 表示不用。")] = "chs-drg-1.1",
    policy: Annotated[Literal["settlement", "front-page"], typer.Option(help="主要诊断口径。")] = "settlement",
    folders: _Folders = None,
    disabled: _Disabled = None,
    switches: _Switches = None,
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
    request = read_request(
        parse_json_object(decode(data, where=where).text, where=where),
        scheme=None if scheme == _NO_SCHEME else load_scheme(scheme),
        policy=policy,
        where=where,
    )
    if request.unused:
        typer.echo(f"提示：未使用的内容 {'、'.join(request.unused)}", err=True)
    engine = RuleEngine.load(folders=folders, disabled=disabled, switches=_sides(switches))
    for refusal in engine.refused:
        typer.echo(f"提示：规则文件未采用：{refusal.reason}", err=True)
    return engine.report(request.given)


def _sides(given: Sequence[str]) -> dict[str, str]:
    sides = {}
    for item in given:
        name, equals, side = item.partition("=")
        if not equals:
            raise InputError(f"规则开关 {item} 的写法不对：应为 名称=选项")
        sides[name.strip()] = side.strip()
    return sides


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


@rules_app.command("list")
def list_rules(
    kind: Annotated[str | None, typer.Option(help="只列一个类别。")] = None,
    folders: _Folders = None,
    disabled: _Disabled = None,
    switches: _Switches = None,
) -> None:
    """列出在用的规则。"""
    engine = RuleEngine.load(folders=folders or [], disabled=disabled or [], switches=_sides(switches or []))
    table = Table("编号", "名称", "类别", "级别", "依据")
    for rule in engine.rules:
        if kind in (None, rule.kind):
            table.add_row(rule.id, rule.title, rule.kind, rule.severity, f"{rule.source}（{rule.edition}）")
    Console().print(table)
    for refusal in engine.refused:
        typer.echo(f"未采用：{refusal.reason}", err=True)


@rules_app.command("validate")
def validate(
    folder: Annotated[Path | None, typer.Argument(help="规则目录；不给则校验随软件发布的规则。")] = None,
) -> None:
    """校验规则文件：格式、谓词、编码模式、样例；有误时退出码为 1。"""
    paths = library_files() if folder is None else sorted(folder.glob("*.y*ml"))
    faults: list[str] = []
    rules = []
    for path in paths:
        try:
            rules += read_rule_file(path)
        except InputError as error:
            faults.append(str(error))
    faults += [*check_codes(rules), *check_examples(rules)]
    for fault in faults:
        typer.echo(fault, err=True)
    typer.echo(f"{len(paths)} 个文件，{len(rules)} 条规则，{len(faults)} 处错误")
    if faults:
        raise typer.Exit(1)


@rules_app.command("build")
def build(
    models: Annotated[Path, typer.Option(help="models 目录。")] = Path("models"),
    docs: Annotated[Path, typer.Option(help="规则文档目录。")] = Path("docs/rules"),
) -> None:
    """校验随软件发布的规则，生成编译文件与文档。"""
    count = build_library(models)
    written = write_docs(shipped_rules(), docs)
    typer.echo(f"{count} 条规则，{written} 页文档")


@rules_app.command("docs")
def docs(
    folder: Annotated[Path, typer.Argument(help="写到哪个目录。")] = Path("docs/rules"),
) -> None:
    """生成规则文档，一条一页。"""
    typer.echo(f"{write_docs(shipped_rules(), folder)} 页")


@rules_app.command("predicates")
def list_predicates() -> None:
    """列出可在规则中使用的谓词。"""
    for name, summary in predicates().items():
        typer.echo(f"{name}\t{summary}")
