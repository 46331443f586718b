"""The compiled form of a scheme: every code has a row, every row a class; codes of one class are alike to all rules.

A scheme names some 400 sets that hold some 90,000 codes, yet only a few hundred different combinations of sets occur.
The compiled form keeps one small class number a code and the sets of each class, which is smaller than the sets
themselves and lets the engine work out a class's way through the rules once for all its codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coder.columnar import read_columns, write_columns
from coder.errors import ArtefactError
from coder.group.definition import AdrgRule, Drg, Mdc, SchemeDefinition

KIND = "drg-scheme"
CC, MCC = 1, 2


@dataclass(frozen=True, slots=True)
class CodeTable:
    """The codes that a scheme knows, and the sets that each belongs to.

    Attributes:
        codes: all known codes, sorted.
        classes: the class of each code.
        set_names: the sets, in a fixed order.
        class_sets: for each class the indexes of its sets; class 0 has none.
    """

    codes: list[str]
    classes: NDArray[np.uint16]
    set_names: list[str]
    class_sets: list[frozenset[int]]

    def members(self, set_name: str) -> frozenset[str]:
        """The codes of one set."""
        wanted = self.set_names.index(set_name)
        inside = np.array([wanted in sets for sets in self.class_sets])
        return frozenset(self.codes[row] for row in np.flatnonzero(inside[self.classes]))


@dataclass(frozen=True, slots=True)
class CompiledScheme:
    """A scheme as it ships: header facts, two code tables and four columns of numbers along them.

    Attributes:
        level: for each diagnosis 0, 1 (CC) or 2 (MCC).
        table: for each CC or MCC the number of its exclusion table.
        exclusion: for each diagnosis as principal the number of its exclusion table, 0 where it has none.
        valid: for each procedure whether it is on the scheme's list of valid procedures.
    """

    header: Mapping[str, Any]
    diagnoses: CodeTable
    procedures: CodeTable
    level: NDArray[np.uint8]
    table: NDArray[np.uint16]
    exclusion: NDArray[np.uint16]
    valid: NDArray[np.uint8]


def prefix_set(prefix: str) -> str:
    """The name of the set that stands for a prefix predicate."""
    return f"prefix:{prefix}"


def write_scheme(
    path: Path, definition: SchemeDefinition, *, known_diagnoses: Iterable[str], known_procedures: Iterable[str]
) -> None:
    """Compile a definition and write it.

    Args:
        path: the file to write.
        definition: the scheme.
        known_diagnoses: every code of the scheme's diagnosis system, so that a valid code that no list holds is
            told from an invalid one.
        known_procedures: the same for procedures.
    """
    dx_sets = {name: definition.sets[name] for name in definition.diagnosis_set_names}
    universe = set(known_diagnoses) | set().union(*dx_sets.values())
    universe |= definition.cc.keys() | definition.mcc.keys() | definition.exclusion_table_of_principal.keys()
    for prefix in definition.prefixes:
        dx_sets[prefix_set(prefix)] = frozenset(code for code in universe if code.startswith(prefix))
    px_sets = {name: definition.sets[name] for name in definition.procedure_set_names}
    px_universe = set(known_procedures) | set().union(*px_sets.values()) | definition.valid_procedures

    dx = _classify(universe, dx_sets)
    px = _classify(px_universe, px_sets)
    levels = {**dict.fromkeys(definition.cc, CC), **dict.fromkeys(definition.mcc, MCC)}
    tables = {**definition.cc, **definition.mcc}
    header = {
        "kind": KIND,
        "scheme": definition.scheme,
        "edition": definition.edition,
        "ambiguous": definition.ambiguous,
        "diagnosis_system": definition.diagnosis_system,
        "procedure_system": definition.procedure_system,
        "mdcs": [mdc.model_dump(exclude_none=True) for mdc in definition.mdcs],
        "adrg_rules": [rule.model_dump(exclude_none=True) for rule in definition.adrg_rules],
        "weights": definition.weights,
        "rates": definition.rates,
        "drgs": [[drg.drg, drg.name, drg.adrg, drg.severity] for drg in definition.drgs],
    }
    write_columns(
        path,
        header=header,
        columns={
            "dx_codes": dx.codes,
            "px_codes": px.codes,
            "dx_sets": dx.set_names,
            "px_sets": px.set_names,
        },
        arrays={
            "dx_class": dx.classes,
            "px_class": px.classes,
            **_pack("dx", dx.class_sets),
            **_pack("px", px.class_sets),
            "dx_level": np.array([levels.get(code, 0) for code in dx.codes], np.uint8),
            "dx_table": np.array([tables.get(code, 0) for code in dx.codes], np.uint16),
            "dx_exclusion": np.array(
                [definition.exclusion_table_of_principal.get(code, 0) for code in dx.codes], np.uint16
            ),
            "px_valid": np.array([code in definition.valid_procedures for code in px.codes], np.uint8),
        },
    )


def read_scheme(path: Path) -> CompiledScheme:
    """Read a compiled scheme.

    Raises:
        ArtefactError: the file is missing, damaged or not a scheme.
    """
    file = read_columns(path)
    if file.header.get("kind") != KIND:
        raise ArtefactError(f"{path.name} 不是编译好的 DRG 分组方案；请用 coder scheme build 生成")
    return CompiledScheme(
        header=file.header,
        diagnoses=CodeTable(
            codes=file.strings("dx_codes"),
            classes=file.array("dx_class"),
            set_names=file.strings("dx_sets"),
            class_sets=_unpack(file.array("dx_class_sets"), file.array("dx_class_ends")),
        ),
        procedures=CodeTable(
            codes=file.strings("px_codes"),
            classes=file.array("px_class"),
            set_names=file.strings("px_sets"),
            class_sets=_unpack(file.array("px_class_sets"), file.array("px_class_ends")),
        ),
        level=file.array("dx_level"),
        table=file.array("dx_table"),
        exclusion=file.array("dx_exclusion"),
        valid=file.array("px_valid"),
    )


def definition_of(compiled: CompiledScheme) -> SchemeDefinition:
    """The definition that a compiled scheme was made from, for checking and comparing."""
    header = compiled.header
    dx, px = compiled.diagnoses, compiled.procedures
    real_sets = [name for name in dx.set_names if not name.startswith(prefix_set(""))]
    by_level: dict[int, dict[str, int]] = {CC: {}, MCC: {}}
    for code, level, table in zip(dx.codes, compiled.level.tolist(), compiled.table.tolist(), strict=True):
        if level:
            by_level[level][code] = table
    return SchemeDefinition(
        scheme=header["scheme"],
        edition=header["edition"],
        ambiguous=header["ambiguous"],
        diagnosis_system=header["diagnosis_system"],
        procedure_system=header["procedure_system"],
        mdcs=tuple(Mdc.model_validate(mdc) for mdc in header["mdcs"]),
        adrg_rules=tuple(AdrgRule.model_validate(rule) for rule in header["adrg_rules"]),
        drgs=tuple(
            Drg(drg=drg, name=name, adrg=adrg, severity=severity) for drg, name, adrg, severity in header["drgs"]
        ),
        weights=header["weights"],
        rates=header["rates"],
        cc=by_level[CC],
        mcc=by_level[MCC],
        exclusion_table_of_principal={
            code: table for code, table in zip(dx.codes, compiled.exclusion.tolist(), strict=True) if table
        },
        valid_procedures=frozenset(px.codes[row] for row in np.flatnonzero(compiled.valid)),
        sets={name: dx.members(name) for name in real_sets} | {name: px.members(name) for name in px.set_names},
    )


def _classify(universe: set[str], sets: Mapping[str, frozenset[str]]) -> CodeTable:
    names = sorted(sets)
    indexes_of: dict[str, list[int]] = {}
    for index, name in enumerate(names):
        for code in sets[name]:
            indexes_of.setdefault(code, []).append(index)
    numbers: dict[frozenset[int], int] = {frozenset(): 0}
    codes = sorted(universe)
    classes = [numbers.setdefault(frozenset(indexes_of.get(code, ())), len(numbers)) for code in codes]
    return CodeTable(codes=codes, classes=np.array(classes, np.uint16), set_names=names, class_sets=list(numbers))


def _pack(prefix: str, class_sets: list[frozenset[int]]) -> dict[str, NDArray[Any]]:
    flat = [index for sets in class_sets for index in sorted(sets)]
    ends = np.cumsum([len(sets) for sets in class_sets])
    return {f"{prefix}_class_sets": np.array(flat, np.uint16), f"{prefix}_class_ends": ends.astype(np.uint32)}


def _unpack(flat: NDArray[Any], ends: NDArray[Any]) -> list[frozenset[int]]:
    values, stops = flat.tolist(), ends.tolist()
    starts = [0, *stops[:-1]]
    return [frozenset(values[start:stop]) for start, stop in zip(starts, stops, strict=True)]
