"""The registry of code systems and crosswalks, read from ``data/systems.yaml``."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter

from coder.errors import UnknownCodeSystemError
from coder.yaml_data import parse_yaml

Kind = Literal["diagnosis", "procedure", "tcm_disease", "tcm_syndrome", "tcm_treatment", "morphology"]
HeadingRule = Literal["none", "icd10", "icd9cm3", "parents", "bare"]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SystemEntry(_Entry):
    """One code system: what it is called, what it codes, where its official table is."""

    name: str
    title: str
    edition: str
    kind: Kind
    file: str
    hierarchy: Literal["icd10", "icd9cm3"] | None = None
    headings: HeadingRule = "none"


class CrosswalkEntry(_Entry):
    """One official map from a source system's codes to a target system's."""

    source: str
    target: str
    file: str


class SynonymEntry(_Entry):
    """An official list of other names for a system's concepts."""

    system: str
    file: str


class HierarchyEntry(_Entry):
    """Where the headings above the codes (chapter, block, category, subcategory) come from."""

    chapters_and_blocks: str | None = None
    categories: str | None = None
    subcategories_from: str


class Registry(_Entry):
    """All that ``systems.yaml`` says."""

    systems: tuple[SystemEntry, ...]
    crosswalks: tuple[CrosswalkEntry, ...]
    synonyms: tuple[SynonymEntry, ...]
    hierarchy: dict[str, HierarchyEntry]
    heading_suffixes: tuple[str, ...]

    def system(self, name: str) -> SystemEntry:
        """The entry of one system.

        Raises:
            UnknownCodeSystemError: no such system; the message lists those there are.
        """
        for entry in self.systems:
            if entry.name == name:
                return entry
        known = "、".join(entry.name for entry in self.systems)
        raise UnknownCodeSystemError(f"没有名为 {name} 的编码体系，可用的有：{known}")


@cache
def registry() -> Registry:
    """The registry, read and validated once.

    >>> registry().system("icd10-nhsa-2.0").kind
    'diagnosis'
    """
    text = files("coder.terms").joinpath("data/systems.yaml").read_text(encoding="utf-8")
    return TypeAdapter(Registry).validate_python(parse_yaml(text))
