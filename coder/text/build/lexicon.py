"""The lexicon of names: every official name and alias of diagnoses and procedures, with the codes it stands for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from coder.columnar import write_columns
from coder.terms import CodeSystem, load_system
from coder.text.normalise import normalise_term

DIAGNOSIS_SYSTEMS = ("icd10-nhsa-2.0", "icd10-gl-2.0", "icd10-bj-601")
PROCEDURE_SYSTEMS = ("icd9cm3-nhsa-2.0", "icd9cm3-pumch-2017")

_BRACKETED = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True, slots=True)
class LexiconReport:
    """Number of surfaces, and how many are names of diagnoses and of procedures."""

    surfaces: int
    diagnoses: int
    procedures: int


def build_lexicon(path: Path) -> LexiconReport:
    """Compile the lexicon and write it to ``path``: surfaces, their kinds (1 diagnosis, 2 procedure, 3 both), keys."""
    kinds: defaultdict[str, int] = defaultdict(int)
    keys: defaultdict[str, list[str]] = defaultdict(list)
    for bit, systems in ((1, DIAGNOSIS_SYSTEMS), (2, PROCEDURE_SYSTEMS)):
        for system_name in systems:
            system = load_system(system_name)
            for surface, code in _surfaces(system):
                if len(surface) < 2 or (surface.isascii() and not surface.isalpha()):
                    continue
                kinds[surface] |= bit
                key = f"{system_name}:{code}"
                if system_name == systems[0] and key not in keys[surface]:
                    keys[surface].append(key)
    ordered = sorted(kinds)
    write_columns(
        path,
        header={"name": "lexicon", "systems": [*DIAGNOSIS_SYSTEMS, *PROCEDURE_SYSTEMS]},
        columns={"surfaces": ordered, "keys": ["|".join(keys[surface]) for surface in ordered]},
        arrays={"kinds": np.array([kinds[surface] for surface in ordered], dtype=np.uint8)},
    )
    return LexiconReport(
        surfaces=len(ordered),
        diagnoses=sum(1 for kind in kinds.values() if kind & 1),
        procedures=sum(1 for kind in kinds.values() if kind & 2),
    )


def official_names(systems: Iterable[str]) -> list[str]:
    """Every normalised name and alias of some code systems, sorted, each once."""
    return sorted({surface for name in systems for surface, _ in _surfaces(load_system(name))})


def _surfaces(system: CodeSystem) -> Iterator[tuple[str, str]]:
    """Names first, then aliases; a name is also known without what it holds in square brackets."""
    for code, name in zip(system.codes, system.names, strict=True):
        surface = normalise_term(name)
        yield surface, code
        bare = _BRACKETED.sub("", surface).strip()
        if bare != surface and bare:
            yield bare, code
    texts, rows, _ = system.alias_table
    for text, row in zip(texts, rows.tolist(), strict=True):
        yield normalise_term(text), system.codes[row]
