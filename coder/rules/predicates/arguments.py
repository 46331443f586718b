"""Argument types that several predicates share."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Patterns = Annotated[tuple[str, ...], Field(min_length=1)]
Words = Annotated[tuple[str, ...], Field(min_length=1)]
Yes = Literal[True]


class Arguments(BaseModel):
    """Base of structured arguments: frozen, a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Bounds(Arguments):
    """A half-open range: ``at_least`` is inside, ``below`` is not."""

    at_least: float | None = None
    below: float | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Bounds:
        if self.at_least is None and self.below is None:
            raise ValueError("give at_least, below or both")
        return self

    def hold(self, value: float) -> bool:
        """Whether a value is inside."""
        above = self.at_least is None or value >= self.at_least
        return above and (self.below is None or value < self.below)
