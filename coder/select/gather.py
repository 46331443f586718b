"""Gathers coded mentions into entries: one a concept, with every place that supports it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from coder.coding import Assertion
from coder.select.front_page import Span
from coder.select.mentions import CodedMention
from coder.suggest.suggestion import ScoredConcept


@dataclass(slots=True)
class Gathered:
    """One concept of the front page in the making."""

    concept: ScoredConcept
    assertion: Assertion
    spans: list[Span] = field(default_factory=list)
    candidates: tuple[ScoredConcept, ...] = ()

    def alternatives(self, limit: int) -> tuple[ScoredConcept, ...]:
        """The other candidates, best first."""
        return tuple(one for one in self.candidates if one.code != self.concept.code)[:limit]


def gather(chosen: Iterable[CodedMention], *, threshold: float) -> dict[str, Gathered]:
    """Concepts of the chosen mentions by code, in the order in which the record names them."""
    found: dict[str, Gathered] = {}
    for one in chosen:
        for concept in _as_named(one):
            if concept.probability < threshold:
                continue
            known = found.get(concept.code)
            if known is None:
                known = found[concept.code] = Gathered(
                    concept, one.mention.assertion, candidates=one.suggestion.candidates
                )
            known.spans.append(Span(one.mention.start, one.mention.end))
    return found


def _as_named(one: CodedMention) -> Sequence[ScoredConcept]:
    """The concepts of a mention as its words name them, not as they are likely: 胃窦癌伴幽门梗阻 is a cancer first."""
    concepts = one.suggestion.concepts
    if len(concepts) < 2 or one.suggestion.in_order:
        return concepts
    text = one.mention.text

    def place(concept: ScoredConcept) -> int:
        shared = SequenceMatcher(None, text, concept.name.lower(), autojunk=False).find_longest_match()
        return shared.a if shared.size > 1 else len(text)

    return sorted(concepts, key=place)


def support(entries: dict[str, Gathered], others: Sequence[CodedMention]) -> None:
    """Add the places of other affirmed mentions of the same concepts, each place once."""
    for one in others:
        if one.mention.assertion != "present":
            continue
        span = Span(one.mention.start, one.mention.end)
        for concept in one.suggestion.concepts:
            entry = entries.get(concept.code)
            if entry is not None and span not in entry.spans:
                entry.spans.append(span)
