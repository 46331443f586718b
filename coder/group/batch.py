"""A file of cases in, the same file with its groups out: piece by piece, in order, with bad rows set aside."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, TextIO

import polars as pl

from coder.errors import InputError
from coder.group.chunks import DEFAULT_PIECE_BYTES, CsvPieces, Piece, Reject
from coder.group.layout import Layout, match_layout, sex_values
from coder.group.scheme import Scheme
from coder.group.vector import OUTPUT_COLUMNS, ColumnGrouper, case_of, fits

TRAIL_COLUMN: Final = "trail"
TRAIL_SEPARATOR: Final = "；"
REJECT_HEADER: Final = ("行号", "原因", "原文")
_NUMBERS: Final = ("age_years", "age_days", "birth_weight_g", "admission_weight_g")
_LIST_SEPARATOR: Final = "|"
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
    scheme: Scheme,
    source: Path,
    output: Path,
    *,
    trail: bool = True,
    encoding: str | None = None,
    reject_file: Path | None = None,
    progress: Progress | None = None,
    piece_bytes: int = DEFAULT_PIECE_BYTES,
) -> FileReport:
    """Group every row of a CSV file.

    Each row of the input is in exactly one of the two outputs. The output has the input's columns untouched, then
    ``status``, ``mdc``, ``adrg``, ``drg``, ``weight`` and, if asked for, ``trail``; it is UTF-8.

    Args:
        scheme: the scheme, with weights if a weight is wanted.
        source: a CSV with grouper-record or HQMS columns, UTF-8 or GB18030.
        output: the file to write.
        trail: whether to write the steps; without them grouping is many times faster.
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
    work = partial(_group_piece, _Grouper(scheme, trail=trail), header, match_layout(header))
    reject_path = reject_file or output.with_name(f"{output.stem}.rejected.csv")
    statuses: dict[str, int] = {}
    rows = rejected = done = 0
    added = [*OUTPUT_COLUMNS, *([TRAIL_COLUMN] if trail else [])]
    try:
        with output.open("wb") as out, _RejectFile(reject_path) as reject:
            out.write(_header_line([*header, *(_free_name(name, header) for name in added)]))
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


class _Grouper:
    """Groups a piece's cases, in columns where the scheme allows it and no trail is wanted."""

    def __init__(self, scheme: Scheme, *, trail: bool) -> None:
        self._scheme = scheme
        self._trail = trail
        self._columns = None if trail or not fits(scheme) else ColumnGrouper(scheme)

    def group(self, *, diagnoses: pl.Series, procedures: pl.Series, patients: pl.DataFrame) -> pl.DataFrame:
        if self._columns is not None:
            return self._columns.group(diagnoses=diagnoses, procedures=procedures, patients=patients)
        cells = []
        for codes, operations, patient in zip(diagnoses, procedures, patients.iter_rows(), strict=True):
            result = self._scheme.run(case_of(codes, operations, patient), trail=self._trail)
            cells.append((result.status.value, *result[2:5], result.weight, TRAIL_SEPARATOR.join(result.trail)))
        schema = {**dict.fromkeys(OUTPUT_COLUMNS[:-1], pl.String), "weight": pl.Float64, TRAIL_COLUMN: pl.String}
        frame = pl.DataFrame(cells, schema=schema, orient="row")
        return frame if self._trail else frame.drop(TRAIL_COLUMN)


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


def _group_piece(grouper: _Grouper, header: list[str], layout: Layout, piece: Piece) -> _Result:
    rejects = list(piece.rejects)
    frame = _parse(piece.body, header)
    known = frame.select(pl.col(layout.all_columns).fill_null(""))
    facts = _patient_facts(known, layout)
    bad = _bad_values(known, facts, layout)
    if bad:
        keep = pl.Series([row not in bad for row in range(frame.height)], dtype=pl.Boolean)
        texts = piece.body.split(b"\n") if b'"' not in piece.body else None
        for row, reason in bad.items():
            text = texts[row].decode() if texts else ",".join(cell or "" for cell in frame.row(row))
            rejects.append(Reject(int(piece.lines[row]), reason, text.rstrip("\r")))
        rejects.sort(key=lambda item: item.line)
        frame, known, facts = frame.filter(keep), known.filter(keep), facts.filter(keep)
    if not frame.height:
        return _Result(body=b"", rows=0, statuses={}, rejects=rejects, size=piece.size)
    groups = grouper.group(
        diagnoses=_codes(known, layout, listed="diagnoses", first="principal", further="other_diagnosis"),
        procedures=_codes(known, layout, listed="procedures", first="main_procedure", further="other_procedure"),
        patients=facts.select("sex", "age_years", "age_days", "birth_weight_g"),
    )
    counts = groups["status"].value_counts()
    body = frame.with_columns(
        groups.rename({name: _free_name(name, header) for name in groups.columns}).get_columns()
    ).write_csv(include_header=False)
    return _Result(
        body=body.encode(),
        rows=frame.height,
        statuses=dict(counts.iter_rows()),
        rejects=rejects,
        size=piece.size,
    )


