"""Messages of findings: codes with their names, and what the group was and would be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from coder.coding import Grouping
from coder.rules.facts import Facts, Subject
from coder.rules.outcome import Outcome

_NO_GROUP = "未入组"
_SEXES = {"male": "男", "female": "女", None: "未知"}


def named(facts: Facts, codes: Iterable[str]) -> str:
    """Codes with their official names, for a reader: ``E87.600 低钾血症、…``."""
    return "、".join(f"{code} {facts.name_of(code)}".strip() for code in codes)


@dataclass(frozen=True, slots=True)
class GroupChange:
    """The group as it is and as it would be."""

    before: str | None = None
    after: str | None = None
    weight_change: str = ""

    @classmethod
    def between(cls, before: Grouping | None, after: Grouping | None) -> GroupChange:
        """The change from one grouping to another; weights only where the scheme has them."""
        if before is None or after is None:
            return cls()
        if before.weight is None or after.weight is None:
            change = "（方案未附权重）"
        else:
            change = f"（权重 {before.weight:g} → {after.weight:g}，差 {after.weight - before.weight:+.4g}）"
        return cls(before.drg or before.status, after.drg or after.status, change)


def fill(template: str, facts: Facts, outcome: Outcome, change: GroupChange, use: str) -> str:
    """A message with its placeholders filled."""
    patient = facts.patient
    return template.format_map(
        {
            "codes": named(facts, outcome.codes),
            "principal": named(facts, (facts.principal.code,)) if facts.principal else "（无主要诊断）",
            "values": "、".join(outcome.values),
            "use": named(facts, (use,)) if use else "",
            "group_before": change.before or _NO_GROUP,
            "group_after": change.after or _NO_GROUP,
            "weight_change": change.weight_change,
            "sex": _SEXES[patient.sex],
            "age": "未知" if patient.age_years is None else str(patient.age_years),
        }
    )


def group_change(facts: Facts, subject: Subject | None, kind: str) -> GroupChange:
    """What the group becomes without the code in question, or with the condition that was missed."""
    if subject is None or facts.scheme is None:
        return GroupChange()
    if subject.condition is not None:
        return GroupChange.between(facts.grouping, facts.group(facts.page.with_other(subject.code)))
    if kind != "unsupported_high_risk" or subject.code not in facts.others:
        return GroupChange()
    return GroupChange.between(facts.grouping, facts.group_without(subject.code))
