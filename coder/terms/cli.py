"""``coder terms``: build, search, translate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from coder.errors import InputError

app = typer.Typer(help="编码表：编译、检索、对照", no_args_is_help=True)


@app.command()
def build(
    tables: Annotated[Path | None, typer.Option(help="官方编码表所在文件夹（编译全部）")] = None,
    out: Annotated[Path, typer.Option(help="编译结果的文件夹")] = Path("models/terms"),
    system: Annotated[str | None, typer.Option(help="只编译本院自有的一张表：编码体系名称")] = None,
    source: Annotated[Path | None, typer.Option("--from", help="本院的 xlsx、csv 或 tsv 文件")] = None,
) -> None:
    """编译官方编码表，或本院自有的编码表（xlsx、csv、tsv，列名不限）。"""
    from coder.terms.build import build_all, build_own_system

    if system is not None and source is not None:
        reports = [build_own_system(system, source, out)]
        hint = f"设置环境变量 CODER_TERMS_DIR={out} 后即以本院编码表为准"
    elif tables is not None and system is None and source is None:
        reports = build_all(tables, out)
        hint = f"已写入 {out}"
    else:
        raise InputError("请给出 --tables 文件夹（编译全部），或同时给出 --system 与 --from（编译本院的一张表）")
    for report in reports:
        for line in report.lines():
            typer.echo(line)
    typer.echo(hint)


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="名称、别名、编码开头、拼音首字母或类目名")],
    system: Annotated[str, typer.Option(help="编码体系")] = "icd10-nhsa-2.0",
    limit: Annotated[int, typer.Option(min=1, max=200, help="最多几条")] = 10,
) -> None:
    """检索编码。"""
    from coder.terms.search import TermSearch

    hits = TermSearch.load(system).search(query, limit=limit)
    if not hits:
        raise InputError(f"在 {system} 中没有找到与检索词相近的条目：请换一个说法，或用更短的词")
    ways = {
        "name": "名称",
        "alias": "别名",
        "code": "编码",
        "pinyin": "拼音首字母",
        "category": "类目",
        "part": "包含",
        "similar": "相近",
    }
    table = Table("编码", "名称", "匹配", "方式", "灰码")
    for hit in hits:
        table.add_row(
            hit.code,
            hit.name,
            hit.matched if hit.matched != hit.name else "",
            ways[hit.kind],
            "是" if hit.is_gray else "",
        )
    Console().print(table)


@app.command()
def translate(
    code: Annotated[str, typer.Argument(help="要对照的编码")],
    source: Annotated[str, typer.Option("--from", help="源编码体系")],
    target: Annotated[str, typer.Option("--to", help="目标编码体系")],
) -> None:
    """按官方对照表把编码换到另一个编码体系。"""
    from coder.terms.crosswalk import load_crosswalk
    from coder.terms.system import load_system

    for found in load_crosswalk(source=source, target=target).translate_or_fail(code):
        concept = load_system(target).get(found)
        typer.echo(f"{found}\t{concept.name}" if concept else found)
