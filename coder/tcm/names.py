"""What a TCM code of either edition is: its kind and name, its counterpart, and where a record writes it.

>>> kind_of("A04.01.01"), kind_of("ZYVXM0"), kind_of("I25.103")
('disease', 'syndrome', None)
>>> standard_code("BNX020"), name_of("BNX020")
('A04.01.01', '胸痹心痛病')
>>> bears_name("A06.09", "消渴"), bears_name("A06.09", "头痛"), bears_name("A06.09", "血糖高")
(True, False, None)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from coder.tcm.datafile import load_yaml
from coder.tcm.forms import Forms, stem_of
from coder.tcm.mapping import from_insurance, to_insurance
from coder.tcm.rules import fold, fold_term
from coder.tcm.systems import KINDS, TermKind, insurance, standard
from coder.terms import CodeSystem, Concept
from coder.terms.keys import code_key
from coder.text import Reading
from coder.text.datafile import DataModel


def kind_of(code: str) -> TermKind | None:
    """Whether a code is one of a disease or a syndrome, ``None`` where it is no TCM code."""
    found = _find(code)
    return found[0] if found else None


def name_of(code: str) -> str | None:
    """The official name of a TCM code."""
    concept = _concept(code)
    return concept.name if concept else None


def is_class(code: str) -> bool:
    """Whether a code only groups others (痹证类病), so that a record with it names no disease."""
    concept = _concept(code)
    return concept is not None and concept.is_heading


def standard_code(code: str) -> str | None:
    """The code in GB/T 15657-2021: itself, or what a 医保 1.0 code is equivalent to; ``None`` where there is none."""
    found = _find(code)
    if found is None:
        return None
    kind, system = found
    if system is standard(kind):
        return code_key(code)
    pair = from_insurance(code_key(code), kind)
    return pair.gb_code if pair else None


def is_standard(code: str) -> bool:
    """Whether a code is one of GB/T 15657-2021."""
    return standard_code(code) == code_key(code)


def same_meaning(one: str, other: str) -> bool:
    """Whether two TCM codes, of whichever editions, stand for the same.

    A 医保 code may stand for several of the standard (``BWG000`` for 痔病, 内痔, 外痔 and 混合痔).

    >>> same_meaning("A08.03.01.03", "bwg000"), same_meaning("A08.03.01.03", "A08.03.01")
    (True, False)
    """
    keys = {code_key(one), code_key(other)}
    return len(keys) == 1 or any(_insurance_code(key) in keys for key in keys)


def bears_name(code: str, name: str) -> bool | None:
    """Whether a name is one of a code, aliases and usual short forms included; ``None`` where no table knows it."""
    kind = kind_of(code)
    meant = {form.code for form in Forms.load().of(fold_term(name)) if form.kind == kind}
    if not meant:
        return None
    return any(same_meaning(code, one) or _is_class_of(code, one) for one in meant) or _says_the_same(code, name)


def _is_class_of(one: str, other: str) -> bool:
    """Whether one of two codes is the heading that the other stands under (痔病 and 混合痔)."""
    first, second = sorted((code_key(one), code_key(other)), key=len)
    return second.startswith(f"{first}.")


def _says_the_same(code: str, name: str) -> bool:
    """Whether a name is that of a syndrome in other words for the same (气阴亏虚证, of 气阴两虚证)."""
    return kind_of(code) == "syndrome" and _plain(name_of(code) or "") == _plain(name)


class _WordingData(DataModel):
    """The schema of ``data/wordings.yaml``: a word → the words said for it."""

    alike: Mapping[str, tuple[str, ...]]


@cache
def _wordings() -> tuple[re.Pattern[str], Mapping[str, str]]:
    alike = load_yaml("wordings.yaml", _WordingData).alike
    words = {fold_term(said): word for word, every in alike.items() for said in every}
    return re.compile("|".join(map(re.escape, words))), words


def _plain(name: str) -> str:
    """The stem of a syndrome's name, with one word for all that say the same."""
    any_word, words = _wordings()
    return any_word.sub(lambda found: words[found[0]], stem_of(fold_term(name), "syndrome"))


def places(reading: Reading, code: str) -> tuple[tuple[int, int], ...]:
    """Where a record writes a name of a code: (start, end) in the normalised text, the longest name at each place."""
    text = fold(reading.normalised.text)
    found: dict[int, int] = {}
    for name in Forms.load().texts_of(standard_code(code) or code_key(code)):
        start = text.find(name)
        while start >= 0:
            found[start] = max(found.get(start, 0), start + len(name))
            start = text.find(name, start + 1)
    return tuple(sorted(found.items()))


@lru_cache(maxsize=4096)
def _find(code: str) -> tuple[TermKind, CodeSystem] | None:
    key = code_key(code)
    systems = ((kind, system) for kind in KINDS for system in (standard(kind), insurance(kind)))
    return next(((kind, system) for kind, system in systems if key in system), None)


def _concept(code: str) -> Concept | None:
    found = _find(code)
    return found[1].concept(code_key(code)) if found else None


def _insurance_code(key: str) -> str | None:
    kind = kind_of(key)
    pair = to_insurance(key, kind) if kind else None
    return pair.nhsa_code if pair else None
