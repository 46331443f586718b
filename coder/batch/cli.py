"""``coder batch``: many records from a file, with a progress bar and a reject file."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(help="批量编码：每一行或者进入输出文件，或者带着原因进入退回文件，不会丢失。")
def batch(
    source: Annotated[Path, typer.Argument(metavar="IN", help="输入文件：.jsonl 或 .csv。", show_default=False)],
    output: Annotated[Path, typer.Option("--output", "-o", help="输出文件（JSONL，每行一份编码结果）。")],
    rejects: Annotated[
        Path | None, typer.Option(help="退回文件；默认与输出同名，后缀为 .rejects.jsonl。", show_default=False)
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="工作进程数；默认等于可用的处理器数。", show_default=False)
    ] = None,
    scheme: Annotated[str | None, typer.Option(help="分组方案，如 chs-drg-1.1。", show_default=False)] = None,
) -> None:
    """Code a file of records and print how many rows went where."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    from coder.batch.runner import default_workers, run_batch
    from coder.pipeline import Coder, CoderConfig

    config = CoderConfig() if scheme is None else CoderConfig(scheme=scheme)
    rejects = rejects or output.with_suffix(".rejects.jsonl")
    errors = Console(stderr=True, highlight=False)
    columns = (TextColumn("编码中"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as bar:
        task = bar.add_task("")
        summary = run_batch(
            source,
            output,
            rejects=rejects,
            coder_factory=partial(Coder.load, config),
            workers=workers or default_workers(),
            progress=lambda read, total: bar.update(task, completed=read, total=total),
        )
    typer.echo(f"共 {summary.rows} 行：编码 {summary.coded} 行，退回 {summary.rejected} 行", err=True)
    typer.echo(f"编码结果：{output}\n退回清单：{rejects}", err=True)
