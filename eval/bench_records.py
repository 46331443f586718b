"""Time of one record from text to coding, warm, one thread, by length of the record.

    python -m eval.bench_records [--split dev|held-out|all]

The process is warmed up as a server is (:meth:`coder.pipeline.Coder.warm_up`) and by a few records. Every other record
is coded once, so that nothing that was remembered of it helps.
"""

from __future__ import annotations

import statistics
import time
from typing import Annotated

import typer

from coder.pipeline import Coder
from eval.records import Split, load_records

_BANDS = ((0, 600), (600, 1000), (1000, 1400), (1400, 1800), (1800, 10_000))
_WARM = 6

app = typer.Typer(add_completion=False)


@app.command()
def main(split: Annotated[Split, typer.Option(help="Which records.")] = "all") -> None:
    """Print median and 95th percentile in milliseconds by length."""
    coder = Coder.load()
    coder.warm_up()
    records = [gold.record for gold in load_records(split)]
    for record in records[:_WARM]:
        coder.code(record)
    times: dict[tuple[int, int], list[float]] = {band: [] for band in _BANDS}
    for record in records[_WARM:]:
        start = time.perf_counter()
        coder.code(record)
        passed = (time.perf_counter() - start) * 1000
        next(found for (low, high), found in times.items() if low <= len(record.text) < high).append(passed)
    for (low, high), found in times.items():
        if found:
            found.sort()
            late = found[int(len(found) * 0.95)]
            middle = statistics.median(found)
            print(f"{low:>5}-{high:<6} {len(found):>4} records  median {middle:6.1f}  p95 {late:6.1f}")


if __name__ == "__main__":
    app()
