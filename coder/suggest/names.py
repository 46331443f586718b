"""The distinct names of a code system, as the ranker sees them.

Codes of one name are one candidate: a doctor's words choose a name, and the name's preferred code is what is given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import numpy.typing as npt

from coder.suggest.dense import text_keys
from coder.suggest.parts import clean
from coder.terms import CodeSystem, load_system
from coder.terms.system import ALIAS_KINDS, GRAY, HEADING

Int32 = npt.NDArray[np.int32]


@dataclass(frozen=True)
class NameTable:
    """Names of one code system.

    ``texts`` are the names and after them the aliases; ``owner[i]`` is the name that text *i* stands for (a name stands
    for itself). ``row[n]`` is the row of the preferred code of name *n* in the code system.
    """

    system: CodeSystem
    names: tuple[str, ...]
    texts: tuple[str, ...]
    owner: Int32
    row: Int32

    def index(self) -> dict[str, int]:
        """Name to its number."""
        return {name: number for number, name in enumerate(self.names)}

    @cached_property
    def keys(self) -> npt.NDArray[np.uint64]:
        """The keys of the texts, under which vectors are shipped."""
        return text_keys(self.texts)

    def code(self, number: int) -> str:
        """The preferred code of a name."""
        return self.system.codes[int(self.row[number])]

    def original(self, number: int) -> str:
        """The name as the official table spells it."""
        return self.system.names[int(self.row[number])]


@cache
def load_names(system: str) -> NameTable:
    """The names of a code system; a second call returns the same object.

    Raises:
        UnknownCodeSystemError: no such system.
    """
    return build_names(load_system(system))


def build_names(system: CodeSystem) -> NameTable:
    """Collect the distinct names and aliases of a code system.

    Of codes with one name the preferred one is neither grey nor a heading, then the shortest, then the first.
    """
    preferred: dict[str, int] = {}
    flags = system.flags.tolist()
    keys = list(map(clean, system.names))
    for row, key in enumerate(keys):
        known = preferred.get(key)
        if known is None or _preference(system.codes, flags, row) < _preference(system.codes, flags, known):
            preferred[key] = row
    names = tuple(preferred)
    number = {name: index for index, name in enumerate(names)}
    aliases, alias_rows, kinds = system.alias_table
    # Wordings are looked up as they are; as vectors they would only repeat the names that they reword.
    wording = ALIAS_KINDS.index("wording")
    extra = {
        (key, number[keys[row]]): None
        for alias, row, kind in zip(aliases, alias_rows.tolist(), kinds.tolist(), strict=True)
        if kind != wording and (key := clean(alias)) not in number
    }
    return NameTable(
        system=system,
        names=names,
        texts=(*names, *(alias for alias, _ in extra)),
        owner=np.array([*range(len(names)), *(owner for _, owner in extra)], np.int32),
        row=np.array([preferred[name] for name in names], np.int32),
    )


def _preference(codes: Sequence[str], flags: Sequence[int], row: int) -> tuple[int, int, int, int]:
    return (flags[row] & GRAY, flags[row] & HEADING, len(codes[row]), row)
