"""Speed of the grouper: ``python -m eval.bench_group``. The peer in the same run is the plain interpreter of the rules.

Measured are: loading a scheme, one record at a time on one thread (with trail, as the public value and as the engine's
own), and a file of made-up records from CSV to CSV. Single-record figures are by processor time, so that other work on
the machine does not make them smaller; the file is by the clock, with the processor time and the load beside it.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from coder.artefacts import artefact_path
from coder.group import Scheme, load_scheme
from coder.group.batch import DrgFileGrouper, group_file
from coder.group.compiled import definition_of, read_scheme
from coder.group.external import GROUPER_FIELDS, to_grouper_line
from eval.group_agreement import maker, plain, rule_file
from eval.group_agreement_cases import CaseMaker
from eval.group_agreement_reference import PlainGrouper

T = TypeVar("T")
_PEER_CASES = 2_000


def bench(scheme: str, *, records: int, rows: int, repeats: int, seed: int) -> None:
    """Print all figures."""
    path = artefact_path(f"schemes/{scheme}.zip")
    engine = load_scheme(scheme)
    cases = list(maker(engine, seed=seed).cases(records))
    load = _best(lambda: Scheme(read_scheme(path)), repeats)
    typer.echo(f"load average {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    typer.echo(f"load one scheme: {load:.3f} s")
    single = {
        "one thread, trail, Grouping": lambda: _each(engine.group, cases),
        "one thread, trail, engine value": lambda: _each(engine.run, cases),
        "one thread, no trail, engine value": lambda: _each(lambda case: engine.run(case, trail=False), cases),
    }
    for name, work in single.items():
        typer.echo(f"{name}: {records / _best(work, repeats):,.0f} records/s")
    reference = PlainGrouper(rule_file(definition_of(engine.compiled)))
    plain_cases = [plain(case) for case in cases[:_PEER_CASES]]
    peer = _best(lambda: _each(reference.group, plain_cases), 1)
    typer.echo(f"peer (plain interpreter of the same rules): {len(plain_cases) / peer:,.0f} records/s")
    if rows:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "cases.csv"
            _write_cases(source, maker(engine, seed=seed + 1), rows)
            for piece in _file_in_new_process(scheme, source, repeats):
                typer.echo(piece)


def file_run(scheme: str, source: Path) -> tuple[float, int]:
    """Group a file without trail; seconds, and the rows grouped."""
    started = time.perf_counter()
    report = group_file(DrgFileGrouper(load_scheme(scheme), trail=False), source, source.with_suffix(".out.csv"))
    return time.perf_counter() - started, report.rows


def _file_in_new_process(scheme: str, source: Path, repeats: int) -> list[str]:
    """Run the file bench in a process of its own, so that its memory is its own."""
    lines = []
    for _ in range(repeats):
        done = subprocess.run(
            [sys.executable, "-m", "eval.bench_group", "--file", str(source), "--scheme", scheme],
            check=True,
            capture_output=True,
            text=True,
        )
        lines.append(done.stdout.strip())
    return lines


def _write_cases(path: Path, cases: CaseMaker, rows: int) -> None:
    with path.open("w", encoding="utf-8") as stream:
        stream.write(",".join(GROUPER_FIELDS) + "\n")
        for case in cases.cases(rows):
            stream.write(to_grouper_line(case) + "\n")


def _each(work: Callable[[T], object], cases: Sequence[T]) -> None:
    for case in cases:
        work(case)


def _best(work: Callable[[], object], repeats: int) -> float:
    times = []
    for _ in range(repeats):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times)


def main(
    scheme: Annotated[str, typer.Option(help="The scheme.")] = "chs-drg-1.1",
    records: Annotated[int, typer.Option(help="Records for the single-record figures.")] = 100_000,
    rows: Annotated[int, typer.Option(help="Rows of the made-up file, 0 for none.")] = 1_000_000,
    repeats: Annotated[int, typer.Option(help="Repeats, of which the best counts.")] = 3,
    seed: Annotated[int, typer.Option(help="Seed of the case maker.")] = 7,
    file: Annotated[Path | None, typer.Option(help="Only group this file of grouper records.")] = None,
) -> None:
    """Print all figures, or those of one file."""
    if file is None:
        bench(scheme, records=records, rows=rows, repeats=repeats, seed=seed)
        return
    seconds, grouped = file_run(scheme, file)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    speed, busy, load = grouped / seconds, time.process_time(), os.getloadavg()[0]
    typer.echo(
        f"file to file, no trail: {grouped:,} rows, {seconds:.2f} s, {speed:,.0f} records/s, {memory:.0f} MB; "
        f"processor time of the whole process {busy:.2f} s, load average {load:.1f}"
    )


if __name__ == "__main__":
    typer.run(main)
