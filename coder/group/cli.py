"""``coder group`` and ``coder scheme``: group a file, build, check, compare and explain schemes."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from coder.errors import InputError
from coder.group.batch import DipFileGrouper, DrgFileGrouper, FileGrouper, FileReport, group_file, read_history
from coder.group.build import build_scheme
from coder.group.compiled import definition_of, read_scheme, write_scheme
from coder.group.definition import SchemeDefinition, read_definition
from coder.group.diff import diff
from coder.group.dip import DipGrouper, build_catalogue, read_catalogue, write_catalogue
from coder.group.dip.policy import DipPolicy, default_policy, read_policy
from coder.group.explain import explain
from coder.group.external import from_grouper_line
from coder.group.lists import lists_of
from coder.group.scheme import Scheme, load_scheme, scheme_names
from coder.group.validate import validate
from coder.group.weights import read_weights, write_shipped_weights
from coder.terms.system import load_system

Qy = Literal["off", "main", "any"]
_DIP = "dip"
_SHOWN = 10

group_app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
scheme_app = typer.Typer(
    help="分组方案：生成、校验、比较、解释。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

SchemeOption = Annotated[str, typer.Option("--scheme", help="方案名称，或编译好的 .zip 文件；dip 表示按病种目录分组")]
WeightsOption = Annotated[Path | None, typer.Option("--weights", help="权重表（TSV、CSV 或 xlsx）")]
LocalityOption = Annotated[str | None, typer.Option("--locality", help="权重表含多个地区时取哪一个")]
QyOption = Annotated[
    Qy | None, typer.Option("--qy", help="歧义组开关：off 关闭，main 看主要手术，any 看任一手术；不给则按方案")
]
EncodingOption = Annotated[str | None, typer.Option("--encoding", help="输入编码 utf-8 或 gb18030；不给则自动判断")]
PolicyOption = Annotated[Path | None, typer.Option("--policy", help="DIP 参数文件（YAML），不给则用默认值")]


@group_app.command()
def group(
    source: Annotated[Path, typer.Argument(help="分组记录或 HQMS 首页 CSV（UTF-8 或 GB18030）")],
    output: Annotated[Path, typer.Option("-o", "--output", help="输出 CSV")],
    scheme: SchemeOption = "chs-drg-1.1",
    weights: WeightsOption = None,
    locality: LocalityOption = None,
    catalogue: Annotated[Path | None, typer.Option("--catalogue", help="DIP 病种目录，--scheme dip 时必须给出")] = None,
    policy: PolicyOption = None,
    trail: Annotated[bool, typer.Option("--trail/--no-trail", help="是否写出分组过程；不写快得多")] = True,
    qy: QyOption = None,
    encoding: EncodingOption = None,
    rejects: Annotated[Path | None, typer.Option("--rejects", help="退回清单，默认在输出文件旁")] = None,
) -> None:
    """给每一行病案分组，追加状态、MDC、ADRG、DRG、权重与分组过程；坏行写入退回清单，其余照常。"""
    grouper: FileGrouper
    if scheme == _DIP:
        if catalogue is None:
            raise InputError("按 DIP 分组需要病种目录：请用 --catalogue 给出（可由 coder scheme dip 生成）")
        grouper = DipFileGrouper(DipGrouper(read_catalogue(catalogue), policy=_policy(policy)))
    else:
        grouper = DrgFileGrouper(_scheme(scheme, weights=weights, locality=locality, qy=qy), trail=trail)
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("分组", total=None)
        report = group_file(
            grouper,
            source,
            output,
            encoding=encoding,
            reject_file=rejects,
            progress=lambda done, size: progress.update(task, completed=done, total=size),
        )
    _print_report(report)


@scheme_app.command("list")
def list_schemes() -> None:
    """列出可用的分组方案。"""
    table = Table("方案", "版本", "MDC", "ADRG", "DRG", "歧义组", "权重")
    for name in scheme_names():
        item = load_scheme(name)
        weights = item.weight_table.name if item.weight_table else "无"
        counts = (str(len(item.mdcs)), str(len(item.adrgs)), str(len(item.drgs)))
        table.add_row(item.name, item.edition, *counts, item.ambiguous, weights)
    Console().print(table)


@scheme_app.command()
def build(
    source: Annotated[Path, typer.Argument(help="方案 JSON，或含各列表的工作簿、文件夹")],
    output: Annotated[Path, typer.Option("-o", "--output", help="编译好的方案 .zip")],
    name: Annotated[str, typer.Option("--name", help="新方案的名称，例如 suzhou-2024")] = "",
    edition: Annotated[str, typer.Option("--edition", help="官方文件名称与版本")] = "",
    base: Annotated[str, typer.Option("--base", help="列表以外的入组条件取自哪个方案")] = "chs-drg-1.1",
    qy: QyOption = None,
) -> None:
    """由官方 xlsx/csv 列表生成分组方案，随后自动校验；列表有误时指出工作表、行、列。"""
    if source.suffix.lower() == ".json":
        definition = read_definition(source)
        own = {"scheme": name, "edition": edition, "ambiguous": qy}
        definition = definition.model_copy(update={field: value for field, value in own.items() if value})
    else:
        if not name or not edition:
            raise InputError("由列表生成方案需要 --name 与 --edition：名称用来调用，版本用来追溯")
        result = build_scheme(source, name=name, edition=edition, base=_definition(base), ambiguous=qy)
        definition = result.definition
        for sheet, (kind, rows) in result.lists.items():
            typer.echo(f"读入 {sheet}：{kind}，{rows} 行")
        for sheet in result.ignored:
            typer.echo(f"未使用 {sheet}：不是分组方案的列表")
        if result.kept:
            typer.echo(f"未提供的列表沿用 {base}：{'、'.join(result.kept)}")
    errors = _print_issues(definition)
    if errors:
        raise InputError(f"方案有 {errors} 项错误，未写出：请按上面的说明修改列表")
    write_scheme(
        output,
        definition,
        known_diagnoses=load_system(definition.diagnosis_system).codes,
        known_procedures=load_system(definition.procedure_system).codes,
    )
    typer.echo(f"已写出 {output}（{len(definition.drgs)} 个 DRG）")


@scheme_app.command()
def check(
    scheme: Annotated[str, typer.Argument(help="方案名称、编译好的 .zip 或方案 JSON")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="把每一项涉及的全部编码写入 CSV")] = None,
) -> None:
    """校验方案：编码、列表、层级、重叠、不可达的组；有错误时退出状态为 1。"""
    definition = _definition(scheme)
    if output is not None:
        with output.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["级别", "检查", "说明", "编码"])
            writer.writerows((i.level, i.check, i.message, "|".join(i.codes)) for i in validate(definition))
    if _print_issues(definition):
        raise typer.Exit(1)


@scheme_app.command("diff")
def diff_schemes(
    old: Annotated[str, typer.Argument(help="旧方案")],
    new: Annotated[str, typer.Argument(help="新方案")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="把全部差异写入 CSV")] = None,
) -> None:
    """比较两个方案：组、规则、主诊表、CC/MCC、排除、有效手术、权重。"""
    differences = diff(_definition(old), _definition(new))
    if output is not None:
        with output.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["差异", "内容"])
            writer.writerows((item.kind, text) for item in differences for text in item.items)
    for item in differences:
        typer.echo(f"{item.kind}：{len(item.items)}")
        for text in item.items[:_SHOWN]:
            typer.echo(f"  {text}")
        if len(item.items) > _SHOWN:
            typer.echo("  …")
    if not differences:
        typer.echo("两个方案没有差异")


@scheme_app.command()
def lists(
    scheme: Annotated[str, typer.Argument(help="方案")],
    output: Annotated[Path, typer.Option("-o", "--output", help="存放各列表 CSV 的文件夹")],
) -> None:
    """把方案写成可编辑的列表（CSV），改好后用 build 生成新方案。"""
    output.mkdir(parents=True, exist_ok=True)
    for stem, rows in lists_of(_definition(scheme)).items():
        with (output / f"{stem}.csv").open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream).writerows(rows)
        typer.echo(f"{stem}.csv：{len(rows) - 1} 行")


@scheme_app.command("explain")
def explain_case(
    line: Annotated[str, typer.Argument(help="分组记录：Index,gender,age,ageDay,weight,dept,…,zdList,ssList")],
    scheme: SchemeOption = "chs-drg-1.1",
    weights: WeightsOption = None,
    locality: LocalityOption = None,
    qy: QyOption = None,
) -> None:
    """一份病案的分组过程，以及去掉每个编码、换主要诊断后的分组；只报告，不推荐。"""
    chosen = _scheme(scheme, weights=weights, locality=locality, qy=qy)
    explanation = explain(chosen, from_grouper_line(line))
    result = explanation.result
    console = Console()
    console.print(f"{result.status.value}  {result.drg}  {result.name or ''}  权重 {_weight(result.weight)}")
    for step in result.trail:
        console.print(f"  {step}")
    roles = {"principal": "主要诊断", "other": "其他诊断", "main_procedure": "主要手术", "procedure": "其他手术"}
    table = Table("编码", "名称", "角色", "CC/MCC", "去掉后", "权重变化")
    for effect in explanation.effects:
        change = effect.without
        severity = (effect.severity or "").replace("none", "").upper()
        name = _name(chosen, effect.code)
        after = change.drg if effect.matters(result) else "不变"
        table.add_row(effect.code, name, roles[effect.role], severity, after, _signed(change.weight_change))
    console.print(table)
    if explanation.principals:
        table = Table("若作主要诊断", "名称", "状态", "DRG", "权重变化")
        for change in explanation.principals:
            name, ended = _name(chosen, change.code), change.result.status.value
            table.add_row(change.code, name, ended, change.drg, _signed(change.weight_change))
        console.print(table)


@scheme_app.command("dip")
def build_dip(
    source: Annotated[Path, typer.Argument(help="历史病案 CSV，需含主要诊断、手术操作与总费用")],
    output: Annotated[Path, typer.Option("-o", "--output", help="病种目录 CSV")],
    name: Annotated[str, typer.Option("--name", help="目录名称，例如 某市-2024")],
    policy: PolicyOption = None,
    severity: Annotated[str, typer.Option("--severity-scheme", help="CC/MCC 取自哪个方案")] = "chs-drg-1.1",
    encoding: EncodingOption = None,
) -> None:
    """由历史病案生成 DIP 病种目录：核心病种、综合病种、分值与辅助目录系数。"""
    scheme = load_scheme(severity)
    catalogue = build_catalogue(
        read_history(source, encoding=encoding), name=name, policy=_policy(policy), severity_scheme=scheme
    )
    write_catalogue(output, catalogue)
    core = sum(entry.kind == "核心" for entry in catalogue.entries)
    typer.echo(f"已写出 {output}：核心病种 {core} 个，综合病种 {len(catalogue.entries) - core} 个")


@scheme_app.command("weights")
def compile_weights(
    source: Annotated[Path, typer.Argument(help="含各地区权重的 TSV、CSV 或 xlsx")],
    output: Annotated[Path, typer.Option("-o", "--output", help="编译结果 .zip")],
) -> None:
    """把各地区的权重表编译成随软件发布的形式。"""
    for name in write_shipped_weights(output, source):
        typer.echo(name)
    typer.echo(f"已写出 {output}")


def _scheme(name: str, *, weights: Path | None, locality: str | None, qy: Qy | None) -> Scheme:
    scheme = load_scheme(name)
    table = read_weights(weights, locality=locality) if weights else None
    if table is not None and not any(drg in scheme.drgs for drg in table.weights):
        raise InputError(f"权重表 {table.name} 没有一个 DRG 属于方案 {scheme.name}：请核对权重表与方案版本")
    if table is None and qy is None:
        return scheme
    return scheme.with_options(ambiguous=qy, weights=table)


def _definition(name: str) -> SchemeDefinition:
    if name.endswith(".json"):
        return read_definition(Path(name))
    if name.endswith(".zip"):
        return definition_of(read_scheme(Path(name)))
    return definition_of(load_scheme(name).compiled)


def _policy(path: Path | None) -> DipPolicy:
    return read_policy(path) if path else default_policy()


def _print_issues(definition: SchemeDefinition) -> int:
    issues = validate(definition)
    words = {"error": "错误", "warning": "警告", "note": "提示"}
    for issue in issues:
        typer.echo(f"{words[issue.level]} {issue.message}")
    counts = {level: sum(issue.level == level for issue in issues) for level in words}
    typer.echo("，".join(f"{words[level]} {count} 项" for level, count in counts.items()))
    return counts["error"]


def _print_report(report: FileReport) -> None:
    typer.echo(f"已分组 {report.rows} 行，写入 {report.output}")
    for status, count in report.statuses.items():
        typer.echo(f"  {status}：{count}")
    if report.reject_file is not None:
        typer.echo(f"退回 {report.rejected} 行，原因见 {report.reject_file}")


def _name(scheme: Scheme, code: str) -> str:
    for system in (scheme.diagnosis_system, scheme.procedure_system):
        concept = load_system(system).get(code)
        if concept is not None:
            return concept.name
    return ""


def _weight(weight: float | None) -> str:
    return "无" if weight is None else f"{weight:.4f}"


def _signed(change: float | None) -> str:
    return "" if change is None else f"{change:+.4f}"
