"""The engine: a scheme that groups cases. One engine for every CHS-DRG-like scheme; the scheme is data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from coder.artefacts import artefact_path
from coder.coding import Grouping
from coder.errors import InputError
from coder.group.case import Case
from coder.group.compiled import CompiledScheme, read_scheme
from coder.group.decide import MAIN_MARK, PRINCIPAL_MARK, Decider, Decision, Situation
from coder.group.definition import Ambiguous
from coder.group.program import Plan, Program, compile_program
from coder.group.resolve import CodeResolver, Fault, Resolution
from coder.group.status import NO_ADRG, NO_DRG, NO_MDC, SEVERITIES, Severity, Status
from coder.group.weights import WeightTable, fitting_weights

_SCHEME_FOLDER: Final = "schemes"
_CACHE_LIMIT: Final = 1 << 17
_LEVEL_NAMES: Final = ("", "CC", "MCC")


class DrgInfo(NamedTuple):
    """A DRG of a scheme; ``severity`` is what a record must reach for it."""

    drg: str
    name: str
    adrg: str
    severity: str


class Diagnosis(NamedTuple):
    """What a scheme knows of one diagnosis code.

    Attributes:
        number: the class of the code, for its plan.
        watched: the watched sets it belongs to.
        level: 0, 1 (CC) or 2 (MCC).
        table: the exclusion table of a CC or MCC.
        exclusion: the table it has as a principal, 0 for none.
    """

    number: int
    watched: int
    level: int
    table: int
    exclusion: int


class Procedure(NamedTuple):
    """What a scheme knows of one procedure code: its sets as main procedure, its watched sets, whether it is valid."""

    sets: int
    watched: int
    valid: bool


class GroupResult(NamedTuple):
    """The outcome of grouping one case, as the engine has it; :meth:`to_grouping` makes the public value of it.

    Attributes:
        severity: the severity that counted for the DRG, ``None`` where the case was not grouped.
    """

    scheme: str
    status: Status
    mdc: str
    adrg: str
    drg: str
    name: str | None
    weight: float | None
    severity: Severity | None
    trail: tuple[str, ...]

    def to_grouping(self) -> Grouping:
        """The outcome as the public value."""
        return Grouping(
            scheme=self.scheme,
            status=self.status.value,
            mdc=self.mdc,
            adrg=self.adrg,
            drg=self.drg,
            name=self.name,
            weight=self.weight,
            trail=self.trail,
        )


#: Sex, age in years, age in days, birth weight in grams, as in :class:`Case`.
Patient = tuple[str | None, int | None, int | None, int | None]

_NO_DIAGNOSIS: Final = Diagnosis(number=0, watched=0, level=0, table=0, exclusion=0)
_NO_PROCEDURE: Final = Procedure(sets=0, watched=0, valid=False)


class Scheme:
    """A grouping scheme, ready to group. Immutable and safe to share between threads.

    What it remembers between calls (decisions by kind of case) never changes an answer.

    >>> scheme = load_scheme("chs-drg-1.1")
    >>> case = Case(principal="K35.800x001", procedures=("47.0100",), sex="male", age_years=30)
    >>> grouping = scheme.group(case)
    >>> grouping.status, grouping.mdc, grouping.adrg, grouping.drg
    ('分组成功', 'G', 'GD2', 'GD25')
    """

    def __init__(
        self,
        compiled: CompiledScheme,
        *,
        ambiguous: Ambiguous | None = None,
        weights: WeightTable | None = None,
    ) -> None:
        self._compiled = compiled
        header = compiled.header
        self.name: str = header["scheme"]
        self.edition: str = header["edition"]
        self.diagnosis_system: str = header["diagnosis_system"]
        self.procedure_system: str = header["procedure_system"]
        self.ambiguous: Ambiguous = ambiguous or header["ambiguous"]
        own = WeightTable(name=self.name, weights=header["weights"]) if header["weights"] else None
        self.weight_table: WeightTable | None = weights or own
        self.weights: Mapping[str, float] = self.weight_table.weights if self.weight_table else {}
        self.rates: Mapping[str, float] = MappingProxyType(dict(header["rates"]))
        self.mdcs: Mapping[str, str] = MappingProxyType({mdc["code"]: mdc["name"] for mdc in header["mdcs"]})
        self.adrgs: Mapping[str, str] = MappingProxyType({r["adrg"]: r["name"] for r in header["adrg_rules"]})
        self.drgs: Mapping[str, DrgInfo] = MappingProxyType({row[0]: DrgInfo(*row) for row in header["drgs"]})

        self._program: Program = compile_program(compiled)
        self._decider = Decider(self._program, header, ambiguous=self.ambiguous)
        self._diagnoses = _diagnosis_facts(compiled, self._program)
        self._procedures = _procedure_facts(compiled, self._program)
        self._dx_resolver = CodeResolver(known=self._diagnoses, system=self.diagnosis_system, noun="诊断")
        self._px_resolver = CodeResolver(known=self._procedures, system=self.procedure_system, noun="手术操作")
        self._ladders = _severity_ladders(self.drgs.values())
        self._final_lines = {drg.drg: f"入组{drg.drg}（{drg.name}）" for drg in self.drgs.values()}
        self._plans: dict[int, Plan] = {}
        self._decisions: dict[tuple[int, Situation], Decision] = {}
        self._patients: dict[Patient, tuple[int, int]] = {}

    def __repr__(self) -> str:
        return f"Scheme({self.name!r}, {len(self.drgs)} DRGs, ambiguous={self.ambiguous!r})"

    def with_options(self, *, ambiguous: Ambiguous | None = None, weights: WeightTable | None = None) -> Scheme:
        """The same scheme with another QY switch or other weights; what is not given stays.

        >>> load_scheme("chs-drg-1.1").with_options(ambiguous="main").ambiguous
        'main'
        """
        return Scheme(
            self._compiled,
            ambiguous=ambiguous or self.ambiguous,
            weights=weights or self.weight_table,
        )

    @property
    def compiled(self) -> CompiledScheme:
        """The compiled facts, for tools that check or compare schemes."""
        return self._compiled

    @property
    def program(self) -> Program:
        """The rules as masks, for tools that work on many cases at once."""
        return self._program

    def translate_diagnosis(self, code: str) -> Resolution:
        """What a diagnosis that the scheme does not know as written stands for in its own system."""
        return self._dx_resolver.resolve(code)

    def translate_procedure(self, code: str) -> Resolution:
        """What a procedure that the scheme does not know as written stands for in its own system."""
        return self._px_resolver.resolve(code)

    def group(self, case: Case, *, trail: bool = True) -> Grouping:
        """Group one case. Never raises for what the case holds: every case ends in a named status.

        Args:
            case: the codes and facts.
            trail: whether to write down the steps.
        """
        return self.run(case, trail=trail).to_grouping()

    def run(self, case: Case, *, trail: bool = True) -> GroupResult:
        """Group one case and answer with the engine's own light value; see :meth:`group`."""
        notes: list[str] = []
        if not case.principal:
            return self._refused(Status.CHECK_FAILED, ["病案没有主要诊断：请补填主要诊断编码后重新分组"])
        principal_code = case.principal
        principal = self._diagnoses.get(principal_code)
        if principal is None:
            found = self._resolved(principal_code, notes)
            if isinstance(found, str):
                return self._refused(_DIAGNOSIS_FAULTS[found], notes)
            principal_code, principal = found

        main_code, main, procedures = "", _NO_PROCEDURE, 0
        for position, code in enumerate(case.procedures):
            procedure = self._procedures.get(code)
            if procedure is None:
                if not code:
                    continue
                resolution = self._px_resolver.resolve(code)
                notes.append(resolution.note)
                if resolution.code is None:
                    if position == 0:
                        return self._refused(_PROCEDURE_FAULTS[resolution.fault or "invalid"], notes)
                    notes[-1] += "，不参与分组"
                    continue
                procedure = self._procedures[resolution.code]
            procedures |= procedure.watched
            if position == 0:
                main_code, main = code, procedure

        others, reached = 0, 0
        counted: list[str] = []
        for code in case.others:
            diagnosis = self._diagnoses.get(code)
            if diagnosis is None:
                if not code:
                    continue
                found = self._resolved(code, notes)
                if isinstance(found, str):
                    notes[-1] += "，不参与分组"
                    continue
                code, diagnosis = found
            others |= diagnosis.watched
            level = diagnosis.level
            if level:
                if code == principal_code:
                    if trail:
                        counted.append(f"其他诊断{code}与主要诊断相同，不计为{_LEVEL_NAMES[level]}")
                elif diagnosis.table == principal.exclusion:
                    if trail:
                        counted.append(
                            f"其他诊断{code}是{_LEVEL_NAMES[level]}，与主要诊断同属排除表{diagnosis.table}，不计"
                        )
                else:
                    if level > reached:
                        reached = level
                    if trail:
                        counted.append(f"其他诊断{code}是{_LEVEL_NAMES[level]}（排除表{diagnosis.table}），计入")

        true, unknown = self._facts(case)
        decision = self._decision(
            principal.number, main, procedures=procedures, others=others, true=true, unknown=unknown
        )
        if decision.status is not Status.GROUPED:
            lines = (*notes, *_filled(decision.lines, principal_code, main_code)) if trail else ()
            return self._ended(decision, lines)

        ladder = self._ladders[decision.adrg or ""]
        drg = ladder[reached]
        if drg is None:
            reason = f"{decision.adrg}没有与{SEVERITIES[reached]}相应的DRG：请检查分组方案"
            steps = _filled(decision.lines, principal_code, main_code)
            return self._refused(Status.UNGROUPED, [*notes, *steps, reason])
        lines = ()
        if trail:
            steps = _filled(decision.lines, principal_code, main_code)
            if decision.procedure_bits or decision.diagnosis_bits:
                steps += self._hits(case, decision)
            if ladder[0] is ladder[2] and ladder[0] is ladder[1]:
                lines = (*notes, *steps, f"{decision.adrg}不按并发症或合并症细分", self._final_lines[drg.drg])
            else:
                counted = counted or ["没有MCC或CC"]
                lines = (*notes, *steps, *counted, self._final_lines[drg.drg])
        return GroupResult(
            scheme=self.name,
            status=Status.GROUPED,
            mdc=decision.mdc or NO_MDC,
            adrg=drg.adrg,
            drg=drg.drg,
            name=drg.name,
            weight=self.weights.get(drg.drg),
            severity=SEVERITIES[reached],
            trail=lines,
        )

    def severity_of(self, code: str, principal: str | None = None) -> Severity:
        """What a diagnosis counts for beside a principal: an excluded CC or MCC counts for nothing.

        Args:
            code: the diagnosis; an unknown one counts for nothing.
            principal: the principal diagnosis, ``None`` to leave exclusion aside.

        >>> load_scheme("chs-drg-1.1").severity_of("J96.000", "K35.800x001")
        'mcc'
        """
        diagnosis = self._known_diagnosis(code)
        if diagnosis is None or not diagnosis.level:
            return "none"
        if principal is not None:
            if code == principal:
                return "none"
            beside = self._known_diagnosis(principal)
            if beside is not None and beside.exclusion == diagnosis.table:
                return "none"
        return SEVERITIES[diagnosis.level]

    def knows_diagnosis(self, code: str) -> bool:
        """Whether the code is one of the scheme's diagnosis system, exactly as written."""
        return code in self._diagnoses

    def knows_procedure(self, code: str) -> bool:
        """Whether the code is one of the scheme's procedure system, exactly as written."""
        return code in self._procedures

    def is_valid_procedure(self, code: str) -> bool:
        """Whether the procedure is on the scheme's list of valid (group-relevant) procedures."""
        procedure = self._procedures.get(code)
        return procedure is not None and procedure.valid

    def plan_of(self, number: int) -> Plan:
        """The plan of a class of principal diagnoses."""
        plan = self._plans.get(number)
        if plan is None:
            plan = self._program.plan(self._compiled.diagnoses.class_sets[number])
            self._plans[number] = plan
        return plan

    def _decision(
        self, number: int, main: Procedure, *, procedures: int, others: int, true: int, unknown: int
    ) -> Decision:
        plan = self._plans.get(number) or self.plan_of(number)
        situation = Situation(
            main.sets & plan.main,
            main.valid,
            procedures & plan.procedures,
            others & plan.others,
            true & plan.demographics,
            unknown & plan.demographics,
        )
        key = (number, situation)
        decision = self._decisions.get(key)
        if decision is None:
            decision = self._decider.decide(plan, situation)
            if len(self._decisions) >= _CACHE_LIMIT:
                self._decisions.clear()
            self._decisions[key] = decision
        return decision

    def _facts(self, case: Case) -> tuple[int, int]:
        """Atom bits of a case: those that are true, and those that cannot be told."""
        patient = (case.sex, case.age_years, case.age_days, case.birth_weight_g)
        facts = self._patients.get(patient)
        if facts is None:
            facts = facts_of(self._program, patient)
            if len(self._patients) >= _CACHE_LIMIT:
                self._patients.clear()
            self._patients[patient] = facts
        return facts

    def _resolved(self, code: str, notes: list[str]) -> tuple[str, Diagnosis] | Fault:
        resolution = self._dx_resolver.resolve(code)
        notes.append(resolution.note)
        if resolution.code is None:
            return resolution.fault or "invalid"
        return resolution.code, self._diagnoses[resolution.code]

    def _known_diagnosis(self, code: str) -> Diagnosis | None:
        diagnosis = self._diagnoses.get(code)
        if diagnosis is not None:
            return diagnosis
        resolved = self._dx_resolver.resolve(code).code
        return self._diagnoses[resolved] if resolved else None

    def _hits(self, case: Case, decision: Decision) -> list[str]:
        """Which codes met a rule that asks for codes anywhere in the record."""
        lines = []
        if bits := decision.procedure_bits:
            procedures = [code for code in case.procedures if self._procedures.get(code, _NO_PROCEDURE).watched & bits]
            lines.append(f"命中的手术操作：{'、'.join(procedures)}")
        if bits := decision.diagnosis_bits:
            diagnoses = [code for code in case.others if self._diagnoses.get(code, _NO_DIAGNOSIS).watched & bits]
            lines.append(f"命中的其他诊断：{'、'.join(diagnoses)}")
        return lines

    def _ended(self, decision: Decision, trail: tuple[str, ...]) -> GroupResult:
        ambiguous = decision.status is Status.AMBIGUOUS
        return GroupResult(
            scheme=self.name,
            status=decision.status,
            mdc=decision.mdc or NO_MDC,
            adrg="QY" if ambiguous else NO_ADRG,
            drg=f"{decision.mdc}QY" if ambiguous else NO_DRG,
            name="歧义组" if ambiguous else None,
            weight=None,
            severity=None,
            trail=trail,
        )

    def _refused(self, status: Status, lines: list[str]) -> GroupResult:
        return GroupResult(
            scheme=self.name,
            status=status,
            mdc=NO_MDC,
            adrg=NO_ADRG,
            drg=NO_DRG,
            name=None,
            weight=None,
            severity=None,
            trail=tuple(lines),
        )


