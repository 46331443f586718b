"""Refuses concepts whose names say more than, or something else than, the words they were suggested for.

A suggester ranks names by likeness; 慢性盆腔炎急性发作 is most like 慢性胰腺炎急性发作. What tells names apart (site,
acuity, severity, organism, approach) is data (``data/guards.yaml``), as is who can have which codes (``policy.yaml``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from coder.record import Patient
from coder.select.mentions import CodedMention
from coder.select.policy import PatientLimit
from coder.suggest.suggestion import ScoredConcept
from coder.text import normalise_term
from coder.yaml_data import parse_yaml

_HIGHEST = 0.95
_REMEMBERED = 50_000


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Exclusive(_Part):
    """Values of which one excludes the other; with ``stated`` the words must say the value that a name says."""

    values: dict[str, tuple[str, ...]]
    stated: bool = False


class Ages(_Part):
    """Whose age says a feature without words: those of at most, or at least, so many years or days."""

    most_days: int | None = None
    most_years: int | None = None
    least_years: int | None = None

    def hold(self, patient: Patient) -> bool:
        """Whether the patient's age, where it is known, lies within all bounds.

        >>> Ages(most_days=28).hold(Patient(age_days=3)), Ages(most_years=13).hold(Patient())
        (True, False)
        """
        years = 0 if patient.age_years is None and patient.age_days is not None else patient.age_years
        if years is None:
            return False
        if self.most_days is not None and (years > 0 or patient.age_days is None or patient.age_days > self.most_days):
            return False
        return (self.most_years is None or years <= self.most_years) and (
            self.least_years is None or years >= self.least_years
        )


class GuardData(_Part):
    """All of ``guards.yaml``; see its head."""

    exclusive: dict[str, Exclusive]
    sites: dict[str, tuple[str, ...]]
    within: dict[str, tuple[str, ...]]
    features: dict[str, tuple[str, ...]]
    ages: dict[str, Ages]
    kinds: dict[str, tuple[str, ...]]
    neutral: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What some words say: values by exclusive group, sites (with what they lie in), features and kinds."""

    exclusive: Mapping[str, frozenset[str]]
    sites: frozenset[str]
    wider: frozenset[str]
    features: frozenset[str]
    kinds: frozenset[str]


class _Words:
    """The words of one part of the data, of which longer ones hide the shorter ones inside them."""

    def __init__(self, values: Mapping[str, Sequence[str]], neutral: Sequence[str]) -> None:
        self._values: dict[str, set[str]] = {word: set() for word in neutral}
        for value, words in values.items():
            for word in words:
                self._values.setdefault(word, set()).add(value)
        self._pattern = re.compile("|".join(map(re.escape, sorted(self._values, key=len, reverse=True))))

    def said_in(self, text: str) -> frozenset[str]:
        return frozenset(value for word in self._pattern.findall(text) for value in self._values[word])


