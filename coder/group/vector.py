"""The same engine over columns: many cases at once, each kind of case grouped once.

Codes become row numbers, row numbers become small integers by table look-up, and cases that no rule of the scheme can
tell apart get the same key. One case of each key goes through :meth:`Scheme.run`; the others get its answer. Nothing of
the rules is written a second time here: this module knows only which facts of a case rules can see.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import numpy as np
import polars as pl
from numpy.typing import NDArray

from coder.group.case import Case, Sex
from coder.group.scheme import GroupResult, Patient, Scheme, facts_of, watched_masks

Ints = NDArray[np.int64]

#: Row numbers of what is no code of the scheme: nothing there, not a code, a code that has no translation.
ABSENT, INVALID, NOT_TRANSLATABLE = -1, -2, -3
_WORD_BITS: Final = 63
_FAULTS: Final = {"invalid": INVALID, "not_translatable": NOT_TRANSLATABLE}
OUTPUT_COLUMNS: Final = ("status", "mdc", "adrg", "drg", "weight")


@dataclass(frozen=True, slots=True)
class _CodeLists:
    """Lists of codes, flattened; every list has at least one entry, ``ABSENT`` where the case has none."""

    rows: Ints
    starts: Ints
    lengths: Ints

    @property
    def first(self) -> Ints:
        return self.rows[self.starts]

    def gather(self, values: Ints, *, skip_first: bool) -> Ints:
        """A value for each entry: the table's for a code, 0 for what is no code and, if asked, for the first."""
        found = np.where(self.rows >= 0, values[self.rows], 0)
        if skip_first:
            found[self.starts] = 0
        return cast(Ints, found)