_DIAGNOSIS_FAULTS: Final[Mapping[Fault, Status]] = {
    "invalid": Status.DIAGNOSIS_INVALID,
    "not_translatable": Status.DIAGNOSIS_NOT_TRANSLATABLE,
}
_PROCEDURE_FAULTS: Final[Mapping[Fault, Status]] = {
    "invalid": Status.PROCEDURE_INVALID,
    "not_translatable": Status.PROCEDURE_NOT_TRANSLATABLE,
}


@cache
def load_scheme(name: str) -> Scheme:
    """Load a shipped scheme by name, or a compiled scheme file by path. Loaded once a process.

    A scheme that has no weights of its own gets the shipped table that fits it, if there is one;
    ``Scheme.weight_table`` says which. Of the national schemes only ``chs-drg-1.2draft`` has one, an example.

    >>> load_scheme("chs-drg-1.1").edition
    'CHS-DRG 分组方案 1.1'

    Raises:
        InputError: no such scheme; the message lists those there are.
        ArtefactError: the file is damaged or not a scheme.
    """
    if name.endswith(".zip"):
        path = Path(name)
        if not path.is_file():
            raise InputError(f"找不到分组方案文件 {name}：请检查路径")
        return Scheme(read_scheme(path))
    names = scheme_names()
    if name not in names:
        raise InputError(f"没有名为 {name} 的分组方案，可用的有：{'、'.join(names)}；也可以给出编译好的 .zip 文件路径")
    compiled = read_scheme(artefact_path(f"{_SCHEME_FOLDER}/{name}.zip"))
    weights = None if compiled.header["weights"] else fitting_weights({row[0] for row in compiled.header["drgs"]})
    return Scheme(compiled, weights=weights)


