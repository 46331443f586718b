"""The command ``coder``: one place where every part's commands are mounted, each imported only when it is called.

Exit status: 0 done, 1 the command's own negative answer (a blocking finding, a missed target), 2 input or usage that
cannot be used, 130 interrupted.
"""

from __future__ import annotations

import importlib
import io
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, NoReturn

import typer

from coder.collection import uncollected
from coder.errors import CoderError

app = typer.Typer(
    name="coder",
    help="中文病历智能编码：ICD-10、ICD-9-CM-3、CHS-DRG、DIP、中医病证。离线运行，只用 CPU。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@dataclass(frozen=True, slots=True)
class MountedCommand:
    """A command that another module holds: imported when called, so that ``coder code`` never pays for it.

    ``extra`` names the optional dependencies that the command needs, for the error when they are not installed.
    """

    name: str
    module: str
    attribute: str
    help: str
    extra: str | None = None

    def run(self, arguments: Sequence[str]) -> None:
        """Import the module and hand the arguments to its Typer application.

        Raises:
            CoderError: a package that the command needs is not installed.
        """
        try:
            mounted: typer.Typer = getattr(importlib.import_module(self.module), self.attribute)
            mounted(args=list(arguments), prog_name=f"coder {self.name}")
        except ModuleNotFoundError as error:
            target = f"clinical-coder-zh[{self.extra}]" if self.extra else "clinical-coder-zh"
            raise CoderError(f"命令 coder {self.name} 缺少组件 {error.name}：请运行 pip install '{target}'") from error


MOUNTED = (
    MountedCommand("batch", "coder.batch.cli", "app", "批量编码 JSONL 或 CSV，输出 JSONL 与退回清单。"),
    MountedCommand("serve", "api.cli", "app", "启动本机 HTTP 服务（默认只监听回环地址）。"),
    MountedCommand("eval", "eval.cli", "app", "用带金标准的病历评测整条流水线。"),
    MountedCommand("terms", "coder.terms.cli", "app", "编码体系：检索、转换、由官方表格生成。"),
    MountedCommand("text", "coder.text.cli", "app", "文本层：编译分词词典与名称词表。"),
    MountedCommand("normalize", "coder.suggest.cli", "app", "把诊断或手术术语归一到标准编码。"),
    MountedCommand("check", "coder.check", "app", "按规则审核人工已编好的病历。"),
    MountedCommand("rules", "coder.rules.cli", "rules_app", "规则库：列出、校验、生成说明。"),
    MountedCommand("group", "coder.group.cli", "group_app", "批量 DRG/DIP 分组。"),
    MountedCommand("scheme", "coder.group.cli", "scheme_app", "分组方案：生成、校验、比较。"),
    MountedCommand("train", "coder.train.cli", "app", "训练或微调编码器（需要 train 附加组件）。", extra="train"),
)


def _mount(command: MountedCommand) -> None:
    def run(context: typer.Context) -> None:
        command.run(context.args)

    app.command(
        command.name,
        help=command.help,
        add_help_option=False,
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    )(run)


@app.command("code")
def code_file(
    file: Annotated[Path, typer.Argument(help="病历文件（.txt 或 .json），- 表示标准输入。", show_default=False)],
    output_format: Annotated[
        Literal["table", "json"], typer.Option("--format", "-f", help="输出形式：table 便于阅读，json 便于程序处理。")
    ] = "table",
    scheme: Annotated[str | None, typer.Option(help="分组方案，如 chs-drg-1.1。", show_default=False)] = None,
    diagnosis_system: Annotated[
        str | None, typer.Option("--system", help="诊断编码体系，如 icd10-nhsa-2.0。", show_default=False)
    ] = None,
    procedure_system: Annotated[
        str | None, typer.Option(help="手术编码体系，如 icd9cm3-nhsa-2.0。", show_default=False)
    ] = None,
    policy: Annotated[
        Literal["settlement", "front-page"], typer.Option(help="主要诊断选择口径：医保结算清单或病案首页。")
    ] = "settlement",
) -> None:
    """给一份病历编码，并列出原文依据、审核提示和分组结果。"""
    from coder.record_io import load_record

    loaded = load_record(file)
    if loaded.encoding != "UTF-8":
        typer.echo(f"提示：文件按 {loaded.encoding} 解码", err=True)
    if loaded.unused_fields:
        typer.echo(f"提示：未使用的字段 {'、'.join(loaded.unused_fields)}", err=True)

    # A process that codes one record ends before collecting would pay.
    with uncollected():
        from coder.pipeline import Coder, CoderConfig

        chosen = {"scheme": scheme, "diagnosis_system": diagnosis_system, "procedure_system": procedure_system}
        config = CoderConfig.model_validate({"policy": policy} | {k: v for k, v in chosen.items() if v is not None})
        coding = Coder.load(config).code(loaded.record)
    if output_format == "json":
        typer.echo(coding.model_dump_json(indent=2))
        return
    from coder.table import print_coding

    print_coding(coding)


for _command in MOUNTED:
    _mount(_command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status; every expected failure is one line on standard error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        app(args=None if arguments is None else list(arguments), prog_name="coder")
    except CoderError as error:
        typer.echo(f"错误：{error}", err=True)
        return 2
    except KeyboardInterrupt:
        return 130
    except SystemExit as exit_:
        status = exit_.code if isinstance(exit_.code, int) else 1
    else:
        status = 0
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has gone, as in `coder code FILE | head`: nothing left to say, nor to flush when Python exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status


def run() -> NoReturn:
    """The console script: :func:`main`, then straight out of the process.

    A coded record leaves a million objects behind; taking them down one by one at exit takes longer than printing the
    result. Everything is written by then, and workers and servers have been stopped by those who started them.
    """
    status = main()
    sys.stderr.flush()
    os._exit(status)
