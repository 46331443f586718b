"""Predicates over the page itself: what is there, twice, misspelt, grey or not in the table."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Literal

from rapidfuzz import fuzz

from coder.errors import CoderError
from coder.rules.facts import Facts, Subject
from coder.rules.model import PageDiagnosis
from coder.rules.outcome import FALSE, Outcome, found, of, unknown
from coder.rules.predicates.arguments import Arguments, Words, Yes
from coder.rules.registry import Compiled, register
from coder.terms import CodeSystem, load_crosswalk
from coder.terms.keys import code_key, name_key, split_dagger

Kind = Literal["diagnosis", "procedure"]
_NO_CONDITION = "入院病情"
_MORPHOLOGY = re.compile(r"M\d{4,5}/\d")


def _codes(facts: Facts, kind: Kind) -> tuple[str, ...]:
    """The codes of a kind that should be in the table: morphology has a table of its own."""
    if kind == "procedure":
        return facts.all_procedures
    return tuple(code for code in facts.all_diagnoses if not _MORPHOLOGY.match(code))


def _system(facts: Facts, kind: Kind) -> CodeSystem:
    return facts.procedures if kind == "procedure" else facts.diagnoses


def no_principal(_: Any) -> Compiled:
    """No diagnosis is marked as principal."""
    return Compiled(lambda facts, _: of(facts.principal is None))


def several_principals(_: Any) -> Compiled:
    """More than one diagnosis is marked as principal."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        marked = tuple(item.code for item in facts.page.diagnoses if item.place == "principal")
        return found(marked) if len(marked) > 1 else FALSE

    return Compiled(test)


def gray(place: Literal["principal", "other", "main_procedure", "procedure"]) -> Compiled:
    """A code in this place is a grey code (灰码) of its table."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        given = {
            "principal": (facts.principal.code,) if facts.principal else (),
            "other": facts.others,
            "main_procedure": facts.all_procedures[:1],
            "procedure": facts.all_procedures[1:],
        }[place]
        system = _system(facts, "procedure" if "procedure" in place else "diagnosis")
        return found(code for code in given if _is_gray(system, code))

    return Compiled(test)


@lru_cache(maxsize=1 << 14)
def _is_gray(system: CodeSystem, code: str) -> bool:
    concept = system.get(code)
    return concept is not None and concept.is_gray


def not_in_table(kind: Kind) -> Compiled:
    """A code is not in the declared code system, not even with its spelling put right."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        system = _system(facts, kind)
        return found(code for code in _codes(facts, kind) if code not in system and code_key(code) not in system)

    return Compiled(test)


def misspelt_code(kind: Kind) -> Compiled:
    """A code is in the table only once its spelling is put right (×, full width, O for 0, small letters)."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        system = _system(facts, kind)
        wrong = [code for code in _codes(facts, kind) if code not in system and _respelt(code) in system]
        return Outcome(True, codes=tuple(wrong), values=tuple(map(_respelt, wrong))) if wrong else FALSE

    return Compiled(test)


def _respelt(code: str) -> str:
    key = code_key(code)
    return key[:1] + key[1:].replace("O", "0")


class MappedArguments(Arguments):
    """The system that the codes may come from and whether a counterpart exists."""

    source: str
    target: str
    exists: bool = True
    gray: bool | None = None


def mapped(arguments: MappedArguments) -> Compiled:
    """A code is foreign to the table and belongs to another edition, with or without a counterpart in this one."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        kind: Kind = "procedure" if arguments.target == facts.procedures.name else "diagnosis"
        system = _system(facts, kind)
        if system.name != arguments.target:
            return FALSE
        strange = [code for code in _codes(facts, kind) if code not in system]
        if not strange:
            return FALSE
        crosswalk = load_crosswalk(source=arguments.source, target=arguments.target)
        hits, targets = [], []
        for code in strange:
            try:
                counterparts = crosswalk.translate(code)
            except CoderError:
                continue
            matching = [target for target in counterparts if _gray_as_wanted(system, target, arguments.gray)]
            if bool(counterparts) == arguments.exists and (matching or not counterparts):
                hits.append(code)
                targets += matching
        return Outcome(True, codes=tuple(hits), values=tuple(targets)) if hits else FALSE

    return Compiled(test)


