"""Rules as bit masks: what a scheme asks, worked out once for each class of principal diagnosis.

A condition becomes alternatives that each are a plain conjunction (:class:`Clause`). All that depends on the principal
alone is decided when a :class:`Plan` is made for the principal's class; what is left are a few tests of small integers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from coder.group.compiled import CompiledScheme, prefix_set

#: Facts of the patient that a rule may ask for: what is asked, and the number or word it is compared with.
Atom = tuple[str, Any]

ATOM_FIELDS = ("sex", "age_years", "age_days_max", "weight_g_min", "weight_g_max_exclusive")
ATOM_TEXT = {
    "sex": "性别为{}",
    "age_years": "年龄为{}周岁",
    "age_days_max": "日龄≤{}天",
    "weight_g_min": "出生体重≥{}克",
    "weight_g_max_exclusive": "出生体重＜{}克",
}
ATOM_MISSING = {
    "sex": "性别",
    "age_years": "年龄",
    "age_days_max": "日龄",
    "weight_g_min": "出生体重",
    "weight_g_max_exclusive": "出生体重",
}
SEX_NAMES = {"male": "男", "female": "女"}


@dataclass(frozen=True, slots=True)
class Clause:
    """One conjunction; every attribute is a mask of which all bits must be set, 0 where nothing is asked.

    Attributes:
        principal: sets (bits over all diagnosis sets) that must hold the principal.
        demographics: atoms that must be true.
        main: procedure sets that must hold the main procedure.
        main_valid: ``True``/``False`` where the main procedure must (not) be valid, ``None`` where nothing is asked.
        procedures: watched procedure sets, each of which some procedure must hit.
        others: watched diagnosis sets, each of which some other diagnosis must hit.
        anywhere: watched diagnosis sets, each of which some diagnosis must hit, the principal included.
        sites: watched diagnosis sets that are the injured sites.
        min_sites: how many of the sites must be hit.
    """

    principal: int = 0
    demographics: int = 0
    main: int = 0
    main_valid: bool | None = None
    procedures: int = 0
    others: int = 0
    anywhere: int = 0
    sites: int = 0
    min_sites: int = 0

    def joined(self, other: Clause) -> Clause:
        """Both clauses together."""
        valid = self.main_valid if other.main_valid is None else other.main_valid
        return Clause(
            principal=self.principal | other.principal,
            demographics=self.demographics | other.demographics,
            main=self.main | other.main,
            main_valid=valid,
            procedures=self.procedures | other.procedures,
            others=self.others | other.others,
            anywhere=self.anywhere | other.anywhere,
            sites=self.sites | other.sites,
            min_sites=max(self.min_sites, other.min_sites),
        )

    @property
    def asks_diagnosis(self) -> bool:
        """Whether any diagnosis is asked for."""
        return bool(self.principal or self.others or self.anywhere or self.sites)

    @property
    def is_surgical(self) -> bool:
        """Whether a procedure is asked for."""
        return bool(self.main or self.procedures or self.main_valid)


@dataclass(frozen=True, slots=True)
class RuleProgram:
    """An MDC's or ADRG rule's condition, as alternatives tried in order."""

    index: int
    clauses: tuple[Clause, ...]

    @property
    def is_surgical(self) -> bool:
        """Whether every way in asks for a procedure."""
        return all(clause.is_surgical for clause in self.clauses)


@dataclass(frozen=True, slots=True)
class MdcProgram:
    """An MDC's entry and its ADRG rules, in order."""

    entry: RuleProgram
    rules: tuple[RuleProgram, ...]

    @property
    def by_diagnosis(self) -> bool:
        """Whether the entry depends on a diagnosis; the pre-MDC does not, and its misses are of no interest."""
        return all(clause.asks_diagnosis for clause in self.entry.clauses)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is left to ask, for one class of principal diagnosis.

    ``main``, ``procedures``, ``others`` and ``demographics`` are all the bits that any clause of the plan asks for: a
    case's other bits cannot change the outcome, so outcomes are remembered by these bits alone.
    """

    steps: tuple[MdcProgram, ...]
    main: int
    procedures: int
    others: int
    demographics: int


@dataclass(frozen=True, slots=True)
class Program:
    """All rules of a scheme, compiled.

    Attributes:
        atoms: the facts of the patient that bits of ``Clause.demographics`` stand for.
        watched_diagnoses: diagnosis sets that bits of ``others`` and ``anywhere`` stand for.
        watched_procedures: procedure sets that bits of ``procedures`` stand for.
        any_valid: the bit of ``procedures`` that any valid procedure sets (not a set of its own).
    """

    mdcs: tuple[MdcProgram, ...]
    atoms: tuple[Atom, ...]
    watched_diagnoses: tuple[int, ...]
    watched_procedures: tuple[int, ...]
    any_valid: int

    def plan(self, principal_sets: frozenset[int]) -> Plan:
        """The rules that a principal diagnosis in exactly these sets can still meet."""
        inside = sum(1 << index for index in principal_sets)
        watched = sum(1 << bit for bit, index in enumerate(self.watched_diagnoses) if index in principal_sets)
        steps = []
        for mdc in self.mdcs:
            entry = _residual(mdc.entry, inside, watched)
            if not entry.clauses:
                continue
            rules = tuple(rule for rule in (_residual(rule, inside, watched) for rule in mdc.rules) if rule.clauses)
            steps.append(MdcProgram(entry=entry, rules=rules))
        main = others = demographics = 0
        procedures = self.any_valid
        for clause in (clause for step in steps for rule in (step.entry, *step.rules) for clause in rule.clauses):
            main |= clause.main
            procedures |= clause.procedures
            others |= clause.others | clause.sites
            demographics |= clause.demographics
        return Plan(steps=tuple(steps), main=main, procedures=procedures, others=others, demographics=demographics)


def _residual(rule: RuleProgram, inside: int, watched: int) -> RuleProgram:
    """The alternatives of a rule that are open to a principal; what the principal fulfils is no longer asked.

    ``principal`` is kept on the clause for the trail; ``sites`` the principal hits are subtracted from the count.
    """
    clauses = []
    for clause in rule.clauses:
        if clause.principal & ~inside or (clause.sites and not clause.sites & watched):
            continue
        hit = (clause.sites & watched).bit_count()
        clauses.append(
            replace(
                clause,
                others=clause.others | (clause.anywhere & ~watched),
                sites=clause.sites & ~watched,
                min_sites=max(clause.min_sites - hit, 0),
            )
        )
    return replace(rule, clauses=tuple(clauses))


def compile_program(compiled: CompiledScheme) -> Program:
    """Turn a compiled scheme's conditions into masks."""
    return _ProgramBuilder(compiled).build()