class ColumnGrouper:
    """Groups columns of cases by a scheme. Thread-safe; remembers the answer for every kind of case that it has met.

    >>> from coder.group import load_scheme
    >>> grouper = ColumnGrouper(load_scheme("chs-drg-1.1"))
    >>> people = pl.DataFrame({"sex": ["male"], "age_years": [30], "age_days": [None], "birth_weight_g": [None]})
    >>> codes = {"diagnoses": pl.Series([["K35.800x001"]]), "procedures": pl.Series([["47.0100"]])}
    >>> grouper.group(**codes, patients=people).row(0)
    ('分组成功', 'G', 'GD2', 'GD25', None)
    """

    def __init__(self, scheme: Scheme) -> None:
        self._scheme = scheme
        program, compiled = scheme.program, scheme.compiled
        dx, px = compiled.diagnoses, compiled.procedures
        self._dx_enum = pl.Enum(dx.codes)
        self._px_enum = pl.Enum(px.codes)
        self._dx_row = {code: row for row, code in enumerate(dx.codes)}
        self._px_row = {code: row for row, code in enumerate(px.codes)}
        self._dx_class = dx.classes.astype(np.int64)
        self._dx_level = compiled.level.astype(np.int64)
        self._dx_table = compiled.table.astype(np.int64)
        self._dx_exclusion = compiled.exclusion.astype(np.int64)
        self._dx_watched = _table(watched_masks(dx.class_sets, program.watched_diagnoses))[dx.classes]
        valid = compiled.valid.astype(np.int64)
        self._px_class = px.classes.astype(np.int64)
        self._px_valid = valid
        self._px_watched = (
            _table(watched_masks(px.class_sets, program.watched_procedures))[px.classes] | valid * program.any_valid
        )
        plans = [scheme.plan_of(number) for number in range(len(dx.class_sets))]
        self._plan_procedures = _table([plan.procedures for plan in plans])
        self._plan_others = _table([plan.others for plan in plans])
        self._plan_facts = _table([plan.demographics for plan in plans])
        mains = [sum(1 << index for index in sets) for sets in px.class_sets]
        self._main_kind = np.array([_kinds([mask & plan.main for mask in mains]) for plan in plans], np.int64)
        self._bits = (
            len(dx.class_sets).bit_length() + 1,
            len(px.class_sets).bit_length() + 1,
            1,
            2,
            len(program.watched_procedures) + 1,
            len(program.watched_diagnoses),
            len(program.atoms),
            len(program.atoms),
        )
        self._lock = threading.Lock()
        self._answer_of: dict[tuple[int, ...], int] = {}
        self._answers: list[GroupResult] = []
        self._facts_of: dict[Patient, tuple[int, int]] = {}

    def group(self, *, diagnoses: pl.Series, procedures: pl.Series, patients: pl.DataFrame) -> pl.DataFrame:
        """Group cases.

        Args:
            diagnoses: list of strings, the principal first, ``""`` where there is none; never an empty list.
            procedures: list of strings, the main procedure first, ``[""]`` where there is none.
            patients: columns ``sex``, ``age_years``, ``age_days``, ``birth_weight_g``; null where not known.

        Returns:
            Columns ``status``, ``mdc``, ``adrg``, ``drg``, ``weight``, in the order of the cases.
        """
        dx = self._rows(diagnoses, diagnosis=True)
        px = self._rows(procedures, diagnosis=False)
        words = _pack(self._key_fields(dx, px, patients), self._bits)
        keys = pl.DataFrame({f"k{number}": word for number, word in enumerate(words)})
        names = keys.columns
        distinct = keys.with_row_index("row").unique(subset=names, keep="any")
        ids = self._ids(distinct, diagnoses=diagnoses, procedures=procedures, patients=patients)
        answer = keys.join(distinct.select(names).with_columns(id=ids), on=names, how="left", maintain_order="left")
        return self._answer_table()[answer["id"]]

    def _key_fields(self, dx: _CodeLists, px: _CodeLists, patients: pl.DataFrame) -> list[Ints]:
        """All that rules can see of each case, as small integers; none is negative."""
        principal, main = dx.first, px.first
        number = np.where(principal >= 0, self._dx_class[principal], 0)
        true, unknown = self._facts(patients)
        facts = self._plan_facts[number]
        others = np.bitwise_or.reduceat(dx.gather(self._dx_watched, skip_first=True), dx.starts)
        done = np.bitwise_or.reduceat(px.gather(self._px_watched, skip_first=False), px.starts)
        return [
            np.where(principal >= 0, self._dx_class[principal] - NOT_TRANSLATABLE, principal - NOT_TRANSLATABLE),
            np.where(
                main >= 0, self._main_kind[number, self._px_class[main]] - NOT_TRANSLATABLE, main - NOT_TRANSLATABLE
            ),
            np.where(main >= 0, self._px_valid[main], 0),
            self._severity(dx),
            done & self._plan_procedures[number],
            others & self._plan_others[number],
            true & facts,
            unknown & facts,
        ]

    def _severity(self, dx: _CodeLists) -> Ints:
        """The heaviest level among the other diagnoses that the principal does not exclude."""
        level = dx.gather(self._dx_level, skip_first=True)
        heavy = np.flatnonzero(level)
        case = np.repeat(np.arange(len(dx.starts)), dx.lengths)[heavy]
        row, principal = dx.rows[heavy], dx.first[case]
        excluded = (self._dx_table[row] == self._dx_exclusion[principal]) | (row == principal)
        level[heavy[excluded & (principal >= 0)]] = 0
        return cast(Ints, np.maximum.reduceat(level, dx.starts))

    def _facts(self, patients: pl.DataFrame) -> tuple[Ints, Ints]:
        names = patients.columns
        distinct = patients.unique(keep="any")
        pairs = []
        for patient in distinct.iter_rows():
            facts = self._facts_of.get(patient)
            if facts is None:
                facts = self._facts_of[patient] = facts_of(self._scheme.program, cast(Patient, patient))
            pairs.append(facts)
        table = _table([true for true, _ in pairs]), _table([unknown for _, unknown in pairs])
        index = patients.join(
            distinct.with_row_index("id"), on=names, how="left", maintain_order="left", nulls_equal=True
        )["id"].to_numpy()
        return table[0][index], table[1][index]

    def _rows(self, lists: pl.Series, *, diagnosis: bool) -> _CodeLists:
        """Codes to row numbers; a code in no table is looked up once, however often it occurs."""
        lengths = lists.list.len().to_numpy().astype(np.int64)
        flat = lists.explode()
        known = flat.cast(self._dx_enum if diagnosis else self._px_enum, strict=False).to_physical()
        rows = known.cast(pl.Int64).fill_null(ABSENT).to_numpy()
        if known.null_count():
            rows = rows.copy()
            strange = np.flatnonzero(rows == ABSENT)
            texts = flat.gather(strange).fill_null("")
            found = {text: self._strange(text, diagnosis=diagnosis) for text in texts.unique().to_list()}
            rows[strange] = texts.replace_strict(found, return_dtype=pl.Int64).to_numpy()
        return _CodeLists(rows=rows, starts=np.cumsum(lengths) - lengths, lengths=lengths)

    def _strange(self, code: str, *, diagnosis: bool) -> int:
        if not code:
            return ABSENT
        scheme = self._scheme
        resolution = scheme.translate_diagnosis(code) if diagnosis else scheme.translate_procedure(code)
        if resolution.code is None:
            return _FAULTS[resolution.fault or "invalid"]
        return (self._dx_row if diagnosis else self._px_row)[resolution.code]

    def _ids(
        self, distinct: pl.DataFrame, *, diagnoses: pl.Series, procedures: pl.Series, patients: pl.DataFrame
    ) -> pl.Series:
        """The answer to each distinct key; a key met for the first time is answered by one of its cases."""
        ids = []
        for row, *key in distinct.iter_rows():
            words = tuple(key)
            answer = self._answer_of.get(words)
            if answer is None:
                case = case_of(diagnoses[row].to_list(), procedures[row].to_list(), cast(Patient, patients.row(row)))
                result = self._scheme.run(case, trail=False)
                with self._lock:
                    answer = self._answer_of.setdefault(words, len(self._answers))
                    if answer == len(self._answers):
                        self._answers.append(result)
            ids.append(answer)
        return pl.Series(ids, dtype=pl.UInt32)

    def _answer_table(self) -> pl.DataFrame:
        rows = [(result.status.value, *result[2:5], result.weight) for result in self._answers]
        schema = {**dict.fromkeys(OUTPUT_COLUMNS[:-1], pl.String), "weight": pl.Float64}
        return pl.DataFrame(rows, schema=schema, orient="row")


