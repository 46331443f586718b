"""From the scores of entries to the share of such entries that are right (``data/calibration.yaml``).

The curve is rising and piecewise linear; ``python -m eval.calibration --fit`` fits it on the development records.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, model_validator

from coder.suggest.calibrate import Calibration
from coder.suggest.suggestion import ScoredConcept
from coder.yaml_data import parse_yaml

EntryKind = Literal["diagnosis", "procedure"]


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


@cache
def curves() -> Mapping[EntryKind, Calibration]:
    """The curves by kind of entry, read and validated once."""
    text = files("coder.select").joinpath("data/calibration.yaml").read_text(encoding="utf-8")
    read = {kind: Curve.model_validate(curve) for kind, curve in parse_yaml(text).items()}
    return {kind: Calibration(curve.knots, curve.levels) for kind, curve in read.items()}


def calibrated(concept: ScoredConcept, kind: EntryKind) -> ScoredConcept:
    """A concept with the probability that an entry of its score is right.

    >>> low, high = (calibrated(ScoredConcept("A", "", score), "procedure").probability for score in (0.4, 1.0))
    >>> 0 < low < high <= 1
    True
    """
    score = np.array([concept.probability], np.float32)
    return replace(concept, probability=round(float(curves()[kind].apply(score)[0]), 4))
