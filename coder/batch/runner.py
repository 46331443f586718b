"""Codes the rows of a batch in worker processes: order kept, memory bounded, every row answered once.

Each worker loads the coder once. A row that the coder refuses, or on which it fails, becomes a reject with the reason;
a row on which a worker dies is found by running the rows in flight again, one by one.
"""

from __future__ import annotations

import json
import os
import signal
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import TextIO

from coder.batch.formats import BatchRow, open_rows
from coder.errors import CoderError, InputError
from coder.protocols import CoderFactory, RecordCoder

_IN_FLIGHT_PER_WORKER = 8


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to one row: the JSON of its coding, or the reason why there is none."""

    number: int
    record_id: str | None
    coding_json: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class BatchSummary:
    """How many rows a batch had, and where they went: ``coded + rejected == rows``."""

    rows: int
    coded: int
    rejected: int


def run_batch(
    source: Path,
    output: Path,
    *,
    rejects: Path,
    coder_factory: CoderFactory,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> BatchSummary:
    """Code every row of ``source`` into ``output`` or ``rejects``, both JSON Lines in the order of the input.

    A line of ``output`` is the coding of one record with its ``row`` in front; a line of ``rejects`` holds ``row``,
    ``record_id`` and ``reason``, never text of the record. Both are written beside their place under a ``.part`` name
    and moved there when the batch is complete, so a file that exists is whole.

    Args:
        source: a ``.jsonl`` or ``.csv`` file.
        output: where codings go.
        rejects: where rows without a coding go; written also when there are none.
        coder_factory: makes the coder, once a worker; must be picklable when ``workers`` is over 1.
        workers: processes; 1 codes in this process.
        progress: called after each row with the bytes of ``source`` read so far and in all.

    Raises:
        InputError: the source cannot be read, or a file would be written over another.
    """
    if len({path.resolve() for path in (source, output, rejects)}) < 3:
        raise InputError("输入、输出和退回文件必须是三个不同的文件：请换一个输出路径")
    coded = rejected = 0
    with ExitStack() as stack:
        rows = stack.enter_context(open_rows(source))
        coded_lines = stack.enter_context(_part_file(output))
        rejected_lines = stack.enter_context(_part_file(rejects))
        outcomes = stack.enter_context(closing(code_rows(rows.rows, coder_factory=coder_factory, workers=workers)))
        for outcome in outcomes:
            if outcome.coding_json is not None:
                coded += 1
                coded_lines.write(f'{{"row":{outcome.number},{outcome.coding_json[1:]}\n')
            else:
                rejected += 1
                fields = {"row": outcome.number, "record_id": outcome.record_id, "reason": outcome.reason}
                rejected_lines.write(json.dumps(fields, ensure_ascii=False) + "\n")
            if progress is not None:
                progress(rows.bytes_read(), rows.bytes_total)
    for path in (output, rejects):
        _part(path).replace(path)
    return BatchSummary(rows=coded + rejected, coded=coded, rejected=rejected)


def code_rows(
    rows: Iterable[BatchRow], *, coder_factory: CoderFactory, workers: int = 1
) -> Generator[Outcome, None, None]:
    """One outcome for each row, in order; at most ``8 × workers`` rows are held at a time."""
    if workers > 1:
        return _code_in_pool(iter(rows), coder_factory=coder_factory, workers=workers)
    return _code_here(rows, coder_factory())


def _code_here(rows: Iterable[BatchRow], coder: RecordCoder) -> Generator[Outcome, None, None]:
    for row in rows:
        yield _code_row(coder, row)


def _code_in_pool(
    rows: Iterator[BatchRow], *, coder_factory: CoderFactory, workers: int
) -> Generator[Outcome, None, None]:
    in_flight: deque[tuple[BatchRow, Future[Outcome]]] = deque()
    pool = _start_pool(coder_factory, workers)
    try:
        while True:
            for row in islice(rows, workers * _IN_FLIGHT_PER_WORKER - len(in_flight)):
                in_flight.append((row, _submit(pool, row)))
            if not in_flight:
                return
            if isinstance(in_flight[0][1].exception(), BrokenProcessPool):
                pool.shutdown()
                for row, future in in_flight:
                    yield _code_alone(row, coder_factory) if future.exception() else future.result()
                in_flight.clear()
                pool = _start_pool(coder_factory, workers)
            else:
                yield in_flight.popleft()[1].result()
    finally:
        pool.shutdown(cancel_futures=True)


def _code_alone(row: BatchRow, coder_factory: CoderFactory) -> Outcome:
    with _start_pool(coder_factory, 1) as pool:
        future = _submit(pool, row)
        if isinstance(future.exception(), BrokenProcessPool):
            reason = "处理这一行时工作进程异常退出（可能内存不足）：请单独用 coder code 检查这份病历"
            return Outcome(row.number, row.record_id, reason=reason)
        return future.result()


def _start_pool(coder_factory: CoderFactory, workers: int) -> ProcessPoolExecutor:
    # Not fork: the parent may hold threads of an inference runtime, which a forked child would not have.
    return ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=_start_worker, initargs=(coder_factory,)
    )


def _submit(pool: ProcessPoolExecutor, row: BatchRow) -> Future[Outcome]:
    """A future in any case: submitting to a pool that has just lost a worker must not lose the row as well."""
    try:
        return pool.submit(_code_row_in_worker, row)
    except BrokenProcessPool as error:
        broken: Future[Outcome] = Future()
        broken.set_exception(error)
        return broken


def _start_worker(coder_factory: CoderFactory) -> None:
    # Ctrl-C reaches the whole process group: the parent alone decides when the workers end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    global _make_coder
    _make_coder = cache(coder_factory)


_make_coder: CoderFactory


def _code_row_in_worker(row: BatchRow) -> Outcome:
    # Loading here, not when the worker starts, lets a failed load reach the parent as the error that it is.
    return _code_row(_make_coder(), row)


def _code_row(coder: RecordCoder, row: BatchRow) -> Outcome:
    if row.record is None:
        return Outcome(row.number, row.record_id, reason=row.reason)
    try:
        coding = coder.code(row.record)
    except CoderError as error:
        return Outcome(row.number, row.record_id, reason=str(error))
    except Exception as error:  # one record must not end a night's batch; the reason names the fault, not the text
        place = traceback.extract_tb(error.__traceback__)[-1]
        fault = f"{type(error).__name__}，{Path(place.filename).name} 第 {place.lineno} 行"
        return Outcome(row.number, row.record_id, reason=f"程序内部错误（{fault}）：请把这一行号和该信息反馈给开发者")
    if coding.record_id is None:
        coding = coding.model_copy(update={"record_id": row.record_id})
    return Outcome(row.number, row.record_id, coding_json=coding.model_dump_json())


@contextmanager
def _part_file(path: Path) -> Iterator[TextIO]:
    """The unfinished form of an output file; it stays after an interruption unless nothing was written to it."""
    part = _part(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        stream = part.open("w", encoding="utf-8", newline="\n")
    except OSError as error:
        raise InputError(f"无法写入 {path}（{type(error).__name__}）：请检查目录和权限") from None
    try:
        with stream:
            yield stream
    except BaseException:
        if part.stat().st_size == 0:
            part.unlink()
        raise


def _part(path: Path) -> Path:
    return path.with_name(path.name + ".part")


def default_workers() -> int:
    """As many workers as this process may use processors."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
