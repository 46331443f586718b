"""The choice of the principal diagnosis under a named policy (``data/principal.yaml``), with its reason in words.

The diagnosis that the doctor put first stands unless a rule speaks against it: it cannot be principal, it only names
the cause or the outcome of what was treated, or it is a symptom or general state beside a disease.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from coder.patterns import compiled
from coder.select.codes import matches
from coder.select.gather import Gathered
from coder.select.policy import PolicyName, selection_policy
from coder.terms import CodeSystem
from coder.yaml_data import parse_yaml


class _Rule(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Never(_Rule):
    """Codes that cannot be principal; those in ``unless_alone`` can where nothing else can."""

    source: str
    codes: tuple[str, ...]
    unless_alone: tuple[str, ...] = ()


class Prefer(_Rule):
    """An entry in ``this`` stands before one in ``over``."""

    this: tuple[str, ...]
    over: tuple[str, ...]
    reason: str
    policies: tuple[PolicyName, ...] = ("settlement", "front-page")
    when_procedure: str | None = None
    unless_procedure: str | None = None
    when_record: str | None = None


class Demote(_Rule):
    """Codes that come after all others."""

    source: str
    codes: tuple[str, ...]
    reason: str


class PrincipalRules(_Rule):
    """All of ``principal.yaml``."""

    never: Never
    prefer: tuple[Prefer, ...]
    demote: Demote
    procedures: dict[str, str]

    def compile(self) -> None:
        """Compile what would otherwise be compiled when a record first needs it."""
        for pattern in (*self.procedures.values(), *(rule.when_record for rule in self.prefer)):
            if pattern is not None:
                compiled(pattern)


@dataclass(frozen=True, slots=True)
class Choice:
    """The code chosen, why, and the code that came second."""

    code: str
    reason: str
    runner_up: str | None


@cache
def principal_rules() -> PrincipalRules:
    """The rules, read and validated once."""
    text = files("coder.select").joinpath("data/principal.yaml").read_text(encoding="utf-8")
    return PrincipalRules.model_validate(parse_yaml(text))


def choose_principal(
    entries: Sequence[Gathered],
    *,
    procedure_names: Sequence[str],
    system: CodeSystem,
    policy: PolicyName,
    text: str = "",
    rules: PrincipalRules | None = None,
) -> Choice | None:
    """The principal diagnosis among entries in list order, ``None`` where none can be principal.

    Args:
        entries: the diagnoses in list order.
        procedure_names: official names of what was done this stay.
        system: the code system of the diagnoses.
        policy: the principle of choice.
        text: the normalised text of the record.
        rules: the shipped ones when not given.
    """
    rules = rules or principal_rules()
    given = [entry.concept.code for entry in entries]
    order, reasons = in_order(
        given, procedure_names=procedure_names, system=system, policy=policy, text=text, rules=rules
    )
    if not order:
        return None
    reasons = (f"按{selection_policy().policies[policy].title}", *reasons)
    if order[0] == given[0]:
        reasons = (*reasons, "医师列于首位，且可作主要诊断")
    return Choice(order[0], "；".join(dict.fromkeys(reasons)), order[1] if len(order) > 1 else None)


def in_order(
    codes: Sequence[str],
    *,
    procedure_names: Sequence[str],
    system: CodeSystem,
    policy: PolicyName,
    text: str = "",
    rules: PrincipalRules | None = None,
) -> tuple[list[str], tuple[str, ...]]:
    """Those of the codes that can be principal, the one to choose first, and why the given order was changed.

    Takes what :func:`choose_principal` takes, with codes in place of entries.
    """
    rules = rules or principal_rules()
    able = [code for code in codes if _able(code, system, rules)]
    order = able or [code for code in codes if matches(code, rules.never.unless_alone)]
    if not order:
        return [], ()
    reasons = []
    first = order[0]
    plain = [code for code in order if not matches(code, rules.demote.codes)]
    if plain and plain[0] != first:
        reasons.append(f"{rules.demote.reason}（{rules.demote.source}）")
        order = [*plain, *(code for code in order if code not in plain)]
    for _ in range(len(order)):
        better = _preferred(order, procedure_names, policy, rules, text)
        if better is None:
            break
        rule, position = better
        order.insert(0, order.pop(position))
        reasons.append(rule.reason)
    return order, tuple(reasons)


def _able(code: str, system: CodeSystem, rules: PrincipalRules) -> bool:
    concept = system.get(code)
    asterisk_only = code.endswith("*") and "+" not in code
    return concept is not None and not concept.is_heading and not asterisk_only and not matches(code, rules.never.codes)


def _preferred(
    order: Sequence[str], procedure_names: Sequence[str], policy: PolicyName, rules: PrincipalRules, text: str
) -> tuple[Prefer, int] | None:
    for rule in rules.prefer:
        if policy not in rule.policies or not matches(order[0], rule.over) or matches(order[0], rule.this):
            continue
        if rule.when_record and not compiled(rule.when_record).search(text):
            continue
        if rule.when_procedure and not _done(rule.when_procedure, procedure_names, rules):
            continue
        if rule.unless_procedure and _done(rule.unless_procedure, procedure_names, rules):
            continue
        for position, code in enumerate(order[1:], start=1):
            if matches(code, rule.this):
                return rule, position
    return None


def _done(kind: str, procedure_names: Sequence[str], rules: PrincipalRules) -> bool:
    pattern = compiled(rules.procedures[kind])
    return any(pattern.search(name) for name in procedure_names)
