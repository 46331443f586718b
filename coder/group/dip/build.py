"""A DIP catalogue from history: frequent combinations are 核心病种, what is left gathers in 综合病种."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from coder.errors import InputError
from coder.group.case import Case
from coder.group.dip.catalogue import DipCatalogue, DipEntry, Factors, format_procedures
from coder.group.dip.policy import DipPolicy, default_policy
from coder.group.scheme import Scheme

#: A 综合病种 has operations or has none; which ones no longer matters, so one mark stands for any.
ANY_PROCEDURE = frozenset({"*"})
_Key = tuple[str, tuple[frozenset[str], ...]]


@dataclass(frozen=True, slots=True)
class DipHistoryCase:
    """A settled stay: its codes and what it cost."""

    case: Case
    cost: float


def build_catalogue(
    history: Iterable[DipHistoryCase],
    *,
    name: str,
    policy: DipPolicy | None = None,
    counted_procedures: Collection[str] | None = None,
    severity_scheme: Scheme | None = None,
) -> DipCatalogue:
    """Build a catalogue.

    A combination of diagnosis category and counted procedures with at least the policy's threshold of cases is a
    核心病种; the other cases gather by wider category, with and without operations, in 综合病种 of whatever size. A
    group's score is its mean cost against the mean of all cases, times the policy's base. Auxiliary factors are a
    stratum's mean cost against its group's, for strata with enough cases; severity strata need a scheme that says what
    is CC and MCC.

    Args:
        history: settled cases; those without principal or with no positive cost are left out.
        name: the catalogue's name, such as ``某市-2024``.
        policy: the figures, those shipped if not given.
        counted_procedures: procedures that tell groups apart, all if not given.
        severity_scheme: whose CC and MCC lists make the severity strata.

    Raises:
        InputError: no case can be used.
    """
    figures = policy or default_policy()
    usable = [item for item in history if item.case.principal and item.cost > 0]
    if not usable:
        raise InputError("历史病案中没有可用的病例：每行需要主要诊断编码和大于 0 的总费用")
    overall = _mean([item.cost for item in usable])
    combinations: dict[_Key, list[DipHistoryCase]] = {}
    for item in usable:
        codes = counted(item.case.procedures, counted_procedures)
        key = (figures.category(item.case.principal or ""), tuple(frozenset({code}) for code in codes))
        combinations.setdefault(key, []).append(item)
    core = {key: items for key, items in combinations.items() if len(items) >= figures.core_threshold}
    wide: dict[_Key, list[DipHistoryCase]] = {}
    for (_, procedures), items in combinations.items():
        if len(items) >= figures.core_threshold:
            continue
        for item in items:
            category = figures.wide_category(item.case.principal or "")
            wide.setdefault((category, (ANY_PROCEDURE,) if procedures else ()), []).append(item)

    def entry(key: _Key, items: Sequence[DipHistoryCase], *, is_core: bool) -> DipEntry:
        category, procedures = key
        mean = _mean([item.cost for item in items])
        label = format_procedures(procedures) if is_core else ("手术操作" if procedures else "")
        return DipEntry(
            code=f"{category}:{label}" if label else f"{category}:保守治疗",
            name=f"{category} {label or '保守治疗'}",
            kind="核心" if is_core else "综合",
            category=category,
            procedures=procedures,
            score=mean / overall * figures.score_base,
            cases=len(items),
            mean_cost=mean,
            factors=_factors(items, mean, figures, severity_scheme),
        )

    entries = [entry(key, items, is_core=True) for key, items in sorted(core.items(), key=_order)]
    entries += [entry(key, items, is_core=False) for key, items in sorted(wide.items(), key=_order)]
    return DipCatalogue(name=name, entries=tuple(entries), mean_cost=overall)


def counted(procedures: Iterable[str], counted_procedures: Collection[str] | None) -> tuple[str, ...]:
    """The procedures that tell groups apart, each once, sorted.

    >>> counted(["88.5500", "36.0601", "88.5500"], None)
    ('36.0601', '88.5500')
    """
    return tuple(
        sorted({code for code in procedures if code and (counted_procedures is None or code in counted_procedures)})
    )


def severity_stratum(case: Case, scheme: Scheme) -> str:
    """The heaviest severity among a case's other diagnoses: ``mcc``, ``cc`` or ``none``."""
    levels = {scheme.severity_of(code, case.principal) for code in case.others}
    return "mcc" if "mcc" in levels else "cc" if "cc" in levels else "none"


def _factors(
    items: Sequence[DipHistoryCase], mean: float, policy: DipPolicy, severity_scheme: Scheme | None
) -> Factors:
    strata_of: dict[str, Callable[[Case], str | None]] = {
        "age": lambda case: policy.age_stratum(years=case.age_years, days=case.age_days),
        "los": lambda case: policy.los_stratum(case.los),
    }
    if severity_scheme is not None:
        strata_of["severity"] = lambda case: severity_stratum(case, severity_scheme)
    factors = {}
    for auxiliary, stratum_of in strata_of.items():
        costs: dict[str, list[float]] = {}
        for item in items:
            if stratum := stratum_of(item.case):
                costs.setdefault(stratum, []).append(item.cost)
        known = {
            stratum: _mean(values) / mean
            for stratum, values in sorted(costs.items())
            if len(values) >= policy.stratum_threshold and len(values) < len(items)
        }
        if known:
            factors[auxiliary] = known
    return factors


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _order(item: tuple[_Key, Sequence[DipHistoryCase]]) -> tuple[str, list[list[str]]]:
    category, procedures = item[0]
    return category, [sorted(codes) for codes in procedures]
