"""Figures of coding quality: one record compared with its gold, and many such comparisons summed up.

Codes match one to one: a predicted code that is the gold code or one of its acceptable codes uses that gold item up, so
two predictions never score on one gold item. Scores over many records are micro-averaged.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from statistics import median
from typing import Protocol

from coder.coding import CodedDiagnosis, CodedProcedure, Coding, Evidence, Finding, TcmConcept
from eval.records import DIAGNOSES, GoldCode, GoldRecord


class HasCodes(Protocol):
    """A gold item: the codes that count as right for it."""

    @property
    def codes(self) -> frozenset[str]:
        """Every code that counts as right."""
        ...


@dataclass(frozen=True, slots=True)
class Tally:
    """Right, predicted and gold counts, which add up over records.

    >>> (Tally(right=1, predicted=2, gold=1) + Tally(right=2, predicted=2, gold=4)).f1
    0.6666666666666666
    """

    right: int = 0
    predicted: int = 0
    gold: int = 0

    def __add__(self, other: Tally) -> Tally:
        """The counts of both together."""
        return Tally(self.right + other.right, self.predicted + other.predicted, self.gold + other.gold)

    @property
    def precision(self) -> float | None:
        """The share of predictions that are right; ``None`` without predictions."""
        return self.right / self.predicted if self.predicted else None

    @property
    def recall(self) -> float | None:
        """The share of gold items that were found; ``None`` without gold items."""
        return self.right / self.gold if self.gold else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall; ``None`` where there is nothing to score."""
        return 2 * self.right / (self.predicted + self.gold) if self.predicted + self.gold else None


def category(code: str) -> str:
    """The three-character category of an ICD-10 code.

    >>> category("I21.103"), category("I10.x05")
    ('I21', 'I10')
    """
    return code[:3]


def match(predicted: Sequence[str], gold: Sequence[Collection[str]]) -> dict[int, int]:
    """The largest one-to-one matching of predicted codes to gold items, as gold position by predicted position.

    >>> match(["A", "B"], [{"A", "B"}, {"A"}])
    {0: 1, 1: 0}
    """
    taken: dict[int, int] = {}

    def place(position: int, tried: set[int]) -> bool:
        for index, codes in enumerate(gold):
            if index not in tried and predicted[position] in codes:
                tried.add(index)
                if index not in taken or place(taken[index], tried):
                    taken[index] = position
                    return True
        return False

    for position in range(len(predicted)):
        place(position, set())
    return dict(sorted((position, index) for index, position in taken.items()))


@dataclass(frozen=True, slots=True)
class RecordScore:
    """One record compared with its gold; codes are kept so that misses can be read."""

    id: str
    principal: tuple[str, str | None]
    principal_right: bool
    principal_category_right: bool
    diagnoses: Tally
    others: Tally
    other_categories: Tally
    procedures: Tally
    morphology: Tally
    main_procedure_right: bool | None
    listed: Tally
    evidence: Tally
    quoted: Tally
    tcm_disease_right: bool | None
    tcm_syndrome_right: bool | None
    missed: tuple[str, ...]
    wrong: tuple[str, ...]
    denied: tuple[str, ...]
    milliseconds: float
    processor_milliseconds: float
    characters: int


