"""Recall: from the words of a mention to the concepts that they could mean."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class Candidate(NamedTuple):
    """A concept that a text could mean; a tuple, because a record has a thousand of them.

    ``score`` is in 0 … 1 and compares candidates of one query and one source; ``matched`` is the name or alias that met
    the query; ``source`` names the recall that found it.
    """

    row: int
    code: str
    name: str
    score: float
    matched: str
    source: str


class Recall(Protocol):
    """Finds candidates in one code system."""

    def recall(self, query: str, *, limit: int, above: float = 0.0) -> list[Candidate]:
        """The best candidates for a text, best first, each concept at most once; none where none scores ``above``."""
        ...

    def exact(self, query: str) -> Candidate | None:
        """The concept that has exactly this name or alias."""
        ...
