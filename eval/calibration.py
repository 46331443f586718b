"""How far the probabilities of coded entries can be believed: expected calibration error on gold records.

``python -m eval.calibration --split dev`` prints it for diagnoses and procedures. ``--fit`` prints the rising curve
through the probabilities by pooling adjacent violators; for the curve that
``coder/select/data/calibration.yaml`` ships, set the curves there to ``{knots: [0.0, 1.0], levels: [0.0, 1.0]}`` first.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

import numpy as np

from coder.pipeline import Coder, CoderConfig
from coder.select.calibration import EntryKind
from coder.suggest.calibrate import expected_calibration_error
from eval.metrics import match
from eval.records import DIAGNOSES, GoldRecord, load_records

KINDS: tuple[EntryKind, ...] = ("diagnosis", "procedure")
_BINS = 8


def outcomes(records: Sequence[GoldRecord], coder: Coder) -> Iterator[tuple[EntryKind, float, bool]]:
    """Kind, probability, and whether it is right, of every coded entry."""
    for gold in records:
        coding = coder.code(gold.record)
        diagnoses = [item for item in coding.diagnoses if item.system == DIAGNOSES]
        right = match([item.code for item in diagnoses], [item.codes for item in gold.gold.diagnoses])
        yield from (("diagnosis", item.probability, place in right) for place, item in enumerate(diagnoses))
        right = match([item.code for item in coding.procedures], [item.codes for item in gold.gold.procedures])
        yield from (("procedure", item.probability, place in right) for place, item in enumerate(coding.procedures))


def rising_curve(scores: Sequence[float], right: Sequence[bool], *, bins: int = _BINS) -> list[tuple[float, float]]:
    """Points (mean score, share right) of equally filled bins, pooled until they rise.

    >>> rising_curve([0.2, 0.4, 0.6, 0.8], [False, True, False, True], bins=4)
    [(0.2, 0.0), (0.5, 0.5), (0.8, 1.0)]
    """
    order = np.argsort(scores, kind="stable")
    pools: list[list[float]] = []
    for places in np.array_split(order, min(bins, len(order))):
        pools.append([sum(scores[i] for i in places), sum(right[i] for i in places), len(places)])
        while len(pools) > 1 and pools[-2][1] / pools[-2][2] >= pools[-1][1] / pools[-1][2]:
            last = pools.pop()
            pools[-1] = [a + b for a, b in zip(pools[-1], last, strict=True)]
    return [(round(total / size, 4), round(hits / size, 4)) for total, hits, size in pools]


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
        scores = [probability for of, probability, _ in found if of == kind]
        right = [hit for of, _, hit in found if of == kind]
        if options.fit:
            curve = rising_curve(scores, right)
            print(f"{kind}: {{knots: {[knot for knot, _ in curve]}, levels: {[level for _, level in curve]}}}")
        else:
            error = expected_calibration_error(np.array(scores), np.array(right))
            print(f"{options.split} {kind}: {len(scores)} entries, {np.mean(right):.3f} right, ECE {error:.3f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
