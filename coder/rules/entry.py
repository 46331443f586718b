"""A rule as it is written: the schema of an entry of a rule file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from string import Formatter
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from coder.coding import FindingSeverity, Probability
from coder.rules.model import Policy, Setting
from coder.rules.switches import switches

Kind = Literal[
    "unsupported_high_risk",
    "missed_diagnosis",
    "missed_procedure",
    "principal_choice",
    "z51_rule",
    "combination_code",
    "sex_conflict",
    "age_conflict",
    "gray_principal",
    "external_cause_missing",
    "morphology_missing",
    "duplicate_or_exclusive",
    "online_required_field_missing",
    "form_field",
    "mapping",
    "tcm",
]
ForEach = Literal["diagnosis", "other", "procedure", "missed"]
Standing = Literal["norm", "scheme", "practice", "confirm"]

PLACEHOLDERS: Final = frozenset(
    {"codes", "principal", "values", "use", "group_before", "group_after", "weight_change", "sex", "age"}
)
CONFIRM_NOTE: Final = "（规范原文待核实，仅供提示）"


class Example(BaseModel):
    """A small case: the text, the page and whatever else the rule looks at.

    ``meant`` and ``done`` stand for what the suggestion stage makes of words of the text: the code that a mention
    means, the procedure that wording says was done; ``said`` for the diagnosis that wording tells, ``selected`` for the
    procedure that selection would put on the page, ``sure`` for how sure it is where it is not certain, ``diagnosed``
    (where selection is asked at all) for the diagnosis; ``leading`` for the diagnosis that it takes as the principal
    one, ``leading_because`` for the reason.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = ""
    sex: Literal["male", "female"] | None = None
    age_years: int | None = None
    age_days: int | None = None
    birth_weight_g: int | None = None
    principal: str | None = None
    others: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
    external_causes: tuple[str, ...] = ()
    morphology: tuple[str, ...] = ()
    names: Mapping[str, str] = {}
    dates: Mapping[str, date] = {}
    admission_conditions: Mapping[str, str] = {}
    tcm: Mapping[str, str] | None = None
    form: Mapping[str, str | int | float | bool | None] | None = None
    orders: tuple[str, ...] | None = None
    charges: Mapping[str, float | None] | None = None
    labs: Mapping[str, float] | None = None
    setting: Setting = "inpatient"
    scheme: str | None = "chs-drg-1.1"
    policy: Policy = "settlement"
    switches: Mapping[str, str] = {}
    meant: Mapping[str, str] = {}
    done: Mapping[str, str] = {}
    said: Mapping[str, str] = {}
    selected: Mapping[str, str] = {}
    sure: Mapping[str, Probability] = {}
    diagnosed: Mapping[str, str] | None = None
    likeness: Mapping[str, tuple[float, float, float]] | None = None
    leading: Mapping[str, str] = {}
    leading_because: str = ""


class Examples(BaseModel):
    """Cases on which the rule must fire and cases on which it must not; every one is a test."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fire: tuple[Example, ...] = Field(min_length=1)
    clear: tuple[Example, ...] = Field(min_length=1)


class RuleEntry(BaseModel):
    """A rule.

    Attributes:
        severity: ``block`` stops a submission, ``warn`` asks for a look, ``hint`` says that a look may pay.
        standing: what the rule rests on; ``confirm`` means that the wording of the norm was not at hand.
        for_each: ask once for every code of the page (or every missed condition) instead of once for the record.
        when: predicates; the rule fires when they are true.
        use: the code that a combination should become, for ``{use}``.
        specific: of two findings of one kind on one code the specific one is kept, unless the other is more severe.
        schemes: the grouping schemes it is for, empty for all.
        settings: the kinds of encounter it is for.
        switches: sides of switches on which it runs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[A-Z][A-Z0-9]*-[A-Z0-9]+$")
    kind: Kind
    title: str = Field(min_length=2)
    severity: FindingSeverity
    standing: Standing
    for_each: ForEach | None = None
    when: Mapping[str, Any]
    message: str = Field(min_length=4)
    suggestion: str = ""
    use: str = ""
    specific: bool = True
    evidence_wanted: tuple[str, ...] = ()
    source: str = Field(min_length=2)
    edition: str = Field(min_length=1)
    valid_from: date | None = None
    valid_to: date | None = None
    schemes: tuple[str, ...] = ()
    settings: tuple[Setting, ...] = ("inpatient", "outpatient", "online")
    switches: Mapping[str, str] = {}
    examples: Examples | None = None

    @model_validator(mode="after")
    def _is_consistent(self) -> RuleEntry:
        if self.standing == "confirm" and self.severity != "hint":
            raise ValueError("standing confirm 的规则只能是 hint")
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            raise ValueError("valid_from 晚于 valid_to")
        for text in (self.message, self.suggestion):
            unknown = placeholders(text) - PLACEHOLDERS
            if unknown:
                raise ValueError(f"不认识的占位符 {'、'.join(sorted(unknown))}：可用 {'、'.join(sorted(PLACEHOLDERS))}")
        for name, side in self.switches.items():
            if name not in switches() or side not in switches()[name].sides:
                raise ValueError(f"没有开关 {name}: {side}")
        return self

    @property
    def full_message(self) -> str:
        """The message with the note that a rule to be confirmed carries."""
        return self.message + CONFIRM_NOTE if self.standing == "confirm" else self.message


def placeholders(text: str) -> set[str]:
    """The names in braces of a message.

    >>> sorted(placeholders("{principal} 不能与 {codes} 并存"))
    ['codes', 'principal']
    """
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError as error:
        raise ValueError(f"message 的花括号不成对：{error}") from error
