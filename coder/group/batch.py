"""A file of cases in, the same file with its groups out: piece by piece, in order, with bad rows set aside."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final, Protocol, TextIO

import polars as pl

from coder.errors import InputError
from coder.group.case import Case
from coder.group.chunks import DEFAULT_PIECE_BYTES, CsvPieces, Piece, Reject
from coder.group.dip import DipGrouper, DipHistoryCase
from coder.group.frame import PATIENT_COLUMNS, CaseFrame, read_cases
from coder.group.layout import Layout, match_layout
from coder.group.scheme import Scheme
from coder.group.vector import OUTPUT_COLUMNS, ColumnGrouper, case_of, fits

TRAIL_COLUMN: Final = "trail"
TRAIL_SEPARATOR: Final = "；"
REJECT_HEADER: Final = ("行号", "原因", "原文")
_WORKERS: Final = 2

#: Called after each piece with the bytes done so far and the bytes of the whole file.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of a file's rows; ``rows == grouped + sum of all other statuses``, rejected rows not among them."""

    rows: int
    rejected: int
    statuses: dict[str, int]
    output: Path
    reject_file: Path | None


def group_file(
    grouper: FileGrouper,
    source: Path,
    output: Path,
    *,
    encoding: str | None = None,
    reject_file: Path | None = None,
    progress: Progress | None = None,
    piece_bytes: int = DEFAULT_PIECE_BYTES,
) -> FileReport:
    """Group every row of a CSV file.

    Each row of the input is in exactly one of the two outputs. The output has the input's columns untouched, then the
    grouper's; where the file uses a name already, the added column gets ``group_`` before it. The output is UTF-8.

    Args:
        grouper: what groups: a :class:`DrgFileGrouper` or a :class:`DipFileGrouper`.
        source: a CSV with grouper-record or HQMS columns, UTF-8 or GB18030.
        output: the file to write.
        encoding: of the source; found out if not given.
        reject_file: where bad rows go, by default beside the output; written only if there are any.
        progress: told how far it is.
        piece_bytes: how much of the file is in hand at once, a piece; four pieces at most.

    Raises:
        InputError: the file cannot be read, or has no column with a principal diagnosis, or would overwrite itself.
    """
    if source.resolve() == output.resolve():
        raise InputError(f"输出文件与输入文件相同（{output.name}）：请换一个输出路径")
    pieces = CsvPieces(source, encoding=encoding, piece_bytes=piece_bytes)
    header = pieces.header
    work = partial(_group_piece, grouper, header, match_layout(header))
    reject_path = reject_file or output.with_name(f"{output.stem}.rejected.csv")
    statuses: dict[str, int] = {}
    rows = rejected = done = 0
    try:
        with output.open("wb") as out, _RejectFile(reject_path) as reject:
            out.write(_header_line([*header, *(_free_name(name, header) for name in grouper.columns)]))
            for result in _in_order(work, iter(pieces)):
                out.write(result.body)
                reject.write(result.rejects)
                for status, count in result.statuses.items():
                    statuses[status] = statuses.get(status, 0) + count
                rows += result.rows
                rejected += len(result.rejects)
                done += result.size
                if progress:
                    progress(done, pieces.size)
    except OSError as error:
        raise InputError(f"写不了 {output.name}（{type(error).__name__}）：请检查路径、权限与磁盘空间") from error
    return FileReport(
        rows=rows,
        rejected=rejected,
        statuses=dict(sorted(statuses.items(), key=lambda pair: -pair[1])),
        output=output,
        reject_file=reject_path if rejected else None,
    )


@dataclass(frozen=True, slots=True)
class _Result:
    body: bytes
    rows: int
    statuses: dict[str, int]
    rejects: list[Reject]
    size: int


class FileGrouper(Protocol):
    """What groups the cases of a file: its added columns, and how it fills them."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are added, the status first."""

    def group(self, cases: CaseFrame) -> pl.DataFrame:
        """The added columns for these cases, in their order."""


class DrgFileGrouper:
    """Groups by a DRG scheme: in columns where no trail is wanted, case by case where one is."""

    def __init__(self, scheme: Scheme, *, trail: bool) -> None:
        self._scheme = scheme
        self._trail = trail
        self._columns = None if trail or not fits(scheme) else ColumnGrouper(scheme)

    @property
    def columns(self) -> tuple[str, ...]:
        """Status, MDC, ADRG, DRG, weight, and the trail where it is wanted."""
        return (*OUTPUT_COLUMNS, TRAIL_COLUMN) if self._trail else OUTPUT_COLUMNS

    def group(self, cases: CaseFrame) -> pl.DataFrame:
        """The added columns for these cases."""
        patients = cases.facts.select(PATIENT_COLUMNS)
        if self._columns is not None:
            return self._columns.group(diagnoses=cases.diagnoses, procedures=cases.procedures, patients=patients)
        cells = []
        for codes, operations, patient in zip(
            cases.diagnoses.to_list(), cases.procedures.to_list(), patients.iter_rows(), strict=True
        ):
            result = self._scheme.run(case_of(codes, operations, patient), trail=self._trail)
            cells.append((result.status.value, *result[2:5], result.weight, TRAIL_SEPARATOR.join(result.trail)))
        schema = {**dict.fromkeys(OUTPUT_COLUMNS[:-1], pl.String), "weight": pl.Float64, TRAIL_COLUMN: pl.String}
        return pl.DataFrame(cells, schema=schema, orient="row").select(self.columns)


