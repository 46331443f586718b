"""How far the probabilities of coded entries can be believed: expected calibration error on gold records.

``python -m eval.calibration --split dev`` prints it for diagnoses and procedures. ``--fit`` prints, for each standing
of an entry (named by a list or only told, once or often), the rising curve through the probabilities by pooling
adjacent violators; for the curves that ``coder/select/data/calibration.yaml`` ships, set every curve there to
``{knots: [0.0, 1.0], levels: [0.0, 1.0]}`` first.
"""

from __future__ import annotations

import argparse
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import get_args

import numpy as np

from coder.coding import CodedDiagnosis, CodedProcedure
from coder.pipeline import Coder, CoderConfig
from coder.select.calibration import EntryKind, Standing, standing_of
from coder.suggest.calibrate import expected_calibration_error
from eval.metrics import match
from eval.records import DIAGNOSES, GoldRecord, load_records

KINDS: tuple[EntryKind, ...] = ("diagnosis", "procedure")
_BINS = 8
_SAME_SCORE = 0.005


@dataclass(frozen=True, slots=True)
class Outcome:
    """A coded entry: its kind and standing, its probability, and whether it is right."""

    kind: EntryKind
    standing: Standing
    probability: float
    right: bool


def outcomes(records: Sequence[GoldRecord], coder: Coder) -> Iterator[Outcome]:
    """What became of every coded entry."""
    for gold in records:
        coding = coder.code(gold.record)
        diagnoses = [item for item in coding.diagnoses if item.system == DIAGNOSES]
        right = match([item.code for item in diagnoses], [item.codes for item in gold.gold.diagnoses])
        yield from _outcomes("diagnosis", diagnoses, right)
        right = match([item.code for item in coding.procedures], [item.codes for item in gold.gold.procedures])
        yield from _outcomes("procedure", coding.procedures, right)


def _outcomes(
    kind: EntryKind, items: Sequence[CodedDiagnosis | CodedProcedure], right: Collection[int]
) -> Iterator[Outcome]:
    for place, item in enumerate(items):
        yield Outcome(kind, standing_of([one.section for one in item.evidence]), item.probability, place in right)


def rising_curve(scores: Sequence[float], right: Sequence[bool], *, bins: int = _BINS) -> list[tuple[float, float]]:
    """Points (mean score, share right) of equally filled bins, pooled until they rise.

    >>> rising_curve([0.2, 0.4, 0.6, 0.8], [False, True, False, True], bins=4)
    [(0.2, 0.0), (0.5, 0.5), (0.8, 1.0)]
    """
    order = np.argsort(scores, kind="stable")
    pools: list[list[float]] = []
    for places in np.array_split(order, min(bins, len(order))):
        pools.append([sum(scores[i] for i in places), sum(right[i] for i in places), len(places)])
        while len(pools) > 1 and _belong_together(pools[-2], pools[-1]):
            last = pools.pop()
            pools[-1] = [a + b for a, b in zip(pools[-1], last, strict=True)]
    return [(round(total / size, 4), round(hits / size, 4)) for total, hits, size in pools]


def _belong_together(lower: Sequence[float], upper: Sequence[float]) -> bool:
    """Whether two bins (sum of scores, hits, size) are out of order, or parts of one heap of equal scores."""
    same = upper[0] / upper[2] - lower[0] / lower[2] < _SAME_SCORE
    return same or lower[1] / lower[2] >= upper[1] / upper[2]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the calibration error, or the curve."""
    parser = argparse.ArgumentParser(prog="python -m eval.calibration", description=__doc__.splitlines()[0])
    parser.add_argument("--split", choices=("dev", "held-out"), default="dev")
    parser.add_argument("--match", default="*", help="only records whose id matches this pattern, such as '[a-e]2-*'")
    parser.add_argument("--fit", action="store_true", help="print the curve through the probabilities as they are")
    options = parser.parse_args(arguments)
    records = [record for record in load_records(options.split) if fnmatchcase(record.id, options.match)]
    found = list(outcomes(records, Coder.load(CoderConfig(rules=False, tcm=False))))
    for kind in KINDS:
        mine = [one for one in found if one.kind == kind]
        if options.fit:
            print(f"{kind}:")
            for standing in get_args(Standing):
                some = [one for one in mine if one.standing == standing]
                curve = rising_curve([one.probability for one in some], [one.right for one in some])
                print(
                    f"  {standing}: {{knots: {[knot for knot, _ in curve]}, levels: {[level for _, level in curve]}}}"
                )
        else:
            right = np.array([one.right for one in mine])
            error = expected_calibration_error(np.array([one.probability for one in mine]), right)
            print(f"{options.split} {kind}: {len(mine)} entries, {np.mean(right):.3f} right, ECE {error:.3f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