def scheme_names() -> tuple[str, ...]:
    """The names of the shipped schemes.

    >>> "chs-drg-1.1" in scheme_names()
    True
    """
    return tuple(sorted(path.stem for path in artefact_path(_SCHEME_FOLDER).glob("*.zip")))


def facts_of(program: Program, patient: Patient) -> tuple[int, int]:
    """The atoms of a program that are true of a patient, and those that cannot be told, as two masks.

    Age in years follows from the days where only these are given; a patient of a year or more is older than any limit
    in days, whatever a file says of days; a weight of 0 is a weight not taken.
    """
    sex, age_years, age_days, birth_weight_g = patient
    if age_years is None and age_days is not None:
        age_years = age_days // 365
    if age_years:
        age_days = None
    true = unknown = 0
    for bit, (kind, value) in enumerate(program.atoms):
        mask = 1 << bit
        if kind == "sex":
            holds = None if sex is None else sex == value
        elif kind == "age_years":
            holds = None if age_years is None else age_years == value
        elif kind == "age_days_max":
            holds = age_days <= value if age_days is not None else False if age_years else None
        elif kind == "weight_g_min":
            holds = birth_weight_g >= value if birth_weight_g else None
        else:
            holds = birth_weight_g < value if birth_weight_g else None
        if holds:
            true |= mask
        elif holds is None:
            unknown |= mask
    return true, unknown


