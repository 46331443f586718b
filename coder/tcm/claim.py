"""What the TCM checks look at: the TCM coding beside the TCM items of the front page, gathered in one frozen value.

>>> from coder.record import Record
>>> from coder.text import read
>>> text = "治疗类别：2 使用医疗机构中药制剂：1\\n中医诊断：感冒 风寒束表证\\n治以荆防败毒散加减"
>>> claim = claim_of(read(Record(text=text)), tcm=None, diagnoses=())
>>> claim.treatment_category, claim.prepared_medicine, claim.tcm_treated
('integrated', True, True)
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, cast

from coder.coding import CodedDiagnosis, TcmCoding
from coder.tcm.coder import stated_codes
from coder.tcm.datafile import load_yaml
from coder.text import Reading
from coder.text.datafile import DataModel

Category = Literal["tcm", "integrated", "western"]


class _Item(DataModel):
    fields: tuple[str, ...]
    pattern: str
    values: Mapping[str, str] = {}


class ClaimData(DataModel):
    """The schema of ``data/claim.yaml``."""

    treatment_category: _Item
    prepared_medicine: _Item
    prepared_medicine_charge: _Item
    edition: _Item
    treatment_words: tuple[str, ...]
    category_names: Mapping[Category, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TcmClaim:
    """The TCM side of a record as it would be claimed; ``None`` means not stated.

    ``stated_codes`` are TCM codes that the record itself writes; ``prepared_medicine`` whether a preparation of the
    hospital's own was used, ``prepared_medicine_charge`` what it cost in yuan.
    """

    tcm: TcmCoding | None
    diagnoses: tuple[CodedDiagnosis, ...] = ()
    treatment_category: Category | None = None
    tcm_treated: bool = False
    stated_codes: tuple[str, ...] = ()
    edition: str | None = None
    prepared_medicine: bool | None = None
    prepared_medicine_charge: float | None = None


@cache
def claim_data() -> ClaimData:
    """Where the items stand, read and validated once.

    Raises:
        ArtefactError: the data file is missing or breaks its schema.
    """
    return load_yaml("claim.yaml", ClaimData)


def claim_of(reading: Reading, *, tcm: TcmCoding | None, diagnoses: Sequence[CodedDiagnosis]) -> TcmClaim:
    """Gather what a record says; fields of the encounter go before the text."""
    data = claim_data()
    text = reading.normalised.text
    flag = _value(data.prepared_medicine, reading)
    charge = _value(data.prepared_medicine_charge, reading)
    return TcmClaim(
        tcm=tcm,
        diagnoses=tuple(diagnoses),
        treatment_category=cast("Category | None", _value(data.treatment_category, reading)),
        tcm_treated=any(word in text for word in data.treatment_words),
        stated_codes=stated_codes(reading),
        edition=_value(data.edition, reading),
        prepared_medicine=None if flag is None else flag == "yes",
        prepared_medicine_charge=None if charge is None else float(charge),
    )


def _value(item: _Item, reading: Reading) -> str | None:
    extra = reading.record.encounter.model_extra or {}
    given = next((str(extra[field]) for field in item.fields if extra.get(field) not in (None, "")), None)
    if given is None:
        match = re.search(item.pattern, reading.normalised.text)
        given = match.group(1) if match else None
    if given is None or not item.values:
        return given
    return item.values.get(given, given if given in item.values.values() else None)
