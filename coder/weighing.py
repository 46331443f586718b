"""A weighing of named features: a logistic regression as it is stored, loaded and asked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import exp
from typing import TypeVar, cast

from pydantic import BaseModel, ConfigDict, ValidationError

from coder.artefacts import artefact_path
from coder.errors import ArtefactError
from coder.validation import explain_errors

Stored = TypeVar("Stored", bound=BaseModel)


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


def load_shipped(file: str, model: type[Stored]) -> Stored:
    """A weighing, or several in one model, from the artefacts; a second call in the process returns the same object.

    Raises:
        ArtefactError: the file is missing or damaged.
    """
    return cast(Stored, _load(file, model))


@cache
def _load(file: str, model: type[BaseModel]) -> BaseModel:
    path = artefact_path(file)
    try:
        return model.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise ArtefactError(f"models/{file} 已损坏：{explain_errors(error.errors())}；请重新安装") from error
