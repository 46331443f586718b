"""A coding assistant for Chinese clinical records: from free text to codes with evidence, findings and a group.

>>> from coder import Coder, Record
>>> coding = Coder.load().code(Record(text="出院诊断：急性心肌梗死"))
>>> coding.principal.code
'I21.900'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from coder.coding import Coding
    from coder.errors import CoderError
    from coder.pipeline import Coder, CoderConfig
    from coder.record import Encounter, Patient, Record

__all__ = ["Coder", "CoderConfig", "CoderError", "Coding", "Encounter", "Patient", "Record"]

_HOME = {
    "Coder": "coder.pipeline",
    "CoderConfig": "coder.pipeline",
    "CoderError": "coder.errors",
    "Coding": "coder.coding",
    "Encounter": "coder.record",
    "Patient": "coder.record",
    "Record": "coder.record",
}


def __getattr__(name: str) -> Any:
    # Loaded when first asked for: `coder terms search` must not pay for the pipeline.
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
