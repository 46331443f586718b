"""What a text could mean, with probabilities: the value between suggesting and selecting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ScoredConcept:
    """A concept and the probability that the text means it; ``exact``: the text is a name or alias of it."""

    code: str
    name: str
    probability: float
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The answer for one text.

    ``concepts`` are what the text is taken to mean (several when one phrase names several, none when the suggester
    abstains); ``candidates`` all that were considered, best first; ``settled`` says that a convention or a phrase gave
    the concepts, not a search for the nearest name; beside a code that begins like one of ``yields`` the text tells an
    operation that is known already, and adds nothing; ``in_order`` says that the concepts stand in the order of
    the words.
    """

    text: str
    concepts: tuple[ScoredConcept, ...]
    candidates: tuple[ScoredConcept, ...]
    settled: bool = False
    yields: tuple[str, ...] = ()
    in_order: bool = False


class Suggester(Protocol):
    """Turns texts into concepts of one code system."""

    def suggest(self, texts: Sequence[str]) -> list[Suggestion]:
        """One suggestion a text, in the same order; safe to call from many threads."""
        ...
