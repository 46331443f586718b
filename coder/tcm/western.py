"""The western counterpart of a TCM disease: candidates of the mapping, ranked by the record's western diagnoses.

>>> [(match.code, match.relationship) for match in western_matches("A06.09", ())][:1]
[('E11.900', 'narrower')]
>>> western_matches("A06.09", ())[0].explanation
'消渴病 → 2型糖尿病：西医范围更窄，置信度 0.88；病历中没有对应的西医诊断，需医师确认'
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from coder.coding import CodedDiagnosis
from coder.tcm.mapping import Relationship, WesternCandidate, from_insurance, western_table

_CATEGORY = 3
_SUBCATEGORY = 5
_SAME = 1.0
_SAME_SUBCATEGORY = 0.9
_SAME_CATEGORY = 0.75
_PRINCIPAL_BONUS = 0.05
_BASE = 0.6
_PROPOSAL = 0.6
_KEPT = 5
_RELATIONSHIPS: Mapping[Relationship, str] = {
    "equivalent": "等同",
    "broader": "西医范围更宽",
    "narrower": "西医范围更窄",
    "related": "相关",
}


@dataclass(frozen=True, slots=True)
class WesternMatch:
    """A western counterpart. ``confirmed`` ones are diagnoses of the record; the others need a doctor (需医师确认)."""

    code: str
    name: str
    probability: float
    relationship: Relationship
    confirmed: bool
    explanation: str


def western_candidates(tcm_code: str) -> tuple[WesternCandidate, ...]:
    """The ICD-10 candidates of a TCM disease of either edition, best first; empty for a bare heading.

    >>> [western_candidates(code)[0].icd10_name for code in ("A08.01.02", "BWP020")]
    ['带状疱疹', '带状疱疹']
    """
    found = western_table().get(tcm_code)
    if found is None:
        pair = from_insurance(tcm_code, "disease")
        found = western_table().get(pair.gb_code) if pair else None
    return found or ()


def counterpart(tcm_code: str, codes: Iterable[str]) -> str | None:
    """The code among these that is closest to a candidate of the disease; ``None`` where none shares a category.

    >>> counterpart("A06.09", ["I10.x05", "E11.401+G63.2*"]), counterpart("A06.09", ["I10.x05"])
    ('E11.401+G63.2*', None)
    """
    candidates = western_candidates(tcm_code)
    near = {code: max((_affinity(code, item.icd10_code)[0] for item in candidates), default=0.0) for code in codes}
    best = max(near, key=lambda code: near[code], default=None)
    return best if best is not None and near[best] else None


def western_matches(tcm_code: str, western: Sequence[CodedDiagnosis]) -> tuple[WesternMatch, ...]:
    """Western counterparts of a TCM disease, best first, at most five.

    A diagnosis of the record counts when a candidate has its code, its subcategory or its category; then the record's
    own code is the counterpart. Where none counts, the candidates themselves are proposed.
    """
    candidates = western_candidates(tcm_code)
    confirmed = [match for item in western if item.assertion == "present" and (match := _confirmed(item, candidates))]
    if confirmed:
        best = sorted(confirmed, key=lambda match: -match.probability)
        return tuple({match.code: match for match in reversed(best)}.values())[::-1][:_KEPT]
    return tuple(map(_proposed, candidates))


def _confirmed(item: CodedDiagnosis, candidates: Sequence[WesternCandidate]) -> WesternMatch | None:
    best: WesternMatch | None = None
    for candidate in candidates:
        affinity, how = _affinity(item.code, candidate.icd10_code)
        if not affinity:
            continue
        bonus = _PRINCIPAL_BONUS if item.role == "principal" else 0.0
        probability = min(1.0, round(affinity * (_BASE + (1 - _BASE) * candidate.confidence) + bonus, 3))
        if best is None or probability > best.probability:
            best = WesternMatch(
                code=item.code,
                name=item.name,
                probability=probability,
                relationship=candidate.relationship if affinity == _SAME else "related",
                confirmed=True,
                explanation=f"{candidate.tcm_name} → {item.name}：病历已有该诊断，与映射候选{candidate.icd10_name}"
                f"（{_RELATIONSHIPS[candidate.relationship]}）{how}",
            )
    return best


def _affinity(code: str, candidate: str) -> tuple[float, str]:
    if code == candidate:
        return _SAME, "编码相同"
    if code[:_SUBCATEGORY] == candidate[:_SUBCATEGORY]:
        return _SAME_SUBCATEGORY, f"同属亚目 {code[:_SUBCATEGORY]}"
    if code[:_CATEGORY] == candidate[:_CATEGORY]:
        return _SAME_CATEGORY, f"同属类目 {code[:_CATEGORY]}"
    return 0.0, ""


def _proposed(candidate: WesternCandidate) -> WesternMatch:
    return WesternMatch(
        code=candidate.icd10_code,
        name=candidate.icd10_name,
        probability=round(candidate.confidence * _PROPOSAL, 3),
        relationship=candidate.relationship,
        confirmed=False,
        explanation=f"{candidate.tcm_name} → {candidate.icd10_name}：{_RELATIONSHIPS[candidate.relationship]}，"
        f"置信度 {candidate.confidence:g}；病历中没有对应的西医诊断，需医师确认",
    )
