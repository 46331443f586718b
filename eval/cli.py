"""``coder eval``: the project's gold records through the pipeline, figures against targets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from eval.metrics import RecordScore
from eval.records import RECORDS, Split

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(help="用带金标准的病历评测整条流水线：打印各项指标并写出 JSON。")
def evaluate(
    split: Annotated[Split, typer.Option(help="评测哪一部分病历；held-out 只用于最终评测。")] = "dev",
    records: Annotated[Path, typer.Option(help="病历目录，内含 dev 与 held-out。", show_default=False)] = RECORDS,
    only: Annotated[
        list[str] | None, typer.Option(help="只评测编号以此开头的病历，可多次给出。", show_default=False)
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="JSON 结果；默认 out/eval-SPLIT.json。", show_default=False)
    ] = None,
    misses: Annotated[bool, typer.Option("--misses", help="逐份列出漏编和误编的编码。")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="有指标未达到必须值时以状态 1 退出。")] = False,
) -> None:
    """Evaluate and report."""
    from rich.console import Console
    from rich.progress import track

    from coder.pipeline import Coder
    from eval.metrics import summarise
    from eval.records import load_records
    from eval.report import missed_targets, print_figures, write_report
    from eval.run import score_records

    gold = [one for one in load_records(split, root=records) if one.id.startswith(tuple(only or [""]))]
    if not gold:
        raise typer.BadParameter(f"{split} 中没有编号以 {'、'.join(only or [])} 开头的病历", param_hint="--only")
    coder = Coder.load()
    errors = Console(stderr=True)
    running = track(
        score_records(gold, coder),
        description="评测中",
        total=len(gold),
        console=errors,
        transient=True,
        disable=not errors.is_terminal,
    )
    scores = list(running)
    figures = summarise(scores)
    output = output or Path("out") / f"{'-'.join(('eval', split, *(one.strip('-') for one in only or ())))}.json"
    write_report(output, split=split, versions=coder.versions, figures=figures, scores=scores)
    print_figures(figures, title=f"{split}：{len(gold)} 份病历")
    if misses:
        for score in scores:
            for line in describe_misses(score):
                typer.echo(line)
    typer.echo(f"完整结果：{output}", err=True)
    if strict and missed_targets(figures):
        raise typer.Exit(1)


def describe_misses(score: RecordScore) -> Iterator[str]:
    """What one record's coding got wrong, by code; nothing when it is all right."""
    right, found = score.principal
    lines = {
        "主要诊断": () if score.principal_right else (f"应为 {right}，得到 {found or '无'}",),
        "漏编": score.missed,
        "误编": score.wrong,
        "误编已否认": score.denied,
    }
    told = [f"  {title}：{'、'.join(codes)}" for title, codes in lines.items() if codes]
    if told:
        yield from (score.id, *told)