def _gray_as_wanted(system: CodeSystem, code: str, wanted: bool | None) -> bool:
    return wanted is None or (code in system and _is_gray(system, code) == wanted)


def repeated(where: Literal["principal", "others", "procedures"]) -> Compiled:
    """A code is on the page twice: the principal again among the others, an other diagnosis, a procedure."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        if where == "principal":
            principal = facts.principal
            return found((principal.code,) if principal and principal.code in facts.others else ())
        given = facts.others if where == "others" else facts.all_procedures
        return found(code for code, count in Counter(given).items() if count > 1)

    return Compiled(test)


def name_differs(kind: Kind) -> Compiled:
    """The name written beside a code is another than any name of it in the table."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        system = _system(facts, kind)
        entries: Iterable[tuple[str, str | None]] = (
            ((item.code, item.name) for item in facts.page.procedures)
            if kind == "procedure"
            else ((item.code, item.name) for item in facts.page.diagnoses)
        )
        wrong = [(code, name) for code, name in entries if name and code in system and _is_other(system, code, name)]
        return Outcome(True, codes=tuple(c for c, _ in wrong), values=tuple(n for _, n in wrong)) if wrong else FALSE

    return Compiled(test)


_NAME_FLOOR = 40.0


@lru_cache(maxsize=1 << 14)
def _is_other(system: CodeSystem, code: str, name: str) -> bool:
    named = system.concept(code).name
    if name == named:
        return False
    written = name_key(name)
    official = map(name_key, (named, *system.aliases(code)))
    return all(
        written not in known and known not in written and fuzz.ratio(written, known) < _NAME_FLOOR for known in official
    )


def bears_name_of_another(kind: Kind) -> Compiled:
    """The name written beside a code is the official name of another code and no name of this one."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        system = _system(facts, kind)
        entries = facts.page.procedures if kind == "procedure" else facts.page.diagnoses
        wrong = [
            (item.code, f"{other} {item.name}")
            for item in entries
            if item.name and item.code in system and (other := _bearer(system, item.code, item.name))
        ]
        return Outcome(True, codes=tuple(c for c, _ in wrong), values=tuple(v for _, v in wrong)) if wrong else FALSE

    return Compiled(test)


@lru_cache(maxsize=1 << 14)
def _bearer(system: CodeSystem, code: str, name: str) -> str | None:
    """The code whose official name is written beside another that has no such name, ``None`` where there is none."""
    if name == system.concept(code).name:
        return None
    written = name_key(name)
    if any(written == name_key(known) for known in (system.concept(code).name, *system.aliases(code))):
        return None
    return next((concept.code for concept in system.with_name(name)), None)


def unnamed(kind: Kind) -> Compiled:
    """A code stands on the page without a name; not known where the page sends no names at all."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        entries = facts.page.procedures if kind == "procedure" else facts.page.diagnoses
        if not any(item.name for item in entries):
            return unknown("名称") if entries else FALSE
        return found(item.code for item in entries if not item.name)

    return Compiled(test)


def uncoded_name(kind: Kind) -> Compiled:
    """A name stands on the page without a code."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        entries = facts.page.procedures if kind == "procedure" else facts.page.diagnoses
        names = tuple(item.name for item in entries if item.name and not item.code.strip())
        return Outcome(True, values=names) if names else FALSE

    return Compiled(test)


def bare_asterisk(place: Literal["principal", "diagnosis"]) -> Compiled:
    """A manifestation (asterisk) code stands without its cause (dagger)."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        given = facts.all_diagnoses if place == "diagnosis" else ((facts.principal.code,) if facts.principal else ())
        return found(code for code in given if split_dagger(code)[1] is not None and not split_dagger(code)[0])

    return Compiled(test)


