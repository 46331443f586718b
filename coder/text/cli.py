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
    typer.echo(
        f"繁体字 {report.traditional_characters}；{report.dictionary}；{report.lexicon}；词块 {report.chunk_words}"
    )
    typer.echo(f"已写入 {out}")
