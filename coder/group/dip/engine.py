"""Grouping by a DIP catalogue: the most specific 核心病种 that a case fits, otherwise its 综合病种."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

from coder.coding import Grouping
from coder.group.case import Case
from coder.group.dip.build import counted, severity_stratum
from coder.group.dip.catalogue import DipCatalogue, DipEntry
from coder.group.dip.policy import DipPolicy, default_policy
from coder.group.scheme import Scheme
from coder.group.status import Status

DeviationKind = Literal["low", "high"]
SCHEME_NAME: Final = "dip"
_LIST_NAMES: Final = {"severity": "疾病严重程度", "age": "年龄特征", "los": "住院天数"}
_NO_GROUP: Final = "0000"


@dataclass(frozen=True, slots=True)
class DipResult:
    """The group of a case in a catalogue.

    Attributes:
        score: the group's points times the factors of the auxiliary lists; for a deviation, what its cost leaves of
            or adds to them.
        cost_ratio: cost against the group's mean, ``None`` where either is not known.
        deviation: ``low`` or ``high`` where the ratio is out of bounds.
    """

    status: Status
    entry: DipEntry | None
    score: float | None
    cost_ratio: float | None
    deviation: DeviationKind | None
    trail: tuple[str, ...]

    def to_grouping(self) -> Grouping:
        """The result as the public value: the diagnosis category stands in ``adrg``, the points in ``weight``."""
        return Grouping(
            scheme=SCHEME_NAME,
            status=self.status.value,
            mdc=None,
            adrg=self.entry.category if self.entry else _NO_GROUP,
            drg=self.entry.code if self.entry else _NO_GROUP,
            name=self.entry.name if self.entry else None,
            weight=self.score,
            trail=self.trail,
        )


class DipGrouper:
    """Groups by one catalogue. Immutable and thread-safe.

    Args:
        catalogue: the catalogue.
        policy: the figures for strata and deviations, those shipped if not given.
        counted_procedures: procedures that tell groups apart, all if not given; as the catalogue was built.
        severity_scheme: whose CC and MCC lists make the severity strata, as the catalogue was built.
    """

    def __init__(
        self,
        catalogue: DipCatalogue,
        *,
        policy: DipPolicy | None = None,
        counted_procedures: Collection[str] | None = None,
        severity_scheme: Scheme | None = None,
    ) -> None:
        self.catalogue = catalogue
        self._policy = policy or default_policy()
        self._counted = counted_procedures
        self._severity_scheme = severity_scheme
        self._core: dict[str, list[DipEntry]] = {}
        self._wide: dict[tuple[str, bool], DipEntry] = {}
        for entry in catalogue.entries:
            if entry.kind == "核心":
                self._core.setdefault(entry.category, []).append(entry)
            else:
                self._wide[entry.category, entry.operative] = entry

    def group(self, case: Case, *, cost: float | None = None) -> DipResult:
        """Group one case. Never raises for what the case holds.

        Args:
            case: the codes and facts.
            cost: what the stay cost, to tell deviations.
        """
        if not case.principal:
            return _failed(Status.CHECK_FAILED, "病案没有主要诊断：请补填主要诊断编码后重新分组")
        procedures = frozenset(counted(case.procedures, self._counted))
        entry, reason = self._entry(case.principal, procedures)
        if entry is None:
            return _failed(Status.UNGROUPED, reason)
        trail = [reason, f"入{entry.kind}病种{entry.code}（{entry.name}），分值{entry.score:.2f}"]
        score = entry.score
        for auxiliary, stratum in self._strata(case).items():
            factor = entry.factors.get(auxiliary, {}).get(stratum)
            if factor is not None:
                score *= factor
                trail.append(f"辅助目录{_LIST_NAMES[auxiliary]}：{stratum}，系数{factor:.4f}")
        ratio = cost / entry.mean_cost if cost is not None and entry.mean_cost else None
        deviation = self._deviation(ratio)
        if ratio is not None and deviation:
            score *= ratio if deviation == "low" else ratio - self._policy.deviation.high + 1
            trail.append(_deviation_text(ratio, deviation, self._policy))
        return DipResult(
            status=Status.GROUPED,
            entry=entry,
            score=round(score, 4),
            cost_ratio=ratio,
            deviation=deviation,
            trail=tuple(trail),
        )

    def _entry(self, principal: str, procedures: frozenset[str]) -> tuple[DipEntry | None, str]:
        """The entry, and why: the longest category first, there the entry that asks for most of what was done."""
        categories = [principal[:length] for length in range(len(principal), 0, -1)]
        conservative = None
        for category in categories:
            fitting = [
                entry for entry in self._core.get(category, ()) if all(codes & procedures for codes in entry.procedures)
            ]
            best = max(fitting, key=lambda entry: len(entry.procedures), default=None)
            if best is not None and (best.operative or not procedures):
                done = [min(codes & procedures) for codes in best.procedures]
                how = f"手术操作{'、'.join(done)}匹配" if done else "无手术操作（保守治疗）"
                return best, f"主要诊断{principal}属于类目{category}，{how}"
            conservative = conservative or best
        for category in categories:
            wide = self._wide.get((category, bool(procedures)))
            if wide is not None:
                how = "有手术操作" if procedures else "无手术操作"
                return wide, f"主要诊断{principal}没有相应的核心病种，按类目{category}、{how}入综合病种"
        if conservative is not None:
            return conservative, f"主要诊断{principal}属于类目{conservative.category}，手术操作不在目录中，按保守治疗"
        return None, f"目录中没有主要诊断{principal}的核心病种或综合病种：请核对编码与目录版本"

    def _strata(self, case: Case) -> dict[str, str]:
        strata = {
            "age": self._policy.age_stratum(years=case.age_years, days=case.age_days),
            "los": self._policy.los_stratum(case.los),
        }
        if self._severity_scheme is not None:
            strata["severity"] = severity_stratum(case, self._severity_scheme)
        return {auxiliary: stratum for auxiliary, stratum in strata.items() if stratum is not None}

    def _deviation(self, ratio: float | None) -> DeviationKind | None:
        if ratio is None:
            return None
        bounds = self._policy.deviation
        return "low" if ratio < bounds.low else "high" if ratio > bounds.high else None


def _deviation_text(ratio: float, deviation: DeviationKind, policy: DipPolicy) -> str:
    if deviation == "low":
        return f"费用为病种次均费用的{ratio:.2f}倍，低于{policy.deviation.low:g}倍：低费用偏差病例，分值按费用比例计"
    return (
        f"费用为病种次均费用的{ratio:.2f}倍，高于{policy.deviation.high:g}倍：高费用偏差病例，"
        f"超出{policy.deviation.high:g}倍的部分计入分值"
    )


def _failed(status: Status, reason: str) -> DipResult:
    return DipResult(status=status, entry=None, score=None, cost_ratio=None, deviation=None, trail=(reason,))