def _parse(body: bytes, header: list[str]) -> pl.DataFrame:
    """The rows as text columns; the pieces' reader has seen to it that every row has its fields."""
    schema = dict.fromkeys(header, pl.String)
    if not body:
        return pl.DataFrame(schema=schema)
    return pl.read_csv(body, has_header=False, schema=schema)


def _patient_facts(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Sex, ages and weight as values; what cannot be read is null here and found by :func:`_bad_values`."""
    columns = []
    for field in _NUMBERS:
        column = layout.single.get(field)
        if column is None:
            columns.append(pl.lit(None, dtype=pl.Int64).alias(field))
        else:
            text = pl.col(column).str.strip_chars()
            columns.append(text.cast(pl.Float64, strict=False).floor().cast(pl.Int64, strict=False).alias(field))
    sex_column = layout.single.get("sex")
    if sex_column is None:
        sex = pl.lit(None, dtype=pl.String)
    else:
        known = pl.col(sex_column).str.strip_chars().str.to_lowercase()
        sex = known.replace_strict(sex_values(), default=None, return_dtype=pl.String)
    facts = frame.with_columns(*columns, sex.alias("sex")).select(*_NUMBERS, "sex")
    weight = (
        pl.when(pl.col("birth_weight_g") > 0).then(pl.col("birth_weight_g")).otherwise(pl.col("admission_weight_g"))
    )
    return facts.with_columns(
        birth_weight_g=pl.when(weight > 0).then(weight),
        age_days=pl.when(pl.col("age_years").fill_null(0) == 0).then(pl.col("age_days")),
    )


def _bad_values(frame: pl.DataFrame, facts: pl.DataFrame, layout: Layout) -> dict[int, str]:
    """Rows whose sex, age or weight is written but cannot be read, and why."""
    bad: dict[int, str] = {}
    for field in _NUMBERS:
        column = layout.single.get(field)
        if column is None:
            continue
        text = frame[column].str.strip_chars()
        number = text.cast(pl.Float64, strict=False)
        wrong = (text != "") & (number.is_null() | number.is_nan() | (number < 0) | number.is_infinite())
        for row in wrong.fill_null(False).arg_true().to_list():
            bad.setdefault(row, f"列 {column} 应为不小于 0 的数")
    column = layout.single.get("sex")
    if column is not None:
        known = pl.Series(list(sex_values()))
        text = frame[column].str.strip_chars().str.to_lowercase()
        wrong = (text != "") & facts["sex"].is_null() & ~text.is_in(known.implode())
        for row in wrong.fill_null(False).arg_true().to_list():
            bad.setdefault(row, f"列 {column} 应为 1（男）或 2（女）")
    return bad


def _codes(frame: pl.DataFrame, layout: Layout, *, listed: str, first: str, further: str) -> pl.Series:
    """The codes of each row as one list, the first place kept even where it is empty."""
    list_column = layout.single.get(listed)
    if list_column is not None:
        text = frame[list_column]
        if text.str.contains(",", literal=True).any():
            text = text.str.replace_all(",", _LIST_SEPARATOR, literal=True)
    else:
        columns = [column for column in (layout.single.get(first), *layout.repeated.get(further, ())) if column]
        if layout.single.get(first) is None:
            return pl.Series([[""]] * frame.height, dtype=pl.List(pl.String))
        text = frame.select(pl.concat_str(columns, separator=_LIST_SEPARATOR))[columns[0]]
    if text.str.contains(" ", literal=True).any():
        text = text.str.replace_all(" ", "", literal=True)
    return text.str.strip_chars_end(_LIST_SEPARATOR).str.split(_LIST_SEPARATOR)


def _free_name(name: str, header: list[str]) -> str:
    """A name for an added column that the file does not use already."""
    while name in header:
        name = f"group_{name}"
    return name


def _header_line(names: list[str]) -> bytes:
    return pl.DataFrame(schema=dict.fromkeys(names, pl.String)).write_csv().encode()
