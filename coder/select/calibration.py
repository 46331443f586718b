"""From the scores of entries to the share of such entries that are right (``data/calibration.yaml``).

What the record says twice, or says in a list, is right more often than what the running text says once at the same
score; so there is a curve for each. They rise and are piecewise linear; ``python -m eval.calibration --fit`` fits them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

import numpy as np
from pydantic import BaseModel, ConfigDict, model_validator

from coder.suggest.calibrate import Calibration
from coder.suggest.suggestion import ScoredConcept
from coder.text.sections import SectionSplitter
from coder.yaml_data import parse_yaml

EntryKind = Literal["diagnosis", "procedure"]
Standing = Literal["listed_once", "listed_often", "told_once", "told_often"]
"""Whether a list names the entry or only the running text tells it, and whether in one place or in several."""


class Curve(BaseModel):
    """Points of a rising curve between 0 and 1."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    knots: tuple[float, ...]
    levels: tuple[float, ...]

    @model_validator(mode="after")
    def _rises(self) -> Curve:
        if len(self.knots) != len(self.levels) or not self.knots:
            raise ValueError("knots and levels must be as many, and at least one")
        if list(self.knots) != sorted(self.knots) or list(self.levels) != sorted(self.levels):
            raise ValueError("knots and levels must rise")
        return self


class Curves(BaseModel):
    """A curve for each standing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    listed_once: Curve
    listed_often: Curve
    told_once: Curve
    told_often: Curve


class CalibrationData(BaseModel):
    """The schema of ``data/calibration.yaml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    diagnosis: Curves
    procedure: Curves


@cache
def curves() -> Mapping[tuple[EntryKind, Standing], Calibration]:
    """The curves by kind and standing of an entry, read and validated once."""
    text = files("coder.select").joinpath("data/calibration.yaml").read_text(encoding="utf-8")
    data = CalibrationData.model_validate(parse_yaml(text))
    return {
        (kind, standing): Calibration(curve.knots, curve.levels)
        for kind in get_args(EntryKind)
        for standing in get_args(Standing)
        for curve in (getattr(getattr(data, kind), standing),)
    }


def standing_of(sections: Sequence[str]) -> Standing:
    """The standing of an entry whose evidence stands in sections of these kinds, one for each place.

    >>> standing_of(["discharge_diagnosis"]), standing_of(["treatment_course", "laboratory"])
    ('listed_once', 'told_often')
    """
    lists = SectionSplitter.load().lists
    often = len(sections) > 1
    if any(section in lists for section in sections):
        return "listed_often" if often else "listed_once"
    return "told_often" if often else "told_once"


def calibrated(concept: ScoredConcept, kind: EntryKind, standing: Standing) -> ScoredConcept:
    """A concept with the probability that an entry of its score and standing is right.

    >>> low, high = (calibrated(ScoredConcept("A", "", score), "procedure", "told_once") for score in (0.4, 1.0))
    >>> 0 < low.probability < high.probability <= 1
    True
    """
    score = np.array([concept.probability], np.float32)
    return replace(concept, probability=round(float(curves()[kind, standing].apply(score)[0]), 4))
