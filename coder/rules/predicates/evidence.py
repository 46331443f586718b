"""Predicates over what the record says for and against codes; both directions ask the same judgement."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from pydantic import Field

from coder.evidence import Judgement, Verdict, conditions
from coder.evidence.analytes import analytes
from coder.evidence.conditions import Condition, Measurement
from coder.evidence.support import Span
from coder.rules.facts import Facts, Subject
from coder.rules.outcome import FALSE, Outcome, of, unknown
from coder.rules.predicates.arguments import Arguments, Patterns, Yes
from coder.rules.registry import Compiled, codes, register

_NO_TEXT = "病历文本"
_WORDS = {
    Verdict.SUPPORTED: "有依据",
    Verdict.STATED: "仅有诊断名称，无检查或治疗依据",
    Verdict.PARTIAL: "有部分线索",
    Verdict.CONTRADICTED: "检查结果与之矛盾",
    Verdict.ABSENT: "未见任何依据",
}


def _outcome(judgement: Judgement, known: tuple[Condition, ...], codes: tuple[str, ...]) -> Outcome:
    wanted = tuple(dict.fromkeys(item for condition in known for item in condition.wanted))
    return Outcome(True, codes=codes, spans=judgement.spans, values=(_WORDS[judgement.verdict],), wanted=wanted)


class VerdictArguments(Arguments):
    """Verdicts to meet; ``profiled`` asks for codes that the evidence file has (or has not) a condition for."""

    is_: tuple[Verdict, ...] = Field(alias="is", min_length=1)
    profiled: bool | None = None


def evidence_is(arguments: VerdictArguments) -> Compiled:
    """What the record says about the code that the rule is asked about is one of these verdicts."""

    def test(facts: Facts, subject: Subject | None) -> Outcome:
        if subject is None:
            return FALSE
        known = facts.conditions_of(subject.code)
        if arguments.profiled is not None and bool(known) != arguments.profiled:
            return FALSE
        if not facts.has_text:
            return unknown(_NO_TEXT)
        judgement = facts.judgement(subject.code)
        return _outcome(judgement, known, (subject.code,)) if judgement.verdict in arguments.is_ else FALSE

    return Compiled(test, cost=1)


def _judging(test: Callable[[Facts, Subject, Judgement], Outcome]) -> Compiled:
    """A test of what the record says of the code that the rule is asked about; not known without text."""

    def judged(facts: Facts, subject: Subject | None) -> Outcome:
        if subject is None:
            return FALSE
        if not facts.has_text:
            return unknown(_NO_TEXT)
        return test(facts, subject, facts.judgement(subject.code))

    return Compiled(judged, cost=1)


def unsupported(_: Any) -> Compiled:
    """The record does not support the code that the rule is asked about (by the test that finds missed conditions)."""

    def test(facts: Facts, subject: Subject, judgement: Judgement) -> Outcome:
        if facts.is_supported(subject.code, judgement):
            return FALSE
        return _outcome(judgement, facts.conditions_of(subject.code), (subject.code,))

    return _judging(test)


def missed(_: Any) -> Compiled:
    """The condition that the rule is asked about is supported by the record and no code of the page expresses it."""

    def test(facts: Facts, subject: Subject | None) -> Outcome:
        if subject is None or subject.condition is None:
            return FALSE
        judgement = facts.evidence.judge(subject.condition)
        return _outcome(judgement, (), (subject.code,))

    return Compiled(test, cost=1)


def denied(_: Any) -> Compiled:
    """The record names what the rule is asked about only to deny it, or to rule it out."""

    def test(_: Facts, subject: Subject, judgement: Judgement) -> Outcome:
        return _outcome(judgement, (), (subject.code,)) if judgement.denied else FALSE

    return _judging(test)


class ConditionArguments(Arguments):
    """A condition of the evidence file and the verdicts to meet."""

    id: str
    is_: tuple[Verdict, ...] = Field(alias="is", min_length=1)


def condition(arguments: ConditionArguments) -> Compiled:
    """What the record says about a condition is one of these verdicts."""
    if arguments.id not in conditions():
        raise ValueError(f"unknown condition {arguments.id}")
    wanted = conditions()[arguments.id]

    def test(facts: Facts, _: Subject | None) -> Outcome:
        if not facts.has_text:
            return unknown(_NO_TEXT)
        judgement = facts.evidence.judge(wanted)
        return _outcome(judgement, (wanted,), ()) if judgement.verdict in arguments.is_ else FALSE

    return Compiled(test, cost=1)


class MeasuredArguments(Arguments):
    """A bound, and whether one value, every value or the sum of the values must meet it."""

    is_: str = Field(alias="is")
    values: Literal["any", "all", "sum"] = "any"


def measured(arguments: MeasuredArguments) -> Compiled:
    """A measured quantity meets a bound; not known where it was not measured."""
    bound = Measurement.parse(arguments.is_)
    if bound is None:
        raise ValueError(f"{arguments.is_!r} is not of the form 'analyte < number'")
    title = analytes()[bound.analyte].name

    def test(facts: Facts, _: Subject | None) -> Outcome:
        values = facts.values(bound.analyte)
        if not values:
            return unknown(title)
        met = [lab for lab in values if bound.holds(lab.value)]
        if arguments.values == "sum":
            met = list(values) if bound.holds(sum(lab.value for lab in values)) else []
        if not met or (arguments.values == "all" and len(met) < len(values)):
            return FALSE
        shown = tuple(dict.fromkeys(f"{title} {lab.value:g} {lab.unit}".strip() for lab in met))
        return Outcome(True, spans=tuple(Span(lab.start, lab.end) for lab in met), values=shown)

    return Compiled(test)


def measured_at_all(analyte: str) -> Compiled:
    """A quantity was measured."""
    if analyte not in analytes():
        raise ValueError(f"unknown analyte {analyte}")

    def test(facts: Facts, _: Subject | None) -> Outcome:
        if not facts.has_text:
            return unknown(_NO_TEXT)
        return of(bool(facts.values(analyte)))

    return Compiled(test)


class BareArguments(Arguments):
    """Which other diagnoses count, and how many of them and what share must be without anything that supports them."""

    codes: Patterns
    at_least: int
    share: float


def others_unsupported(arguments: BareArguments) -> Compiled:
    """So many of the other diagnoses, and so large a share of them, have nothing in the record that speaks for them."""
    code_set, _ = codes("diagnosis", arguments.codes)

    def test(facts: Facts, _: Subject | None) -> Outcome:
        if not facts.has_text:
            return unknown(_NO_TEXT)
        counted = [code for code in facts.others if code in code_set]
        bare = tuple(code for code in counted if facts.judgement(code).verdict in _AGAINST)
        enough = len(bare) >= arguments.at_least and len(bare) >= arguments.share * len(counted)
        return Outcome(True, codes=bare) if enough else FALSE

    return Compiled(test, None, (("diagnosis", code_set),))


_AGAINST = (Verdict.ABSENT, Verdict.CONTRADICTED)


def procedure_told(_: Any) -> Compiled:
    """Words of the record mean, or may mean, a procedure of the site of the one that the rule is asked about."""

    def test(facts: Facts, subject: Subject, _: Judgement) -> Outcome:
        return of(facts.tells_of_site(subject.code))

    return _judging(test)


def procedure_unmentioned(_: Any) -> Compiled:
    """Nothing in the record names the procedure that the rule is asked about, not even by part of its name."""

    def test(facts: Facts, subject: Subject, judgement: Judgement) -> Outcome:
        if judgement.verdict is not Verdict.ABSENT:
            return FALSE
        if facts.tells_of_site(subject.code):
            return FALSE
        names = facts.normal_names(subject.code)
        if any(facts.evidence.touches(name) or facts.evidence.shares_letters(name) for name in names):
            return FALSE
        return Outcome(True, codes=(subject.code,))

    return _judging(test)


register(
    {
        "evidence_is": (VerdictArguments, evidence_is),
        "unsupported": (Yes, unsupported),
        "missed": (Yes, missed),
        "denied": (Yes, denied),
        "condition": (ConditionArguments, condition),
        "measured": (MeasuredArguments, measured),
        "measured_at_all": (str, measured_at_all),
        "others_unsupported": (BareArguments, others_unsupported),
        "procedure_told": (Yes, procedure_told),
        "procedure_unmentioned": (Yes, procedure_unmentioned),
    }
)