class NameGuard:
    """Tells whether a name fits the words; immutable.

    >>> guard = NameGuard.load()
    >>> guard.fits("慢性胰腺炎急性发作", words="慢性盆腔炎急性发作", record="")
    False
    >>> guard.fits("胸腔闭式引流术", words="闭式引流", record="右侧胸腔积液")
    True
    """

    def __init__(self, data: GuardData) -> None:
        self._data = data
        parts: dict[str, Mapping[str, Sequence[str]]] = {
            "site": data.sites,
            "feature": data.features,
            "kind": data.kinds,
        }
        parts |= {group: exclusive.values for group, exclusive in data.exclusive.items()}
        self._words = {part: _Words(values, data.neutral) for part, values in parts.items()}
        self._says = lru_cache(maxsize=_REMEMBERED)(self._read)

    @classmethod
    def load(cls) -> NameGuard:
        """The guard with the shipped data; a second call returns the same object."""
        return _load()

    def _read(self, text: str) -> Said:
        plain = normalise_term(text)
        sites = self._words["site"].said_in(plain)
        exclusive = {group: self._words[group].said_in(plain) for group in self._data.exclusive}
        return Said(
            exclusive={group: values for group, values in exclusive.items() if values},
            sites=sites,
            wider=sites.union(*(self._data.within.get(site, ()) for site in sites)),
            features=self._words["feature"].said_in(plain),
            kinds=self._words["kind"].said_in(plain),
        )

    def sites(self, name: str) -> frozenset[str]:
        """The sites that a name says, with what they lie in.

        >>> sorted(NameGuard.load().sites("乙状结肠恶性肿瘤"))
        ['乙状结肠', '结肠', '肠']
        """
        return self._says(name).wider

    def aged(self, patient: Patient) -> frozenset[str]:
        """The features that the patient's age says: a child of three days is a newborn, whatever the words.

        >>> sorted(NameGuard.load().aged(Patient(age_years=8)))
        ['infantile']
        """
        return frozenset(feature for feature, ages in self._data.ages.items() if ages.hold(patient))

    def fits(self, name: str, *, words: str, record: str, aged: frozenset[str] = frozenset()) -> bool:
        """Whether a name says nothing that the words (and, where that is enough, record and age) do not say."""
        if name == words:
            return True
        named, said = self._says(name), self._says(words)
        for group, values in named.exclusive.items():
            other = said.exclusive.get(group)
            if (other is not None and not values & other) or (other is None and self._data.exclusive[group].stated):
                return False
        if named.kinds - said.kinds:
            return False
        for site in named.sites - said.wider:
            elsewhere = said.sites and not said.wider.intersection(self._data.within.get(site, ()))
            if elsewhere or not self._in(record, self._data.sites[site]):
                return False
        unsaid = named.features - said.features - aged
        return all(self._in(record, self._data.features[feature]) for feature in unsaid)

    @staticmethod
    def _in(record: str, words: Sequence[str]) -> bool:
        return any(word in record for word in words)


def guarded(
    one: CodedMention, *, record: str, patient: Patient, limits: Sequence[PatientLimit], replacement: float
) -> CodedMention:
    """A mention with what cannot be meant taken out of its suggestion.

    Args:
        one: the mention.
        record: the normalised text of the record.
        patient: what is known of the patient.
        limits: who can have which codes.
        replacement: the probability from which the next that fits takes the place of what is refused.
    """
    guard = NameGuard.load()
    found = one.suggestion
    aged = guard.aged(patient)

    def fits(concept: ScoredConcept) -> bool:
        if any(limit.refuses(concept.code, patient) for limit in limits):
            return False
        named = concept.exact or any(key.endswith(f":{concept.code}") for key in one.mention.concept_keys)
        return named or found.settled or guard.fits(concept.name, words=found.text, record=record, aged=aged)

    refused = [concept for concept in found.concepts if not fits(concept)]
    if not refused:
        return one
    kept = [concept for concept in found.concepts if concept not in refused]
    candidates = tuple(concept for concept in found.candidates if concept in kept or fits(concept))
    if not kept and candidates:
        next_best = _in_place_of(refused, candidates[0])
        kept = [next_best] if next_best.probability >= replacement else []
    return replace(one, suggestion=replace(found, concepts=tuple(kept), candidates=candidates))


def _in_place_of(refused: Sequence[ScoredConcept], best: ScoredConcept) -> ScoredConcept:
    """The best of what is left, with its probability given that the refused are wrong."""
    rest = 1 - sum(concept.probability for concept in refused)
    probability = best.probability / rest if rest > best.probability else best.probability
    return replace(best, probability=round(min(probability, _HIGHEST), 4))


@cache
def _load() -> NameGuard:
    text = files("coder.select").joinpath("data/guards.yaml").read_text(encoding="utf-8")
    return NameGuard(GuardData.model_validate(parse_yaml(text)))
