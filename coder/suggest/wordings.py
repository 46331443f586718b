"""The words under which each mention of a record is looked up."""

from __future__ import annotations

from collections.abc import Sequence

from coder.suggest.approach import shared_approaches
from coder.text import Mention, Reading
from coder.text.abbreviations import spelled_out


def wordings_of(mentions: Sequence[Mention], reading: Reading) -> list[str]:
    """What each mention is looked up as: diagnoses without abbreviations, procedures with the approach they share.

    >>> from coder.record import Record
    >>> from coder.text import read
    >>> reading = read(Record(text="血淀粉酶升高。\\n出院诊断：SAP"))
    >>> wordings_of(reading.mentions, reading)[-1]
    '急性重症胰腺炎'

    Args:
        mentions: mentions in text order.
        reading: the record that they are of.
    """
    approaches = shared_approaches(mentions, reading)
    record = reading.normalised.text
    return [
        spelled_out(mention.text, record) if mention.kind == "diagnosis" else approaches.get(index, mention.text)
        for index, mention in enumerate(mentions)
    ]