def score_record(
    gold: GoldRecord,
    coding: Coding,
    *,
    listed: Collection[GoldCode],
    milliseconds: float = 0.0,
    processor_milliseconds: float = 0.0,
) -> RecordScore:
    """Compare a coding with its gold.

    Args:
        gold: the record.
        coding: what the pipeline made of it.
        listed: the gold diagnoses that a diagnosis list of the record states.
        milliseconds: how long the pipeline took.
        processor_milliseconds: how much processor time it used, which a busy machine hardly changes.
    """
    truth = gold.gold
    diagnoses = [item for item in coding.diagnoses if item.system == DIAGNOSES]
    others = [item.code for item in diagnoses if item.role != "principal"]
    morphology = [item.code for item in coding.diagnoses if item.role == "morphology"]
    principal = coding.principal.code if coding.principal else None
    all_codes = [item.code for item in diagnoses]
    procedures = [item.code for item in coding.procedures]
    matched_diagnoses = match(all_codes, [item.codes for item in truth.diagnoses])
    matched_procedures = match(procedures, [item.codes for item in truth.procedures])
    found = {truth.diagnoses[index].code for index in matched_diagnoses.values()}
    main = next((item.codes for item in truth.procedures if item.role == "main"), None)
    denied = {code for item in truth.denied for code in item.codes}
    disease, syndrome = (coding.tcm.disease, coding.tcm.syndrome) if coding.tcm else (None, None)
    return RecordScore(
        id=gold.id,
        principal=(truth.principal.code, principal),
        principal_right=principal in truth.principal.codes,
        principal_category_right=principal is not None
        and category(principal) in {category(code) for code in truth.principal.codes},
        diagnoses=_tally(all_codes, truth.diagnoses),
        others=_tally(others, truth.others),
        other_categories=Tally(
            right=len(
                match(
                    [category(code) for code in others],
                    [{category(code) for code in item.codes} for item in truth.others],
                )
            ),
            predicted=len(others),
            gold=len(truth.others),
        ),
        procedures=_tally(procedures, truth.procedures),
        morphology=_tally(morphology, truth.morphology),
        main_procedure_right=None
        if main is None
        else any(item.role == "main" and item.code in main for item in coding.procedures),
        listed=Tally(right=sum(item.code in found for item in listed), gold=len(listed)),
        evidence=_evidence_tally(gold.text, coding),
        quoted=_quoted(gold.text, diagnoses, matched_diagnoses, truth.diagnoses)
        + _quoted(gold.text, coding.procedures, matched_procedures, truth.procedures),
        tcm_disease_right=None
        if truth.tcm is None
        else disease is not None and disease.code in truth.tcm.disease.codes,
        tcm_syndrome_right=None
        if truth.tcm is None
        else syndrome is not None and syndrome.code in truth.tcm.syndrome.codes,
        missed=_missed(truth.diagnoses, matched_diagnoses) + _missed(truth.procedures, matched_procedures),
        wrong=_wrong(all_codes, matched_diagnoses) + _wrong(procedures, matched_procedures),
        denied=tuple(code for code in (*all_codes, *procedures) if code in denied),
        milliseconds=milliseconds,
        processor_milliseconds=processor_milliseconds,
        characters=len(gold.text),
    )


def summarise(scores: Sequence[RecordScore]) -> dict[str, float | None]:
    """The figures over many records: shares between 0 and 1, times in milliseconds; ``None`` where nothing was scored.

    The names are those of ``eval/data/targets.yaml``, which also says what each means.
    """
    total = {name: reduce(Tally.__add__, (getattr(score, name) for score in scores), Tally()) for name in _TALLIES}
    times = sorted(score.milliseconds for score in scores)
    processor_times = sorted(score.processor_milliseconds for score in scores)
    predicted = sorted(score.diagnoses.predicted for score in scores)
    return {
        "records": len(scores),
        "principal_accuracy": share(score.principal_right for score in scores),
        "principal_category_accuracy": share(score.principal_category_right for score in scores),
        "other_precision": total["others"].precision,
        "other_recall": total["others"].recall,
        "other_f1": total["others"].f1,
        "other_category_f1": total["other_categories"].f1,
        "diagnosis_f1": total["diagnoses"].f1,
        "procedure_precision": total["procedures"].precision,
        "procedure_recall": total["procedures"].recall,
        "procedure_f1": total["procedures"].f1,
        "main_procedure_accuracy": share(score.main_procedure_right for score in scores),
        "morphology_f1": total["morphology"].f1,
        "listed_recall": total["listed"].recall,
        "denied_records": share(bool(score.denied) for score in scores),
        "evidence_exact": total["evidence"].precision,
        "evidence_quoted": total["quoted"].precision,
        "tcm_records": sum(score.tcm_disease_right is not None for score in scores),
        "tcm_disease_accuracy": share(score.tcm_disease_right for score in scores),
        "tcm_syndrome_accuracy": share(score.tcm_syndrome_right for score in scores),
        "diagnoses_per_gold": total["diagnoses"].predicted / total["diagnoses"].gold if scores else None,
        "diagnoses_per_record_min": predicted[0] if predicted else None,
        "diagnoses_per_record_max": predicted[-1] if predicted else None,
        "milliseconds_median": median(times) if times else None,
        "milliseconds_p95": percentile(times, 0.95),
        "processor_milliseconds_median": median(processor_times) if times else None,
        "processor_milliseconds_p95": percentile(processor_times, 0.95),
    }


