"""``coder normalize``: terms in a file to concepts of a code system."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from coder.errors import InputError

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(help="术语归一：输入每行 {id, text} 的 JSONL，输出每行 {id, concepts, candidates, abstained}。")
def normalize(
    source: Annotated[Path, typer.Argument(metavar="IN", help="输入文件（JSONL）。", show_default=False)],
    output: Annotated[Path, typer.Option("--output", "-o", help="输出文件（JSONL，与输入逐行对应）。")],
    system: Annotated[str, typer.Option(help="目标编码体系。")] = "icd10-nhsa-2.0",
    model: Annotated[Path | None, typer.Option(help="模型目录；默认用随软件发布的模型。", show_default=False)] = None,
    threads: Annotated[int, typer.Option(min=1, help="推理线程数。")] = 1,
) -> None:
    """Normalise a file line by line; memory does not grow with its length."""
    from coder.suggest.normalize import Normalizer

    if not source.is_file():
        raise InputError(f"找不到输入文件 {source}：请检查路径")
    normalizer = Normalizer.load(system, model=model, threads=threads)
    ids: list[object] = []
    count = 0
    with output.open("w", encoding="utf-8") as sink:
        for answer in normalizer.stream(_texts(source, ids)):
            row = {
                "id": ids[count % _WINDOW],
                "concepts": [_concept(one.code, one.name, one.probability) for one in answer.concepts],
                "candidates": [_concept(one.code, one.name, one.probability) for one in answer.candidates],
                "abstained": answer.abstained,
            }
            sink.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    typer.echo(f"共归一 {count} 行：{output}", err=True)


# The reader runs at most one batch ahead of the writer, so a ring of ids is enough for a file of any length.
_WINDOW = 4096


def _texts(source: Path, ids: list[object]) -> Iterator[str]:
    with source.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines):
            try:
                row = json.loads(line)
                identifier, text = row["id"], row["text"]
            except (ValueError, KeyError, TypeError) as error:
                raise InputError(f"{source.name} 第 {number + 1} 行不是含 id 与 text 的 JSON：请改正该行") from error
            if not isinstance(text, str):
                raise InputError(f"{source.name} 第 {number + 1} 行的 text 不是字符串：请改正该行")
            if number < _WINDOW:
                ids.append(identifier)
            else:
                ids[number % _WINDOW] = identifier
            yield text


def _concept(code: str, name: str, probability: float) -> dict[str, object]:
    return {"code": code, "name": name, "probability": probability}
