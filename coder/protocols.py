"""What the faces (command line, API, batch runner, evaluation) need of the pipeline, and nothing more.

Any object with these two members can stand in for :class:`coder.pipeline.Coder`; the faces take it as an argument, so
they can be tried without loading a single table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from coder.coding import Coding
from coder.record import Record


class RecordCoder(Protocol):
    """Codes one record at a time; safe to share between threads."""

    @property
    def versions(self) -> Mapping[str, str]:
        """The editions of tables, models and schemes in use."""
        ...

    def code(self, record: Record) -> Coding:
        """The coding of one record; raises :class:`~coder.errors.CoderError` where the record cannot be coded."""
        ...


CoderFactory = Callable[[], RecordCoder]
