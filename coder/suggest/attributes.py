"""Which distinguishing words (side, acuity, stage, tumour, …) a text uses, and whether two texts agree in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt
from pydantic import TypeAdapter

from coder.yaml_data import parse_yaml

NEITHER, QUERY_ONLY, NAME_ONLY, AGREE, CONFLICT = range(5)

_GROUPS = TypeAdapter(dict[str, dict[str, list[str]]])
UInt32 = npt.NDArray[np.uint32]


class Attributes:
    """The attribute groups of ``data/attributes.yaml``.

    >>> attributes = Attributes.load()
    >>> query, name = attributes.masks("左股骨急性骨折"), attributes.masks("右股骨骨折")
    >>> agreement = attributes.agreement(query, name[None, :])[0]
    >>> [agreement[attributes.groups.index(group)].item() for group in ("laterality", "acuity", "nature")]
    [4, 1, 3]
    """

    def __init__(self, groups: Mapping[str, Mapping[str, list[str]]]) -> None:
        self.groups = tuple(groups)
        self._bit: dict[str, list[tuple[int, int]]] = {}
        for place, keys in enumerate(groups.values()):
            for bit, words in enumerate(keys.values()):
                for word in words:
                    self._bit.setdefault(word, []).append((place, 1 << bit))
        longest_first = sorted(self._bit, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    @classmethod
    def load(cls) -> Attributes:
        """The shipped groups; a second call returns the same object."""
        return _load()

    def masks(self, text: str) -> UInt32:
        """A bit mask of the keys used, for each group; (groups,)."""
        found = [0] * len(self.groups)
        for word in self._pattern.findall(text.lower()):
            for place, bit in self._bit[word]:
                found[place] |= bit
        return np.array(found, np.uint32)

    def agreement(self, query: UInt32, names: UInt32) -> npt.NDArray[np.uint8]:
        """How each name stands to the query in each group, as one of the five constants; (names, groups)."""
        both = np.where(query & names, AGREE, CONFLICT)
        return np.where(
            query > 0, np.where(names > 0, both, QUERY_ONLY), np.where(names > 0, NAME_ONLY, NEITHER)
        ).astype(np.uint8)


@cache
def _load() -> Attributes:
    text = files("coder.suggest").joinpath("data/attributes.yaml").read_text(encoding="utf-8")
    return Attributes(_GROUPS.validate_python(parse_yaml(text)))
