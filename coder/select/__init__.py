"""Selection: which of the suggested codes make the front page, and in which role."""

from coder.select.front_page import DiagnosisEntry, FrontPage, PrincipalChoice, ProcedureEntry, Span
from coder.select.mentions import CodedMention
from coder.select.morphology import MorphologyFinder
from coder.select.policy import PolicyName
from coder.select.select import select_front_page

__all__ = [
    "CodedMention",
    "DiagnosisEntry",
    "FrontPage",
    "MorphologyFinder",
    "PolicyName",
    "PrincipalChoice",
    "ProcedureEntry",
    "Span",
    "select_front_page",
]
