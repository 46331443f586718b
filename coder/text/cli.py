"""``coder text build``: compile what the text stage ships."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="文本层：编译分词词典与名称词表", no_args_is_help=True)


@app.callback()
def main() -> None:
    """文本层：编译分词词典与名称词表。"""


@app.command()
def build(
    out: Annotated[Path, typer.Option(help="编译结果的文件夹")] = Path("models/text"),
    words: Annotated[Path | None, typer.Option(help="医学词表（含 word 列），只用来挑选官方名称中出现的词")] = None,
) -> None:
    """由已编译的编码表生成分词词典、名称词表与繁简字表；编码表或别名改动后需重新运行。"""
    from coder.text.build import build_text

    report = build_text(out, medical_words=words)
    words_of, names = report.dictionary, report.lexicon
    typer.echo(
        f"分词词典：通用词 {words_of.common}，官方名称中发现的词 {words_of.discovered}，"
        f"医学词表选中 {words_of.selected}，短名称 {words_of.short_names}，自有词 {words_of.own}"
    )
    typer.echo(f"名称词表：{names.surfaces} 种写法，诊断 {names.diagnoses}，手术 {names.procedures}")
    typer.echo(f"词块 {report.chunk_words}；繁体字 {report.traditional_characters}")
    typer.echo(f"已写入 {out}")