def case_of(diagnoses: Sequence[str], procedures: Sequence[str], patient: Patient) -> Case:
    """A case from one row of columns; an empty first place stays empty, so that no other code moves up into it."""
    sex, age_years, age_days, birth_weight_g = patient
    return Case(
        principal=(diagnoses[0] if diagnoses else None) or None,
        others=tuple(code for code in diagnoses[1:] if code),
        procedures=tuple(procedures) if any(procedures) else (),
        sex=cast("Sex | None", sex),
        age_years=age_years,
        age_days=age_days,
        birth_weight_g=birth_weight_g,
    )


def fits(scheme: Scheme) -> bool:
    """Whether a scheme's facts fit the words that keys are packed in; one that does not is grouped case by case."""
    program = scheme.program
    return max(len(program.watched_diagnoses), len(program.watched_procedures) + 1, len(program.atoms)) <= _WORD_BITS


def _table(values: Sequence[int]) -> Ints:
    return np.array(values, np.int64)


def _kinds(values: Sequence[int]) -> list[int]:
    """Small numbers that are equal where the values are."""
    numbers: dict[int, int] = {}
    return [numbers.setdefault(value, len(numbers)) for value in values]


def _pack(fields: Sequence[NDArray[Any]], bits: Sequence[int]) -> list[Ints]:
    """Non-negative fields of known widths, side by side in as few 63-bit words as their order allows."""
    words: list[Ints] = []
    used = _WORD_BITS
    for field, width in zip(fields, bits, strict=True):
        if used + width > _WORD_BITS:
            words.append(field.astype(np.int64))
            used = width
        else:
            words[-1] = words[-1] << width | field
            used += width
    return words
