"""What a record holds for or against a condition: laboratory values, findings, treatment.

One test, used both ways: a code that the record does not support is questioned, a condition that the record supports
and the codes leave out is pointed at. Neither side has a test of its own.
"""

from coder.evidence.conditions import Condition, conditions, conditions_named, conditions_of
from coder.evidence.labs import LabReader, LabValue
from coder.evidence.support import Judgement, RecordEvidence, Verdict

__all__ = [
    "Condition",
    "Judgement",
    "LabReader",
    "LabValue",
    "RecordEvidence",
    "Verdict",
    "conditions",
    "conditions_named",
    "conditions_of",
]
