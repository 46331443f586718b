"""A grouping scheme as its authors published it: rules in evaluation order over named sets of codes.

This is the form that schemes are built, checked and compared in. The engine reads the compiled form
(:mod:`coder.group.compiled`), which holds exactly the same facts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coder.errors import TableError

Ambiguous = Literal["off", "main", "any"]
DrgSeverity = Literal["mcc", "mcc_or_cc", "cc", "none"]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Sites(_Model):
    """Polytrauma: the principal lies in one site's list and the diagnoses together touch ``min_sites`` sites."""

    sites: dict[str, str] = Field(min_length=2, description="site name → name of the set with its diagnoses")
    min_sites: Annotated[int, Field(ge=2)]


class Condition(_Model):
    """All of the given predicates must hold; the string values name sets.

    ``any_of`` adds one alternative group: at least one of its conditions must hold too. ``main_procedure_valid`` and
    ``no_valid_procedure`` speak of the *main* procedure and the scheme's list of valid procedures.
    """

    principal_diagnosis: str | None = None
    any_diagnosis: str | None = None
    any_diagnosis_prefix: str | None = None
    other_diagnosis: str | None = None
    main_procedure: str | None = None
    procedures_all_of: tuple[str, ...] | None = None
    main_procedure_valid: Literal[True] | None = None
    no_valid_procedure: Literal[True] | None = None
    sex: Literal["male", "female"] | None = None
    age_years: int | None = None
    age_days_max: int | None = None
    weight_g_min: int | None = None
    weight_g_max_exclusive: int | None = None
    principal_and_sites: Sites | None = None
    any_of: tuple[Condition, ...] | None = None

    def walk(self) -> Iterator[Condition]:
        """This condition and every alternative below it."""
        yield self
        for alternative in self.any_of or ():
            yield from alternative.walk()

    @property
    def diagnosis_sets(self) -> set[str]:
        """Names of the diagnosis sets that this condition or an alternative of it asks for."""
        names: set[str] = set()
        for condition in self.walk():
            names |= {
                name
                for name in (condition.principal_diagnosis, condition.any_diagnosis, condition.other_diagnosis)
                if name
            }
            if condition.principal_and_sites:
                names |= set(condition.principal_and_sites.sites.values())
        return names

    @property
    def procedure_sets(self) -> set[str]:
        """Names of the procedure sets that this condition or an alternative of it asks for."""
        names: set[str] = set()
        for condition in self.walk():
            if condition.main_procedure:
                names.add(condition.main_procedure)
            names |= set(condition.procedures_all_of or ())
        return names

    @property
    def is_surgical(self) -> bool:
        """Whether the condition asks for a procedure, of whatever kind."""
        return any(
            condition.main_procedure or condition.procedures_all_of or condition.main_procedure_valid
            for condition in self.walk()
        )


class Mdc(_Model):
    """A major diagnostic category; the order of MDCs in the scheme is the order in which they are tried."""

    code: Annotated[str, Field(pattern=r"^[A-Z]$")]
    name: Annotated[str, Field(min_length=1)]
    when: Condition


class AdrgRule(_Model):
    """One way into an ADRG; an ADRG may have several rules, tried in order."""

    adrg: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9][0-9A-Z]$")]
    mdc: Annotated[str, Field(pattern=r"^[A-Z]$")]
    name: Annotated[str, Field(min_length=1)]
    when: Condition


class Drg(_Model):
    """A DRG: its ADRG and the severity that leads to it."""

    drg: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{2}[0-9A-Z]$")]
    name: Annotated[str, Field(min_length=1)]
    adrg: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{2}$")]
    severity: DrgSeverity


class SchemeDefinition(_Model):
    """A whole scheme.

    ``cc`` and ``mcc`` map a diagnosis to the number of its exclusion table; ``exclusion_table_of_principal`` maps a
    principal diagnosis to the table that it belongs to. A CC or MCC does not count when its own table is the
    principal's table: both belong to one disease family. A table number that no principal has never excludes.

    ``ambiguous`` is the QY switch: ``off``; ``main``, a valid *main* procedure that fits no surgical group of the
    MDC makes the record 歧义病案; ``any``, any valid procedure does.
    """

    scheme: Annotated[str, Field(min_length=1)]
    edition: Annotated[str, Field(min_length=1)]
    ambiguous: Ambiguous = "off"
    diagnosis_system: str = "icd10-nhsa-2.0"
    procedure_system: str = "icd9cm3-nhsa-2.0"
    mdcs: tuple[Mdc, ...]
    adrg_rules: tuple[AdrgRule, ...]
    drgs: tuple[Drg, ...]
    cc: dict[str, int]
    mcc: dict[str, int]
    exclusion_table_of_principal: dict[str, int]
    valid_procedures: frozenset[str]
    sets: dict[str, frozenset[str]]
    weights: dict[str, float] = Field(default={}, description="DRG → weight, where the payer publishes them")
    rates: dict[str, float] = Field(default={}, description="name (hospital level, insurance …) → money a weight point")

    @property
    def conditions(self) -> list[Condition]:
        """The conditions of all MDCs and ADRG rules."""
        return [mdc.when for mdc in self.mdcs] + [rule.when for rule in self.adrg_rules]

    @property
    def diagnosis_set_names(self) -> set[str]:
        """Names of all sets used as diagnosis lists."""
        return {name for when in self.conditions for name in when.diagnosis_sets}

    @property
    def procedure_set_names(self) -> set[str]:
        """Names of all sets used as procedure lists."""
        return {name for when in self.conditions for name in when.procedure_sets}

    @property
    def prefixes(self) -> set[str]:
        """All diagnosis prefixes that rules ask for."""
        return {
            condition.any_diagnosis_prefix
            for when in self.conditions
            for condition in when.walk()
            if condition.any_diagnosis_prefix
        }


def parse_definition(data: Mapping[str, Any], *, origin: str) -> SchemeDefinition:
    """Build a definition from the JSON form, in which polytrauma sites may carry their codes inline.

    Args:
        data: the parsed JSON object.
        origin: what to call the file in an error message.

    Raises:
        TableError: the object is not a scheme; the message names the place.
    """
    sets = dict(data.get("sets", {}))
    raw = {**data, "sets": sets, "mdcs": [_with_named_sites(mdc, sets) for mdc in data.get("mdcs", [])]}
    try:
        return SchemeDefinition.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise TableError(
            f"{origin}：分组方案格式不符，位置 {place}：{first['msg']}；请对照 docs/grouping.md 修改"
        ) from error


def read_definition(path: Path) -> SchemeDefinition:
    """Read a scheme's JSON file.

    Raises:
        TableError: the file cannot be read or is not a scheme.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TableError(f"{path.name}：读不出分组方案（{type(error).__name__}）；请检查路径与 JSON 格式") from error
    if not isinstance(data, dict):
        raise TableError(f"{path.name}：顶层应当是对象；请对照 docs/grouping.md 修改")
    return parse_definition(data, origin=path.name)


def _with_named_sites(mdc: Mapping[str, Any], sets: dict[str, Any]) -> dict[str, Any]:
    """Move inline site lists of one MDC into named sets, so that every list of codes is a set."""
    when = dict(mdc.get("when", {}))
    polytrauma = when.get("principal_and_sites")
    if polytrauma:
        named: dict[str, str] = {}
        for site, codes in polytrauma.get("sites", {}).items():
            name = codes if isinstance(codes, str) else f"{mdc.get('code')}:{site}"
            if not isinstance(codes, str):
                sets[name] = codes
            named[site] = name
        when["principal_and_sites"] = {**polytrauma, "sites": named}
    return {**mdc, "when": when}