class DipFileGrouper:
    """Groups by a DIP catalogue, case by case."""

    columns: tuple[str, ...] = ("status", "dip", "dip_name", "kind", "score", "cost_ratio", "deviation", TRAIL_COLUMN)

    def __init__(self, grouper: DipGrouper) -> None:
        self._grouper = grouper

    def group(self, cases: CaseFrame) -> pl.DataFrame:
        """The added columns for these cases."""
        cells = []
        for case, cost in coded_cases(cases):
            result = self._grouper.group(case, cost=cost)
            entry = result.entry
            named = (entry.code, entry.name, entry.kind) if entry else (None, None, None)
            trail = TRAIL_SEPARATOR.join(result.trail)
            cells.append((result.status.value, *named, result.score, result.cost_ratio, result.deviation, trail))
        schema = dict.fromkeys(self.columns, pl.String) | {"score": pl.Float64, "cost_ratio": pl.Float64}
        return pl.DataFrame(cells, schema=schema, orient="row")


def coded_cases(cases: CaseFrame) -> Iterator[tuple[Case, float | None]]:
    """Each case of a frame with its cost."""
    facts = cases.facts.select(*PATIENT_COLUMNS, "los", "total_cost").iter_rows()
    for codes, operations, row in zip(cases.diagnoses.to_list(), cases.procedures.to_list(), facts, strict=True):
        *patient, los, cost = row
        case = case_of(codes, operations, (patient[0], patient[1], patient[2], patient[3]))
        yield replace(case, los=los), cost


def read_history(source: Path, *, encoding: str | None = None) -> Iterator[DipHistoryCase]:
    """The settled cases of a CSV file that has a column with the total cost; rows that cannot be read are left out.

    Raises:
        InputError: the file cannot be read, or has no column with the total cost.
    """
    pieces = CsvPieces(source, encoding=encoding)
    layout = match_layout(pieces.header)
    if "total_cost" not in layout.single:
        raise InputError(f"{source.name} 没有总费用列：请提供 D01 或 总费用 列")
    for piece in pieces:
        for case, cost in coded_cases(read_cases(piece, header=pieces.header, layout=layout)):
            if cost is not None:
                yield DipHistoryCase(case=case, cost=cost)


class _RejectFile:
    """The reject file, made only when the first row goes into it; one of an earlier run does not outlive this one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stream: TextIO | None = None

    def __enter__(self) -> _RejectFile:
        self._path.unlink(missing_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        if self._stream is not None:
            self._stream.close()

    def write(self, rejects: list[Reject]) -> None:
        if not rejects:
            return
        if self._stream is None:
            self._stream = self._path.open("w", encoding="utf-8", newline="")
            csv.writer(self._stream).writerow(REJECT_HEADER)
        csv.writer(self._stream).writerows((item.line, item.reason, item.text) for item in rejects)


def _in_order(work: Callable[[Piece], _Result], pieces: Iterator[Piece]) -> Iterator[_Result]:
    """Work on two pieces at once, give the results in the file's order, never hold more than four pieces."""
    with ThreadPoolExecutor(max_workers=_WORKERS) as pool:
        waiting: deque[Future[_Result]] = deque()
        for piece in pieces:
            waiting.append(pool.submit(work, piece))
            if len(waiting) > _WORKERS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _group_piece(grouper: FileGrouper, header: list[str], layout: Layout, piece: Piece) -> _Result:
    cases = read_cases(piece, header=header, layout=layout)
    if not cases.rows.height:
        return _Result(body=b"", rows=0, statuses={}, rejects=cases.rejects, size=piece.size)
    groups = grouper.group(cases)
    named = groups.rename({name: _free_name(name, header) for name in groups.columns})
    body = cases.rows.hstack(named.get_columns()).write_csv(include_header=False)
    return _Result(
        body=body.encode(),
        rows=cases.rows.height,
        statuses=dict(groups["status"].value_counts().iter_rows()),
        rejects=cases.rejects,
        size=piece.size,
    )


def _free_name(name: str, header: list[str]) -> str:
    """A name for an added column that the file does not use already."""
    while name in header:
        name = f"group_{name}"
    return name


def _header_line(names: list[str]) -> bytes:
    return pl.DataFrame(schema=dict.fromkeys(names, pl.String)).write_csv().encode()
