"""What a syndrome's name says of organs (病位) and causes (病因病机), by the words of ``data/elements.yaml``.

>>> sorted(elements_of("肝郁脾虚证").organs), sorted(elements_of("肝郁脾虚证").causes)
(['肝', '脾'], ['气滞', '气虚'])
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from coder.tcm.datafile import load_yaml
from coder.tcm.rules import fold_term
from coder.text.datafile import DataModel


class ElementData(DataModel):
    """The schema of ``data/elements.yaml``: element → the words that name it."""

    organs: Mapping[str, tuple[str, ...]]
    causes: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Elements:
    """The organs and causes of a syndrome; either may be empty."""

    organs: frozenset[str]
    causes: frozenset[str]


@cache
def element_data() -> ElementData:
    """The words of all elements, folded as records are.

    Raises:
        ArtefactError: the data file is missing or breaks its schema.
    """
    data = load_yaml("elements.yaml", ElementData)
    return ElementData(organs=_folded(data.organs), causes=_folded(data.causes))


def _folded(words: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    return {element: tuple(map(fold_term, names)) for element, names in words.items()}


@lru_cache(maxsize=8192)
def elements_of(name: str) -> Elements:
    """The elements that a syndrome's name states."""
    data, folded = element_data(), fold_term(name)
    return Elements(organs=_named(folded, data.organs), causes=_named(folded, data.causes))


def _named(name: str, elements: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    return frozenset(element for element, words in elements.items() if any(word in name for word in words))
