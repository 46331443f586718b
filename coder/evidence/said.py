"""How much of the names of a code a record says, for codes that nobody read in it.

One two-letter piece of a name says little: 面部 is in many records, and so is 声带, of a 声带麻痹 as well. What a name
ends with says what the disease is, its other pieces and letters where and of which kind it is. A name is told when the
record says its end and some of the rest, most of its pieces, or all its letters together.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from coder.evidence.names import core, main_part, pieces, telling_letters
from coder.evidence.support import RecordEvidence

_END: Final = 2
_FEW: Final = 0.34
_HALF: Final = 0.5
_SEVERAL: Final = 3


def is_told(evidence: RecordEvidence, names: Iterable[str]) -> bool:
    """Whether a record says so much of one of these normalised names that it can mean it.

    >>> from coder.record import Record
    >>> from coder.text import read
    >>> record = RecordEvidence(read(Record(text="面部无红肿。双侧声带活动对称。盆腔广泛粘连，予松解。")))
    >>> [is_told(record, [name]) for name in ("面部蜂窝织炎", "声带麻痹", "女性盆腔粘连")]
    [False, False, True]
    """
    return any(_is_told(evidence, name) for name in names)


def _is_told(evidence: RecordEvidence, name: str) -> bool:
    letters, parts = telling_letters(name), pieces(name)
    together = max((len(letters & clause) for clause in evidence.clauses), default=0) / len(letters) if letters else 1.0
    if together <= _FEW:
        return False
    told = sum(piece in evidence.text for piece in parts) / len(parts)
    if not evidence.says(core(main_part(name))[-_END:]):
        return told > _HALF or (together == 1 and len(letters) >= _SEVERAL)
    return told > _FEW or together > _HALF