def bare_dagger(_: Any) -> Compiled:
    """A cause (dagger) code ends in + without its manifestation."""
    return Compiled(lambda facts, _: found(code for code in facts.all_diagnoses if code.endswith("+")))


def morphology_code(_: Any) -> Compiled:
    """There is a morphology code on the page."""
    return Compiled(lambda facts, _: found(item.code for item in facts.page.diagnoses if _is_morphology(item)))


def morphology_behaviour(digits: Words) -> Compiled:
    """A morphology code on the page has one of these behaviour digits."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        given = (item.code for item in facts.page.diagnoses if _is_morphology(item))
        return found(code for code in given if code.partition("/")[2][:1] in digits)

    return Compiled(test)


def morphology_ill_formed(_: Any) -> Compiled:
    """A code in the place of morphology is not of the form M81400/3."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        given = (item.code for item in facts.page.diagnoses if item.place == "morphology")
        return found(code for code in given if not _MORPHOLOGY.match(code))

    return Compiled(test)


def _is_morphology(item: PageDiagnosis) -> bool:
    return item.place == "morphology" or bool(_MORPHOLOGY.match(item.code))


def more_others_than(count: int) -> Compiled:
    """The page has more other diagnoses than this."""
    return Compiled(lambda facts, _: of(len(facts.others) > count))


def principal_admission_condition(values: Words) -> Compiled:
    """The 入院病情 of the principal diagnosis is one of these; not known where it is not sent."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        principal = facts.principal
        if principal is None or principal.admission_condition is None:
            return unknown(_NO_CONDITION)
        return found((principal.code,) if principal.admission_condition in values else ())

    return Compiled(test)


def this_admission_condition(values: Words) -> Compiled:
    """The 入院病情 of the diagnosis that the rule is asked about is one of these; not known where it is not sent."""

    def test(facts: Facts, subject: Subject | None) -> Outcome:
        entry = next((item for item in facts.page.diagnoses if subject and item.code == subject.code), None)
        if entry is None or entry.admission_condition is None:
            return unknown(_NO_CONDITION)
        return found((entry.code,) if entry.admission_condition in values else ())

    return Compiled(test)


def all_admission_conditions(values: Words) -> Compiled:
    """The 入院病情 of every diagnosis is one of these."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        given = [item.admission_condition for item in facts.page.diagnoses]
        if not given or any(condition is None for condition in given):
            return unknown(_NO_CONDITION)
        return of(all(condition in values for condition in given))

    return Compiled(test)


def admission_condition_not_in(values: Words) -> Compiled:
    """The 入院病情 of a diagnosis is sent and is none of these."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        sent = [item for item in facts.page.diagnoses if item.admission_condition is not None]
        return (
            found(item.code for item in sent if item.admission_condition not in values)
            if sent
            else unknown(_NO_CONDITION)
        )

    return Compiled(test)


register(
    {
        "no_principal": (Yes, no_principal),
        "several_principals": (Yes, several_principals),
        "gray": (Literal["principal", "other", "main_procedure", "procedure"], gray),
        "not_in_table": (Kind, not_in_table),
        "misspelt_code": (Kind, misspelt_code),
        "mapped": (MappedArguments, mapped),
        "repeated": (Literal["principal", "others", "procedures"], repeated),
        "name_differs": (Kind, name_differs),
        "bears_name_of_another": (Kind, bears_name_of_another),
        "unnamed": (Kind, unnamed),
        "uncoded_name": (Kind, uncoded_name),
        "bare_asterisk": (Literal["principal", "diagnosis"], bare_asterisk),
        "bare_dagger": (Yes, bare_dagger),
        "morphology_code": (Yes, morphology_code),
        "morphology_behaviour": (Words, morphology_behaviour),
        "morphology_ill_formed": (Yes, morphology_ill_formed),
        "more_others_than": (int, more_others_than),
        "principal_admission_condition": (Words, principal_admission_condition),
        "this_admission_condition": (Words, this_admission_condition),
        "all_admission_conditions": (Words, all_admission_conditions),
        "admission_condition_not_in": (Words, admission_condition_not_in),
    }
)
