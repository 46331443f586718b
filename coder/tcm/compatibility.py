"""Whether a syndrome can belong to a disease: the table of the organs and causes that a disease admits.

The table is wide on purpose. It finds plain contradictions (感冒 with a syndrome of the uterus), not rare patterns.

>>> compatibility("A04.01.01", "气虚血瘀证").compatible
True
>>> verdict = compatibility("A04.01.01", "肛门湿热证")
>>> verdict.compatible, verdict.reason
(False, '胸痹心痛与真心痛不涉及病位：肛门')
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from pydantic import model_validator

from coder.tcm.datafile import load_yaml
from coder.tcm.elements import element_data, elements_of
from coder.tcm.names import standard_code
from coder.text.datafile import DataModel

Admitted = tuple[str, ...] | Literal["every"]


class DiseaseGroup(DataModel):
    """Diseases of one kind, by prefixes of their codes, and the elements that their syndromes may have."""

    title: str
    codes: tuple[str, ...]
    organs: Admitted
    causes: Admitted
    excludes: tuple[str, ...] = ()


class CompatibilityData(DataModel):
    """The schema of ``data/compatibility.yaml``: elements are those of ``elements.yaml``, prefixes are unique."""

    groups: tuple[DiseaseGroup, ...]

    @model_validator(mode="after")
    def _known_elements(self) -> CompatibilityData:
        known = element_data()
        seen: set[str] = set()
        for group in self.groups:
            lists = ((group.organs, known.organs), (group.causes, known.causes), (group.excludes, known.causes))
            for admitted, elements in lists:
                unknown = [] if admitted == "every" else [name for name in admitted if name not in elements]
                if unknown:
                    raise ValueError(f"{group.title} 含未定义的要素 {'、'.join(unknown)}")
            twice = seen.intersection(group.codes)
            if twice:
                raise ValueError(f"编码前缀 {'、'.join(sorted(twice))} 出现两次")
            seen.update(group.codes)
        return self


@dataclass(frozen=True, slots=True)
class Compatibility:
    """The verdict on a pair, with the reason where it is against."""

    compatible: bool
    reason: str = ""


@cache
def disease_groups() -> Mapping[str, DiseaseGroup]:
    """Code prefix → group.

    Raises:
        ArtefactError: the data file is missing or breaks its schema.
    """
    data = load_yaml("compatibility.yaml", CompatibilityData)
    return {code: group for group in data.groups for code in group.codes}


def group_of(disease_code: str) -> DiseaseGroup | None:
    """The group of a disease (GB/T 15657-2021): that of the longest prefix.

    >>> group_of("A04.01.13").title
    '不寐与情志'
    """
    groups = disease_groups()
    parts = disease_code.split(".")
    for length in range(len(parts), 0, -1):
        group = groups.get(".".join(parts[:length]))
        if group is not None:
            return group
    return None


def compatibility(disease_code: str, syndrome_name: str) -> Compatibility:
    """Whether a disease of either edition admits a syndrome; a disease that no group covers admits all."""
    group = group_of(standard_code(disease_code) or disease_code)
    if group is None:
        return Compatibility(True)
    elements = elements_of(syndrome_name)
    for label, named, admitted in (("病位", elements.organs, group.organs), ("病因", elements.causes, group.causes)):
        if admitted != "every" and named and named.isdisjoint(admitted):
            return Compatibility(False, f"{group.title}不涉及{label}：{'、'.join(sorted(named))}")
    contrary = elements.causes.intersection(group.excludes)
    if contrary:
        return Compatibility(False, f"{group.title}与病因不符：{'、'.join(sorted(contrary))}")
    return Compatibility(True)
