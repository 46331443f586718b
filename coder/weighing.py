"""A weighing of named features: a logistic regression as it is stored and asked."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp

from pydantic import BaseModel, ConfigDict


class Weighing(BaseModel):
    """The log odds before any feature speaks, and what one of each feature adds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    bias: float
    weights: Mapping[str, float]

    def probability(self, values: Mapping[str, float]) -> float:
        """The probability that such features give: 0 to 1.

        >>> Weighing(bias=0.0, weights={"present": 2.0}).probability({"present": 0.0})
        0.5

        Raises:
            KeyError: a feature that has a weight is not among the values.
        """
        total = self.bias + sum(weight * values[name] for name, weight in self.weights.items())
        return 1 / (1 + exp(-total))
