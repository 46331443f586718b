"""Rules of coding quality: findings that a coder or doctor must look at, in both directions, with evidence."""

from coder.rules.engine import Coverage, RuleEngine, RuleReport
from coder.rules.model import Charge, Page, PageDiagnosis, PageProcedure, Performed, Proposal, RuleInput, TcmCodes

__all__ = [
    "Charge",
    "Coverage",
    "Page",
    "PageDiagnosis",
    "PageProcedure",
    "Performed",
    "Proposal",
    "RuleEngine",
    "RuleInput",
    "RuleReport",
    "TcmCodes",
]
