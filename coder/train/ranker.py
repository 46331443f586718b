"""Train the first two ranking passes, threshold and calibration on phrases that the encoder has not seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import lightgbm
import numpy as np
import numpy.typing as npt
from sklearn.isotonic import IsotonicRegression

from coder.suggest.calibrate import Calibration
from coder.suggest.count import choose
from coder.suggest.features import set_features
from coder.suggest.modeldir import FamilySettings
from coder.suggest.normalize import prepare
from coder.suggest.parts import clean
from coder.suggest.retriever import Retriever
from coder.train.corpus import Phrase

FOLDS = 5
_BATCH = 32
_KNOTS = 24
_ABSTAIN = 0.3

Float32 = npt.NDArray[np.float32]
Int32 = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Example:
    """A phrase with its candidates, their features, and which candidates are right.

    ``names_in_gold`` counts every name of the gold answer, also those that are not among the candidates.
    """

    phrase: str
    candidates: Int32
    columns: Float32
    unit: npt.NDArray[np.intp]
    right: npt.NDArray[np.bool_]
    names_in_gold: int


@dataclass(frozen=True, slots=True)
class Passes:
    """The first two passes, and the out-of-fold probabilities of the second, one array an example."""

    alone: lightgbm.Booster
    among: lightgbm.Booster
    second: list[Float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trees:
    """Sizes of the passes."""

    alone: int = 260
    among: int = 160
    leaves: int = 31
    learning_rate: float = 0.05


def examples(retriever: Retriever, phrases: Sequence[Phrase]) -> list[Example]:
    """Retrieve and describe the candidates of phrases; the retriever's memory must not hold these phrases."""
    number = retriever.table.index()
    made = []
    for start in range(0, len(phrases), _BATCH):
        batch = phrases[start : start + _BATCH]
        for phrase, found in zip(batch, retriever.retrieve([prepare(phrase.text) for phrase in batch]), strict=True):
            candidates = found.candidates()
            gold = {number.get(clean(name), -1) for name in phrase.names}
            made.append(
                Example(
                    found.units[0],
                    candidates,
                    retriever.features.pair_features(found, candidates, retriever.words(found)),
                    found.best_unit(candidates),
                    np.isin(candidates, list(gold)),
                    len(phrase.names),
                )
            )
    return made


def train_passes(
    made: Sequence[Example],
    retriever: Retriever,
    *,
    trees: Trees | None = None,
    seed: int = 20251122,
    threads: int = 2,
) -> Passes:
    """Train the first two passes; the second sees out-of-fold scores of the first.

    Args:
        made: examples whose phrases neither encoder nor memory has seen.
        retriever: of the same table; its names and codes describe the candidates to the second pass.
        trees: sizes of the passes.
        seed: of the boosting.
        threads: of the boosting.
    """
    trees = trees or Trees()

    def fit(chosen: Iterable[int], tables: Sequence[Float32], *, count: int) -> lightgbm.Booster:
        places = list(chosen)
        data = lightgbm.Dataset(
            np.concatenate([tables[place] for place in places]), np.concatenate([made[place].right for place in places])
        )
        return lightgbm.train(boosting(trees, seed=seed, threads=threads), data, count)

    first_tables = [example.columns for example in made]
    first = out_of_fold(first_tables, lambda chosen: fit(chosen, first_tables, count=trees.alone))
    second_tables = [
        np.concatenate(
            [
                example.columns,
                set_features(retriever.features, example.phrase, example.candidates, unit=example.unit, first=scores),
            ],
            axis=1,
        )
        for example, scores in zip(made, first, strict=True)
    ]
    every = range(len(made))
    return Passes(
        alone=fit(every, first_tables, count=trees.alone),
        among=fit(every, second_tables, count=trees.among),
        second=out_of_fold(second_tables, lambda chosen: fit(chosen, second_tables, count=trees.among)),
    )


