"""The way of one kind of case through the rules: which MDC, which ADRG, or which named failure, and why.

A :class:`Decision` depends only on classes and masks (:class:`Situation`), so one decision serves every case of its
kind; the codes of a case are put into its lines afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from coder.group.definition import Ambiguous
from coder.group.program import ATOM_MISSING, ATOM_TEXT, SEX_NAMES, Atom, Clause, MdcProgram, Plan, Program, RuleProgram
from coder.group.status import Status

#: Stand in decision lines for the principal diagnosis and the main procedure of the case.
PRINCIPAL_MARK, MAIN_MARK = "\x00", "\x01"


class Situation(NamedTuple):
    """All of a case that rules can tell apart, given its plan.

    ``main`` and ``main_valid`` describe the main procedure; ``procedures`` and ``others`` are watched bits;
    ``true`` and ``unknown`` are atom bits.
    """

    main: int
    main_valid: bool
    procedures: int
    others: int
    true: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Decision:
    """Where a kind of case ends.

    Attributes:
        status: how it ended.
        mdc: the MDC's letter, ``None`` where none took the case.
        adrg: the ADRG, ``None`` where none took the case.
        lines: the steps, newline-separated, with marks for the principal and the main procedure.
        procedure_bits, diagnosis_bits: what the matching rules asked of several codes, so that the trail can name them.
    """

    status: Status
    mdc: str | None
    adrg: str | None
    lines: str
    procedure_bits: int = 0
    diagnosis_bits: int = 0


def _meets(clause: Clause, situation: Situation) -> int:
    """1 where the clause holds, 0 where not, -1 where only an unknown fact of the patient stands between."""
    if clause.main and clause.main & ~situation.main:
        return 0
    if clause.main_valid is not None and clause.main_valid != situation.main_valid:
        return 0
    if clause.procedures & ~situation.procedures or clause.others & ~situation.others:
        return 0
    if clause.min_sites and (clause.sites & situation.others).bit_count() < clause.min_sites:
        return 0
    open_facts = clause.demographics & ~situation.true
    if not open_facts:
        return 1
    return -1 if not open_facts & ~situation.unknown else 0


def _first(rule: RuleProgram, situation: Situation) -> tuple[int, Clause | None]:
    """The first clause of a rule that holds, or that only an unknown fact keeps from holding."""
    for clause in rule.clauses:
        met = _meets(clause, situation)
        if met:
            return met, clause
    return 0, None


class Decider:
    """Walks plans. Immutable; holds the names that lines are written with."""

    def __init__(self, program: Program, header: Mapping[str, Any], *, ambiguous: Ambiguous) -> None:
        self._atoms = program.atoms
        self._mdcs: Sequence[Mapping[str, Any]] = header["mdcs"]
        self._rules: Sequence[Mapping[str, Any]] = header["adrg_rules"]
        self._ambiguous = ambiguous
        self._any_valid = program.any_valid

    def decide(self, plan: Plan, situation: Situation) -> Decision:
        """Follow the MDCs in order; an MDC that takes the case but has no ADRG for it passes it on to the next."""
        lines: list[str] = []
        entered: list[MdcProgram] = []
        for step in plan.steps:
            mdc = self._mdcs[step.entry.index]
            met, clause = _first(step.entry, situation)
            if clause is None:
                continue
            if met < 0:
                return self._unknown(lines, f"MDC{mdc['code']}（{mdc['name']}）", clause, situation)
            entry_line = f"符合MDC{mdc['code']}（{mdc['name']}）入组条件：{self._text(clause, entry=True)}"
            decision = self._within(step, situation, [*lines, entry_line], clause)
            if decision:
                return decision
            if step.by_diagnosis:
                entered.append(step)
                lines += [entry_line, f"不符合MDC{mdc['code']}任何ADRG的入组条件，继续判断其他MDC"]
        return self._failure(plan, situation, entered, lines)

    def _within(self, step: MdcProgram, situation: Situation, lines: list[str], entry: Clause) -> Decision | None:
        """The first ADRG of an MDC that takes the case, QY between its surgical and its other groups."""
        mdc = self._mdcs[step.entry.index]["code"]
        may_be_ambiguous = step.by_diagnosis and self._has_valid_procedure(situation)
        for rule in step.rules:
            if may_be_ambiguous and not rule.is_surgical:
                return self._qy(mdc, lines)
            met, clause = _first(rule, situation)
            if clause is None:
                continue
            facts = self._rules[rule.index]
            if met < 0:
                return self._unknown(lines, f"{facts['adrg']}（{facts['name']}）", clause, situation)
            lines.append(f"符合{facts['adrg']}（{facts['name']}）入组条件：{self._text(clause, entry=False)}")
            return Decision(
                status=Status.GROUPED,
                mdc=mdc,
                adrg=facts["adrg"],
                lines="\n".join(lines),
                procedure_bits=clause.procedures,
                diagnosis_bits=(clause.others | clause.sites | entry.others | entry.sites) & situation.others,
            )
        return self._qy(mdc, lines) if may_be_ambiguous else None

    def _has_valid_procedure(self, situation: Situation) -> bool:
        if self._ambiguous == "main":
            return situation.main_valid
        return self._ambiguous == "any" and bool(situation.procedures & self._any_valid)

    def _qy(self, mdc: str, lines: list[str]) -> Decision:
        lines.append(f"有效手术操作不属于MDC{mdc}的任何手术组，入歧义组{mdc}QY：请核对主要诊断与主要手术操作的选择")
        return Decision(status=Status.AMBIGUOUS, mdc=mdc, adrg="QY", lines="\n".join(lines))

    def _unknown(self, lines: list[str], where: str, clause: Clause, situation: Situation) -> Decision:
        missing = clause.demographics & ~situation.true & situation.unknown
        names = "、".join(dict.fromkeys(ATOM_MISSING[kind] for kind, _ in self._atoms_of(missing)))
        wanted = self._atom_text(clause.demographics)
        lines = [*lines, f"判断{where}需要{names}（条件：{wanted}），病案缺少该信息：请补填后重新分组"]
        return Decision(status=Status.CHECK_FAILED, mdc=None, adrg=None, lines="\n".join(lines))

    def _failure(self, plan: Plan, situation: Situation, entered: list[MdcProgram], lines: list[str]) -> Decision:
        """Why no MDC took the case, as exactly as the rules allow to say."""
        status, reason = self._reason(plan, situation, entered)
        return Decision(status=status, mdc=None, adrg=None, lines="\n".join([*lines, reason]))

    def _reason(self, plan: Plan, situation: Situation, entered: list[MdcProgram]) -> tuple[Status, str]:
        if entered:
            names = "、".join(f"MDC{self._mdcs[step.entry.index]['code']}" for step in entered)
            if any(self._asks_age(clause) for step in entered for clause in step.entry.clauses):
                return Status.NEWBORN_ERROR, f"进入{names}后没有可入的ADRG：请核对日龄、出生体重、诊断与手术操作"
            if situation.main_valid:
                return (
                    Status.PROCEDURE_MISMATCH,
                    f"主要手术操作{MAIN_MARK}不属于{names}的手术组，主要诊断{PRINCIPAL_MARK}也不属于其内科组：请核对",
                )
            return Status.UNGROUPED, f"主要诊断{PRINCIPAL_MARK}进入{names}后没有可入的ADRG（需要相应的手术操作或诊断）"
        entries = [step.entry for step in plan.steps if step.by_diagnosis]
        barred = [clause for entry in entries for clause in entry.clauses if clause.principal]
        for clause in barred:
            open_facts = clause.demographics & ~situation.true
            if any(kind == "sex" for kind, _ in self._atoms_of(open_facts)):
                wanted = self._atom_text(open_facts)
                return Status.SEX_CONFLICT, f"主要诊断{PRINCIPAL_MARK}要求{wanted}：请核对病人性别与主要诊断"
        for clause in barred:
            if self._asks_age(clause):
                wanted = self._atom_text(clause.demographics)
                return Status.NEWBORN_ERROR, f"主要诊断{PRINCIPAL_MARK}要求{wanted}：请核对病人年龄与主要诊断"
        return Status.PRINCIPAL_NOT_IN_MDC, f"主要诊断{PRINCIPAL_MARK}不在任何MDC的主诊表内：请核对主要诊断的选择与编码"

    def _asks_age(self, clause: Clause) -> bool:
        return any(kind.startswith("age") for kind, _ in self._atoms_of(clause.demographics))

    def _text(self, clause: Clause, *, entry: bool) -> str:
        """What a clause asked, for a coder to read."""
        parts = []
        if clause.principal:
            parts.append(f"主要诊断{PRINCIPAL_MARK}{'在主诊表内' if entry else '匹配'}")
        if clause.main:
            parts.append(f"主要手术操作{MAIN_MARK}匹配")
        if clause.main_valid:
            parts.append(f"主要手术操作{MAIN_MARK}是有效手术操作")
        if clause.main_valid is False:
            parts.append("没有有效的主要手术操作")
        if clause.procedures:
            count = clause.procedures.bit_count()
            parts.append("某一手术操作匹配" if count == 1 else f"手术操作同时匹配{count}组列表")
        if clause.others or clause.anywhere:
            parts.append("某一诊断匹配")
        if clause.sites:
            parts.append("诊断涉及多个创伤部位")
        if clause.demographics:
            parts.append(self._atom_text(clause.demographics))
        return "、".join(parts) or "无附加条件"

    def _atoms_of(self, mask: int) -> list[Atom]:
        return [atom for bit, atom in enumerate(self._atoms) if mask >> bit & 1]

    def _atom_text(self, mask: int) -> str:
        return "、".join(ATOM_TEXT[kind].format(SEX_NAMES.get(value, value)) for kind, value in self._atoms_of(mask))