class _ProgramBuilder:
    """Hands out bits while it walks the conditions."""

    def __init__(self, compiled: CompiledScheme) -> None:
        self._header = compiled.header
        self._dx = {name: index for index, name in enumerate(compiled.diagnoses.set_names)}
        self._px = {name: index for index, name in enumerate(compiled.procedures.set_names)}
        self._atoms: dict[Atom, int] = {}
        self._watched_dx: dict[int, int] = {}
        self._watched_px: dict[int, int] = {}

    def build(self) -> Program:
        rules: dict[str, list[RuleProgram]] = {}
        for index, rule in enumerate(self._header["adrg_rules"]):
            rules.setdefault(rule["mdc"], []).append(RuleProgram(index, tuple(self._clauses(rule["when"]))))
        mdcs = tuple(
            MdcProgram(
                entry=RuleProgram(index, tuple(self._clauses(mdc["when"]))), rules=tuple(rules.get(mdc["code"], ()))
            )
            for index, mdc in enumerate(self._header["mdcs"])
        )
        return Program(
            mdcs=mdcs,
            atoms=tuple(self._atoms),
            watched_diagnoses=tuple(self._watched_dx),
            watched_procedures=tuple(self._watched_px),
            any_valid=1 << len(self._watched_px),
        )

    def _clauses(self, when: dict[str, Any]) -> list[Clause]:
        base = self._clause(when)
        alternatives = when.get("any_of")
        if not alternatives:
            return [base]
        return [base.joined(clause) for alternative in alternatives for clause in self._clauses(alternative)]

    def _clause(self, when: dict[str, Any]) -> Clause:
        anywhere = self._watch_dx(when.get("any_diagnosis"))
        if prefix := when.get("any_diagnosis_prefix"):
            anywhere |= self._watch_dx(prefix_set(prefix))
        procedures = 0
        for name in when.get("procedures_all_of", ()):
            procedures |= 1 << self._watched_px.setdefault(self._px[name], len(self._watched_px))
        demographics = 0
        for field in ATOM_FIELDS:
            if field in when:
                demographics |= 1 << self._atoms.setdefault((field, when[field]), len(self._atoms))
        sites, min_sites = 0, 0
        if polytrauma := when.get("principal_and_sites"):
            min_sites = polytrauma["min_sites"]
            for name in polytrauma["sites"].values():
                sites |= self._watch_dx(name)
        valid = True if when.get("main_procedure_valid") else False if when.get("no_valid_procedure") else None
        return Clause(
            principal=1 << self._dx[name] if (name := when.get("principal_diagnosis")) else 0,
            demographics=demographics,
            main=1 << self._px[name] if (name := when.get("main_procedure")) else 0,
            main_valid=valid,
            procedures=procedures,
            others=self._watch_dx(when.get("other_diagnosis")),
            anywhere=anywhere,
            sites=sites,
            min_sites=min_sites,
        )

    def _watch_dx(self, name: str | None) -> int:
        if name is None:
            return 0
        return 1 << self._watched_dx.setdefault(self._dx[name], len(self._watched_dx))
