"""A predicate over how well the record supports a code of the page, as :mod:`coder.rules.support` weighs it."""

from __future__ import annotations

from coder.coding import Probability
from coder.evidence.support import Span
from coder.rules.facts import Facts, Subject
from coder.rules.outcome import FALSE, Outcome, unknown
from coder.rules.predicates.arguments import Arguments
from coder.rules.registry import Compiled, register
from coder.rules.support import SupportModel, unread_beside
from coder.rules.unread import is_read

_NOT_COMPARED = "病历与编码的比对"
_NOTHING = "（无）"
_SHOWN = 4


class SupportArguments(Arguments):
    """The greatest probability of support, and how many other codes of the page may be unread.

    Where more are, the record says much in words that were not read, and any of its codes may be among it.
    """

    at_most: Probability
    unread_at_most: int


def support(arguments: SupportArguments) -> Compiled:
    """The record supports the code asked about with at most a given probability (0 to 1), and is not read as this code.

    What it finds shows the words of the record that come nearest. Not known where the record was not compared with the
    code.
    """
    model = SupportModel.load()

    def test(facts: Facts, subject: Subject | None) -> Outcome:
        if subject is None:
            return FALSE
        if facts.given.likeness is None or facts.given.diagnosed is None:
            return unknown(_NOT_COMPARED)
        code = subject.code
        if is_read(code, facts) or len(unread_beside(code, facts)) > arguments.unread_at_most:
            return FALSE
        likeness = facts.given.likeness.get(code)
        if likeness is None or model.of(code, facts) > arguments.at_most:
            return FALSE
        if likeness.nearest is None:
            return Outcome(True, codes=(code,), values=(_NOTHING,))
        span = Span(*likeness.nearest)
        shown = facts.evidence.around(span, before=_SHOWN, behind=_SHOWN)
        return Outcome(True, codes=(code,), spans=(span,), values=(shown,))

    return Compiled(test, cost=2)


register({"support": (SupportArguments, support)})