def _filled(lines: str, principal: str, main: str) -> list[str]:
    return lines.replace(PRINCIPAL_MARK, principal).replace(MAIN_MARK, main).split("\n")


def watched_masks(sets_of: Sequence[frozenset[int]], watched: Sequence[int]) -> list[int]:
    """For each class of codes the bits of the watched sets that it belongs to."""
    bit_of = {index: bit for bit, index in enumerate(watched)}
    return [sum(1 << bit_of[index] for index in sets if index in bit_of) for sets in sets_of]


def _diagnosis_facts(compiled: CompiledScheme, program: Program) -> dict[str, Diagnosis]:
    """One fact tuple a code; codes that rules cannot tell apart share one."""
    watched = watched_masks(compiled.diagnoses.class_sets, program.watched_diagnoses)
    kinds, kind_of = _distinct((compiled.diagnoses.classes, compiled.level, compiled.table, compiled.exclusion))
    facts = [Diagnosis(number, watched[number], level, table, out) for number, level, table, out in kinds]
    return {code: facts[kind] for code, kind in zip(compiled.diagnoses.codes, kind_of, strict=True)}


def _procedure_facts(compiled: CompiledScheme, program: Program) -> dict[str, Procedure]:
    sets_of = compiled.procedures.class_sets
    masks = [sum(1 << index for index in sets) for sets in sets_of]
    watched = watched_masks(sets_of, program.watched_procedures)
    kinds, kind_of = _distinct((compiled.procedures.classes, compiled.valid))
    facts = [
        Procedure(masks[number], watched[number] | (program.any_valid if valid else 0), bool(valid))
        for number, valid in kinds
    ]
    return {code: facts[kind] for code, kind in zip(compiled.procedures.codes, kind_of, strict=True)}


def _distinct(columns: Sequence[NDArray[Any]]) -> tuple[list[tuple[int, ...]], list[int]]:
    """The distinct rows of 16-bit columns, and for each row which of them it is."""
    key = np.zeros(len(columns[0]), np.uint64)
    for column in columns:
        key = key << np.uint64(16) | column.astype(np.uint64)
    _, first, kind_of = np.unique(key, return_index=True, return_inverse=True)
    return list(zip(*(column[first].tolist() for column in columns), strict=True)), kind_of.tolist()


Ladder = tuple[DrgInfo | None, DrgInfo | None, DrgInfo | None]


def _severity_ladders(drgs: Iterable[DrgInfo]) -> dict[str, Ladder]:
    """For each ADRG the DRG by severity reached: none, CC, MCC."""
    by_adrg: dict[str, dict[str, DrgInfo]] = {}
    for drg in drgs:
        by_adrg.setdefault(drg.adrg, {})[drg.severity] = drg
    ladders: dict[str, Ladder] = {}
    for adrg, rungs in by_adrg.items():
        base = rungs.get("none")
        either = rungs.get("mcc_or_cc")
        ladders[adrg] = (base, rungs.get("cc") or either or base, rungs.get("mcc") or either or base)
    return ladders
