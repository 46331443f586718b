"""``coder rules``: list, validate and build rules."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from coder.errors import InputError
from coder.rules.build import build_library, check_codes, check_examples
from coder.rules.docs import write_docs
from coder.rules.engine import RuleEngine
from coder.rules.library import library_files, read_rule_file, shipped_rules
from coder.rules.registry import predicates

rules_app = typer.Typer(
    help="审核规则：列出、校验、生成。", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)

Folders = Annotated[list[Path] | None, typer.Option("--rules", help="医院自有规则所在的目录，可多次给出。")]
Disabled = Annotated[list[str] | None, typer.Option("--disable", help="停用的规则编号，可多次给出。")]
Switches = Annotated[list[str] | None, typer.Option("--switch", help="规则开关，形如 suspected_diagnosis=never。")]


def sides_of(given: Sequence[str]) -> dict[str, str]:
    """The switches given on the command line as ``name=side``.

    Raises:
        InputError: one is not of that form.
    """
    sides = {}
    for item in given:
        name, equals, side = item.partition("=")
        if not equals:
            raise InputError(f"规则开关 {item} 的写法不对：应为 名称=选项")
        sides[name.strip()] = side.strip()
    return sides


@rules_app.command("list")
def list_rules(
    kind: Annotated[str | None, typer.Option(help="只列一个类别。")] = None,
    folders: Folders = None,
    disabled: Disabled = None,
    switches: Switches = None,
) -> None:
    """列出在用的规则。"""
    engine = RuleEngine.load(folders=folders or [], disabled=disabled or [], switches=sides_of(switches or []))
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
