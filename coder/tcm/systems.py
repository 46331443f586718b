"""Names of the TCM code systems and what every module asks of them."""

from __future__ import annotations

from typing import Literal

from coder.terms import CodeSystem, load_system

TermKind = Literal["disease", "syndrome"]
"""What a TCM term names: 病 or 证."""

STANDARD: dict[TermKind, str] = {"disease": "tcm-disease-gbt15657-2021", "syndrome": "tcm-syndrome-gbt15657-2021"}
"""GB/T 15657-2021, the edition that codes are given in."""

INSURANCE: dict[TermKind, str] = {"disease": "tcm-disease-nhsa-1.0", "syndrome": "tcm-syndrome-nhsa-1.0"}
"""医保 1.0, the edition that settlement lists use; its codes go back to the 1995 standard."""

KINDS: tuple[TermKind, ...] = ("disease", "syndrome")


def standard(kind: TermKind) -> CodeSystem:
    """The GB/T 15657-2021 system of a kind."""
    return load_system(STANDARD[kind])


def insurance(kind: TermKind) -> CodeSystem:
    """The 医保 1.0 system of a kind."""
    return load_system(INSURANCE[kind])
