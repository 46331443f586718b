"""Examples of rules as inputs: what a rule file writes in a line becomes what the engine takes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from coder.errors import InputError
from coder.evidence import LabValue
from coder.evidence.analytes import analytes
from coder.evidence.labs import flag_of
from coder.group import Scheme, load_scheme
from coder.record import Encounter, Patient, Record
from coder.rules.entry import Example
from coder.rules.model import (
    Charge,
    DiagnosisPlace,
    Leading,
    Likeness,
    Page,
    PageDiagnosis,
    PageProcedure,
    Performed,
    Proposal,
    RuleInput,
    Selected,
    TcmCodes,
    Told,
)
from coder.text import Reading, normalise_term, read


@lru_cache(maxsize=8)
def _scheme(name: str) -> Scheme:
    return load_scheme(name)


def example_input(example: Example) -> RuleInput:
    """The input that an example describes.

    Raises:
        InputError: the text contradicts the patient.
    """
    patient = Patient(
        sex=example.sex,
        age_years=example.age_years,
        age_days=example.age_days,
        birth_weight_g=example.birth_weight_g,
    )
    labs = None
    if example.labs is not None:
        labs = tuple(_lab(name, value, patient) for name, value in example.labs.items())
    reading = read(Record(text=example.text, patient=patient, encounter=Encounter(kind=example.setting)))
    return RuleInput(
        reading=reading,
        page=_page(example),
        scheme=_scheme(example.scheme) if example.scheme else None,
        policy=example.policy,
        form=example.form,
        orders=example.orders,
        charges=None
        if example.charges is None
        else tuple(Charge(name=name, quantity=quantity) for name, quantity in example.charges.items()),
        labs=labs,
        performed=tuple(
            Performed(codes=(code,), start=start, end=end) for start, end, code in _placed(example.done, reading)
        ),
        selected=_selected(example.selected, reading, example.sure),
        diagnosed=None if example.diagnosed is None else _selected(example.diagnosed, reading, example.sure),
        leading=_leading(example, reading),
        told=tuple(Told(codes=(code,), start=start, end=end) for start, end, code in _placed(example.said, reading)),
        proposals=tuple(
            Proposal(codes=(code,), probabilities=(1.0,), start=start, end=end)
            for start, end, code in _placed(example.meant, reading)
        ),
        likeness=None
        if example.likeness is None
        else {
            code: Likeness(present=present, denied=denied, meant=meant)
            for code, (present, denied, meant) in example.likeness.items()
        },
    )


def _selected(words: Mapping[str, str], reading: Reading, sure: Mapping[str, float]) -> tuple[Selected, ...]:
    return tuple(
        Selected(code=code, places=tuple(_places(word, reading)), probability=sure.get(code, 1.0))
        for word, code in words.items()
    )


def _leading(example: Example, reading: Reading) -> Leading | None:
    first = next(iter(_selected(example.leading, reading, example.sure)), None)
    return None if first is None else Leading(code=first.code, places=first.places, reason=example.leading_because)


def _placed(words: Mapping[str, str], reading: Reading) -> Iterator[tuple[int, int, str]]:
    """Where the words of an example stand in its text.

    Raises:
        InputError: they are not in it.
    """
    for word, code in words.items():
        start, end = next(_places(word, reading))
        yield start, end, code


def _places(word: str, reading: Reading) -> Iterator[tuple[int, int]]:
    """All places where a word of an example stands in its text.

    Raises:
        InputError: it is not in it.
    """
    found = [match.span() for match in re.finditer(re.escape(normalise_term(word)), reading.normalised.text)]
    if not found:
        raise InputError(f"样例的文本中没有“{word}”")
    yield from found


def _lab(name: str, value: float, patient: Patient) -> LabValue:
    analyte = analytes()[name]
    return LabValue(name, value, analyte.unit, 0, 0, flag_of(analyte, value, patient))


def _page(example: Example) -> Page:
    def entry(code: str, place: DiagnosisPlace) -> PageDiagnosis:
        return PageDiagnosis(
            code=code,
            name=example.names.get(code),
            place=place,
            admission_condition=example.admission_conditions.get(code),
        )

    placed: list[tuple[str, DiagnosisPlace]] = []
    if example.principal is not None:
        placed.append((example.principal, "principal"))
    placed += [(code, "other") for code in example.others]
    placed += [(code, "external_cause") for code in example.external_causes]
    placed += [(code, "morphology") for code in example.morphology]
    return Page(
        diagnoses=tuple(entry(code, place) for code, place in placed),
        procedures=tuple(
            PageProcedure(code=code, name=example.names.get(code), on=example.dates.get(code))
            for code in example.procedures
        ),
        tcm=None if example.tcm is None else TcmCodes(**example.tcm),
    )