_TALLIES = (
    "diagnoses", "others", "other_categories", "procedures", "morphology", "listed", "evidence", "quoted",
)  # fmt: skip


def share(outcomes: Iterable[bool | None]) -> float | None:
    """The share of true outcomes among those that are known; ``None`` when none is.

    >>> share([True, False, None])
    0.5
    """
    known = [outcome for outcome in outcomes if outcome is not None]
    return sum(known) / len(known) if known else None


def percentile(ordered: Sequence[float], fraction: float) -> float | None:
    """The smallest value that at least this fraction of ascending values does not exceed.

    >>> percentile([1, 2, 3, 4], 0.5), percentile([1, 2, 3, 4], 0.95)
    (2, 4)
    """
    return ordered[max(0, -int(-len(ordered) * fraction // 1) - 1)] if ordered else None


def _tally(predicted: Sequence[str], gold: Sequence[HasCodes]) -> Tally:
    return Tally(right=len(match(predicted, [item.codes for item in gold])), predicted=len(predicted), gold=len(gold))


def _missed(gold: Sequence[GoldCode], matched: Mapping[int, int]) -> tuple[str, ...]:
    found = set(matched.values())
    return tuple(item.code for index, item in enumerate(gold) if index not in found)


def _wrong(predicted: Sequence[str], matched: Mapping[int, int]) -> tuple[str, ...]:
    return tuple(code for position, code in enumerate(predicted) if position not in matched)


def _evidence_tally(text: str, coding: Coding) -> Tally:
    concepts = (coding.tcm.disease, coding.tcm.syndrome) if coding.tcm else ()
    carriers: list[CodedDiagnosis | CodedProcedure | Finding | TcmConcept] = [
        *coding.diagnoses, *coding.procedures, *coding.findings, *(item for item in concepts if item is not None),
    ]  # fmt: skip
    evidence = [one for carrier in carriers for one in carrier.evidence]
    return Tally(right=sum(text[one.start : one.end] == one.text for one in evidence), predicted=len(evidence))


def _quoted(
    text: str,
    items: Sequence[CodedDiagnosis | CodedProcedure],
    matched: Mapping[int, int],
    gold: Sequence[GoldCode],
) -> Tally:
    """Of the codes that are right, how many rest on words that the gold quotes too."""
    right = sum(_overlaps(text, items[position].evidence, gold[index].evidence) for position, index in matched.items())
    return Tally(right=right, predicted=len(matched))


def _overlaps(text: str, evidence: Iterable[Evidence], quotes: Iterable[str]) -> bool:
    spans = [span for quote in quotes for span in find_all(text, quote)]
    return any(one.start < end and start < one.end for one in evidence for start, end in spans)


def find_all(text: str, quote: str) -> list[tuple[int, int]]:
    """Where a quote stands in a text, as spans that do not overlap.

    >>> find_all("肺炎，重症肺炎", "肺炎")
    [(0, 2), (5, 7)]
    """
    spans = []
    start = text.find(quote)
    while start >= 0:
        spans.append((start, start + len(quote)))
        start = text.find(quote, start + len(quote))
    return spans
