"""What goes in: a record as it was received, with what is known of the patient and the stay."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Sex = Literal["male", "female"]


class Patient(BaseModel):
    """What is known of the patient; ``None`` means not known, never a default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sex: Sex | None = None
    age_years: int | None = Field(default=None, ge=0, le=150, description="周岁")
    age_days: int | None = Field(default=None, ge=0, le=365, description="不足一周岁时的日龄")
    birth_weight_g: int | None = Field(default=None, ge=100, le=9999, description="新生儿出生体重（克）")


class Encounter(BaseModel):
    """What is known of the stay; all fields may be absent, unknown ones are kept for rules that need them."""

    model_config = ConfigDict(frozen=True, extra="allow")

    kind: Literal["inpatient", "outpatient", "online"] = "inpatient"
    department: str | None = None
    admitted_at: datetime | None = None
    discharged_at: datetime | None = None
    los_days: int | None = Field(default=None, ge=0)
    discharge_way: str | None = None


class Record(BaseModel):
    """One clinical record.

    Offsets anywhere in the results count Unicode code points of ``text`` exactly as given here, end exclusive.

    >>> Record(text="出院诊断：急性阑尾炎", patient=Patient(sex="male", age_years=30)).patient.sex
    'male'
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    id: str | None = None
    patient: Patient = Patient()
    encounter: Encounter = Encounter()
