"""Tumour morphology from the words of the record, with the behaviour that the tumour's ICD-10 code asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from coder.select.codes import matches
from coder.select.front_page import DiagnosisEntry, Span
from coder.suggest.suggestion import ScoredConcept
from coder.terms import CodeSystem, load_system
from coder.text import Reading, normalise_term
from coder.yaml_data import parse_yaml

SYSTEM = "icdo-morphology-nhsa-1.0"
_SHORTEST = 2
_PROBABILITY_IN_DIAGNOSIS = 0.85
_PROBABILITY_ELSEWHERE = 0.7


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Behaviour(_Part):
    """The behaviour digit that goes with some ICD-10 codes."""

    codes: tuple[str, ...]
    behaviour: str


class MorphologyRules(_Part):
    """All of ``data/morphology.yaml``."""

    behaviours: tuple[Behaviour, ...]
    wanted: frozenset[str]
    sections: frozenset[str]
    aliases: dict[str, str]
    ignored: frozenset[str]

    def behaviour_of(self, code: str) -> str | None:
        """The behaviour digit for a diagnosis, ``None`` where it is no tumour."""
        return next((one.behaviour for one in self.behaviours if matches(code, one.codes)), None)


@cache
def morphology_rules() -> MorphologyRules:
    """The rules, read and validated once."""
    text = files("coder.select").joinpath("data/morphology.yaml").read_text(encoding="utf-8")
    return MorphologyRules.model_validate(parse_yaml(text))


class MorphologyFinder:
    """Finds the morphology of the first tumour of a front page; immutable.

    >>> finder = MorphologyFinder.load()
    >>> finder.best("右肺上叶腺癌(ct2n2m1c 4期)", behaviour="3")
    ('M81400/3', 4, 6)
    """

    def __init__(self, system: CodeSystem, rules: MorphologyRules) -> None:
        self._system = system
        self._rules = rules
        self._codes: dict[str, dict[str, str]] = {}
        for name, code in self._names():
            self._codes.setdefault(name, {}).setdefault(code[-1], code)
        longest_first = sorted(self._codes, key=lambda name: (-len(name), name))
        self._pattern = re.compile("|".join(re.escape(name) for name in longest_first))

    @classmethod
    def load(cls) -> MorphologyFinder:
        """The finder over the shipped table; a second call returns the same object."""
        return _load()

    def _names(self) -> Iterator[tuple[str, str]]:
        for code, name in zip(self._system.codes, self._system.names, strict=True):
            if name not in self._rules.ignored and len(name) >= _SHORTEST:
                yield normalise_term(name), code
        for alias, name in self._rules.aliases.items():
            for concept in self._system.with_name(name):
                yield normalise_term(alias), concept.code

    def best(self, text: str, *, behaviour: str) -> tuple[str, int, int] | None:
        """Code, start and end of the longest morphology of a behaviour in a normalised text."""
        found = [
            (self._codes[match.group()][behaviour], match.start(), match.end())
            for match in self._pattern.finditer(text)
            if behaviour in self._codes[match.group()]
        ]
        return max(found, key=lambda one: (one[2] - one[1], -one[1]), default=None)

    def find(self, reading: Reading, entries: Sequence[DiagnosisEntry]) -> DiagnosisEntry | None:
        """The morphology of the first tumour among the entries, ``None`` where there is none or nothing says it."""
        for entry in entries:
            behaviour = self._rules.behaviour_of(entry.concept.code)
            if behaviour is None or behaviour not in self._rules.wanted:
                continue
            for spans, probability in (
                (((span.start, span.end) for span in entry.spans), _PROBABILITY_IN_DIAGNOSIS),
                (self._sections(reading), _PROBABILITY_ELSEWHERE),
            ):
                found = self._in(reading, spans, behaviour, probability)
                if found is not None:
                    return found
        return None

    def _sections(self, reading: Reading) -> Iterator[tuple[int, int]]:
        for section in reading.sections:
            if section.kind in self._rules.sections:
                yield section.body_start, section.end

    def _in(
        self, reading: Reading, spans: Iterable[tuple[int, int]], behaviour: str, probability: float
    ) -> DiagnosisEntry | None:
        for first, last in spans:
            found = self.best(reading.normalised.text[first:last], behaviour=behaviour)
            if found is None:
                continue
            code, start, end = found
            span = Span(first + start, first + end)
            if reading.scopes.assess(span.start, span.end).assertion not in ("present", "historical"):
                continue
            concept = ScoredConcept(code, self._system.concept(code).name, probability)
            return DiagnosisEntry(concept, "morphology", "present", (span,), ())
        return None


@cache
def _load() -> MorphologyFinder:
    return MorphologyFinder(load_system(SYSTEM), morphology_rules())
