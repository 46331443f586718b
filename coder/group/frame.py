"""Rows of a file as cases in columns: which cells hold what, what can be read, and which rows cannot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from coder.group.chunks import Piece, Reject
from coder.group.layout import Layout, sex_values

_INTEGERS: Final = ("age_years", "age_days", "birth_weight_g", "admission_weight_g", "los")
_NUMBERS: Final = (*_INTEGERS, "total_cost")
_LIST_SEPARATOR: Final = "|"
PATIENT_COLUMNS: Final = ("sex", "age_years", "age_days", "birth_weight_g")


@dataclass(frozen=True, slots=True)
class CaseFrame:
    """The usable rows of a piece.

    Attributes:
        rows: the rows as they were, every column, as text.
        diagnoses: list of codes, the principal first, ``""`` where there is none.
        procedures: list of codes, the main procedure first.
        facts: ``sex``, ``age_years``, ``age_days``, ``birth_weight_g``, ``los``, ``total_cost``; null where not known.
        rejects: the rows that are not among these, and why, in the order of the file.
    """

    rows: pl.DataFrame
    diagnoses: pl.Series
    procedures: pl.Series
    facts: pl.DataFrame
    rejects: list[Reject]


def read_cases(piece: Piece, *, header: list[str], layout: Layout) -> CaseFrame:
    """The cases of a piece; a row with a value that cannot be read is rejected whole."""
    rejects = list(piece.rejects)
    frame = _parse(piece.body, header)
    known = frame.select(pl.col(layout.all_columns).fill_null(""))
    facts = _facts(known, layout)
    bad = _bad_values(known, facts, layout)
    if bad:
        texts = piece.body.split(b"\n") if b'"' not in piece.body else None
        for row, reason in bad.items():
            text = texts[row].decode() if texts else ",".join(cell or "" for cell in frame.row(row))
            rejects.append(Reject(int(piece.lines[row]), reason, text.rstrip("\r")))
        rejects.sort(key=lambda item: item.line)
        keep = pl.Series([row not in bad for row in range(frame.height)], dtype=pl.Boolean)
        frame, known, facts = frame.filter(keep), known.filter(keep), facts.filter(keep)
    return CaseFrame(
        rows=frame,
        diagnoses=_codes(known, layout, listed="diagnoses", first="principal", further="other_diagnosis"),
        procedures=_codes(known, layout, listed="procedures", first="main_procedure", further="other_procedure"),
        facts=facts,
        rejects=rejects,
    )


def _parse(body: bytes, header: list[str]) -> pl.DataFrame:
    """The rows as text columns; the pieces' reader has seen to it that every row has its fields."""
    schema = dict.fromkeys(header, pl.String)
    if not body:
        return pl.DataFrame(schema=schema)
    return pl.read_csv(body, has_header=False, schema=schema)


def _facts(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Sex and numbers as values; what cannot be read is null here and found by :func:`_bad_values`."""
    columns = []
    for field in _NUMBERS:
        column = layout.single.get(field)
        value = pl.lit(None, dtype=pl.Float64) if column is None else _number(pl.col(column))
        columns.append((value.floor().cast(pl.Int64, strict=False) if field in _INTEGERS else value).alias(field))
    sex_column = layout.single.get("sex")
    sex = pl.lit(None, dtype=pl.String) if sex_column is None else _sex(pl.col(sex_column))
    facts = frame.with_columns(*columns, sex.alias("sex")).select(*_NUMBERS, "sex")
    weight = pl.col("birth_weight_g").replace(0, None).fill_null(pl.col("admission_weight_g").replace(0, None))
    return facts.with_columns(
        birth_weight_g=weight,
        age_days=pl.when(pl.col("age_years").fill_null(0) == 0).then(pl.col("age_days")),
    )


def _number(text: pl.Expr) -> pl.Expr:
    return text.str.strip_chars().cast(pl.Float64, strict=False)


def _sex(text: pl.Expr) -> pl.Expr:
    words = text.str.strip_chars().str.to_lowercase()
    return words.replace_strict(sex_values(), default=None, return_dtype=pl.String)


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
