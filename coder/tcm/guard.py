"""The guarantee that the grouper gets western codes only.

Every code that goes to a grouper passes :func:`western_only`; a TCM principal is replaced by the western diagnosis that
the record itself confirms as its counterpart, never by a proposal.

>>> is_tcm_code("A04.01.01"), is_tcm_code("BNX020"), is_tcm_code("I25.103")
(True, True, False)
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from coder.coding import CodedDiagnosis
from coder.tcm.systems import KINDS, insurance, standard
from coder.tcm.western import western_matches
from coder.terms.keys import code_key


@cache
def _tcm_codes() -> frozenset[str]:
    return frozenset(code for kind in KINDS for system in (standard(kind), insurance(kind)) for code in system.codes)


def is_tcm_code(code: str) -> bool:
    """Whether a code is a TCM disease or syndrome code of either edition, however it is written."""
    return code in _tcm_codes() or code_key(code) in _tcm_codes()


def western_only(diagnoses: Sequence[CodedDiagnosis]) -> tuple[CodedDiagnosis, ...]:
    """The diagnoses that may go to a grouper, in order; none has a TCM code.

    If the principal is a TCM disease, the western diagnosis that is its counterpart in the same list becomes principal;
    where the list holds none, no principal is left and the grouper says so, which is better than a wrong group.
    """
    western = tuple(item for item in diagnoses if not is_tcm_code(item.code))
    lost = next((item for item in diagnoses if item.role == "principal" and is_tcm_code(item.code)), None)
    if lost is None or any(item.role == "principal" for item in western):
        return western
    confirmed = next((match for match in western_matches(lost.code, western) if match.confirmed), None)
    if confirmed is None:
        return western
    place = next(index for index, item in enumerate(western) if item.code == confirmed.code)
    principal = western[place].model_copy(update={"role": "principal"})
    return (principal, *western[:place], *western[place + 1 :])