def settings_of(
    scores: Sequence[Float32], made: Sequence[Example], *, trained_on: str, exact: bool
) -> tuple[FamilySettings, list[Float32]]:
    """Calibration and threshold from out-of-fold scores, and the scores calibrated.

    ``exact`` chooses the threshold for whole answers right rather than for F1.
    """
    calibration = calibrate(scores, made)
    calibrated = [calibration.apply(own) for own in scores]
    threshold, apart = best_thresholds(calibrated, made, exact=exact)
    settings = FamilySettings(
        trained_on=trained_on,
        threshold=threshold,
        apart=apart,
        abstain=_ABSTAIN,
        knots=tuple(calibration.knots),
        levels=tuple(calibration.levels),
    )
    return settings, calibrated


def boosting(trees: Trees, *, seed: int, threads: int) -> dict[str, object]:
    """Parameters of the boosting."""
    return {
        "objective": "binary",
        "learning_rate": trees.learning_rate,
        "num_leaves": trees.leaves,
        "max_depth": 8,
        "min_data_in_leaf": 40,
        "feature_fraction": 0.5,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "lambda_l2": 2.0,
        "seed": seed,
        "deterministic": True,
        "num_threads": threads,
        "verbose": -1,
    }


def out_of_fold(tables: Sequence[Float32], fit: Callable[[list[int]], lightgbm.Booster]) -> list[Float32]:
    """Predictions for each table by a booster that was fitted without its fold; ``fit`` takes places of tables."""
    count = len(tables)
    scores: list[Float32] = [np.zeros(0, np.float32)] * count
    for fold in range(FOLDS):
        booster = fit([place for place in range(count) if place % FOLDS != fold])
        for place in range(fold, count, FOLDS):
            scores[place] = np.asarray(booster.predict(tables[place]), np.float32)
    return scores


def calibrate(scores: Sequence[Float32], made: Sequence[Example]) -> Calibration:
    """An isotonic curve over all candidates, kept as a few points."""
    flat = np.concatenate(scores)
    right = np.concatenate([example.right for example in made])
    curve = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip").fit(flat, right)
    knots = np.unique(np.concatenate([[0.0], np.linspace(0.02, 0.98, _KNOTS), [1.0]]))
    # The mean over a small window turns the curve's steps into slopes.
    levels = [
        float(np.mean(curve.predict(np.clip(np.linspace(knot - 0.02, knot + 0.02, 9), 0.0, 1.0)))) for knot in knots
    ]
    return Calibration(
        tuple(float(round(knot, 5)) for knot in knots),
        tuple(round(level, 5) for level in np.maximum.accumulate(levels)),
    )


def best_thresholds(scores: Sequence[Float32], made: Sequence[Example], *, exact: bool) -> tuple[float, float]:
    """The thresholds (for any further concept; for one about another part) with the best micro-F1.

    With ``exact``, those with the most answers wholly right.
    """
    steps = [round(0.2 + 0.04 * step, 2) for step in range(18)]
    # Of pairs that do equally well the first is taken: the one that treats all parts alike.
    grid = [(threshold, apart) for threshold in steps for apart in reversed(steps) if apart <= threshold]
    return max(grid, key=lambda pair: measure(scores, made, threshold=pair[0], apart=pair[1])[1 if exact else 0])


def measure(
    scores: Sequence[Float32], made: Sequence[Example], *, threshold: float, apart: float
) -> tuple[float, float]:
    """Micro-F1 over (text, name) pairs, and the share of phrases whose set of names is exactly right."""
    right = given = wanted = whole = 0
    for probabilities, example in zip(scores, made, strict=True):
        chosen = choose(probabilities, example.unit, threshold=threshold, apart=apart)
        hits = int(example.right[chosen].sum())
        right += hits
        given += len(chosen)
        wanted += example.names_in_gold
        whole += hits == len(chosen) == example.names_in_gold
    return 2 * right / max(given + wanted, 1), whole / max(len(made), 1)
