"""Predicates over the TCM side of the page; what is judged is judged by :mod:`coder.tcm`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from coder.evidence.support import Span
from coder.rules.facts import Facts, Subject
from coder.rules.model import TcmCodes
from coder.rules.outcome import FALSE, Outcome, found, of, unknown
from coder.rules.predicates.arguments import Bounds, Yes
from coder.rules.registry import Compiled, register
from coder.tcm import is_tcm_code, western_candidates
from coder.tcm.coder import stated_codes
from coder.tcm.compatibility import compatibility
from coder.tcm.items import Category, is_treated, preparation_cost, preparation_used, stated_edition, treatment_category
from coder.tcm.names import bears_name, is_class, is_standard, kind_of, name_of, places, same_meaning, standard_code
from coder.tcm.western import counterpart

_NO_TCM: Final = "中医诊断"
_PROPOSALS: Final = 3


def _codes(tcm: TcmCodes | None) -> tuple[str, ...]:
    """The disease and the syndrome, as far as they are there."""
    return tuple(code for code in (tcm.disease, tcm.syndrome) if code) if tcm else ()


def _named(tcm: TcmCodes) -> Mapping[str, str | None]:
    """The codes of the page with the names written beside them."""
    pairs = ((tcm.disease, tcm.disease_name), (tcm.syndrome, tcm.syndrome_name))
    return {code: name for code, name in pairs if code}


def _said(code: str, name: str | None = None) -> str:
    """A code for a reader, behind its name."""
    shown = name or name_of(code)
    return f"{shown}（{code}）" if shown else code


def _spans(facts: Facts, codes: Iterable[str]) -> tuple[Span, ...]:
    """Where the record names these codes."""
    return tuple(Span(*place) for code in codes for place in places(facts.given.reading, code))


def _about(facts: Facts, codes: Iterable[str], *values: str) -> Outcome:
    """True of these codes, with the words of the record that name them; false without any."""
    given = tuple(codes)
    return Outcome(True, codes=given, spans=_spans(facts, given), values=values) if given else FALSE


def _stated(facts: Facts) -> tuple[str, ...]:
    """The codes that the record itself writes."""
    return facts.once(("tcm", "stated"), lambda: stated_codes(facts.given.reading))


def tcm_coded(_: Any) -> Compiled:
    """The page has a TCM disease or syndrome."""
    return Compiled(lambda facts, _: of(bool(_codes(facts.page.tcm))))


def tcm_incomplete(_: Any) -> Compiled:
    """The page has a TCM side with a disease or a syndrome missing; not known where it has none."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        tcm = facts.page.tcm
        if tcm is None:
            return unknown(_NO_TCM)
        if tcm.disease and tcm.syndrome:
            return FALSE
        codes = _codes(tcm)
        return Outcome(True, codes=codes, spans=_spans(facts, codes), values=("缺主证" if tcm.disease else "缺主病",))

    return Compiled(test)


def _any_code(is_meant: Callable[[str], bool]) -> Compiled:
    def test(facts: Facts, _: Subject | None) -> Outcome:
        codes = [code for code in _codes(facts.page.tcm) if is_meant(code)]
        return _about(facts, codes, *map(_said, codes))

    return Compiled(test)


def tcm_other_edition(_: Any) -> Compiled:
    """A TCM code is of 医保 1.0 alone: the standard has no equivalent."""

    return _any_code(lambda code: bool(kind_of(code)) and standard_code(code) is None)


def tcm_coded_by_standard(_: Any) -> Compiled:
    """A TCM code of the page is one of the standard (GB/T 15657-2021)."""
    return Compiled(lambda facts, _: of(any(map(is_standard, _codes(facts.page.tcm)))))


def tcm_not_in_table(_: Any) -> Compiled:
    """A TCM code is in no table of its kind: a disease code for the disease, a syndrome code for the syndrome."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        tcm = facts.page.tcm
        if tcm is None:
            return unknown(_NO_TCM)
        places_of_kinds = ((tcm.disease, "disease"), (tcm.syndrome, "syndrome"))
        return found(code for code, kind in places_of_kinds if code and kind_of(code) != kind)

    return Compiled(test)


def tcm_misnamed(_: Any) -> Compiled:
    """A TCM code is none of the name beside it, or the record writes another code for the same item."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        if facts.page.tcm is None:
            return unknown(_NO_TCM)
        stated = _stated(facts)
        wrong: dict[str, str] = {}
        for code, name in _named(facts.page.tcm).items():
            if name and bears_name(code, name) is False:
                wrong[code] = f"{code} 是{name_of(code)}，不是{name}"
            others = [other for other in stated if kind_of(other) == kind_of(code)]
            if others and not any(same_meaning(code, other) for other in others):
                wrong[code] = f"病历所写 {'、'.join(map(_said, others))} 与{_said(code)}不同"
        return _about(facts, wrong, *wrong.values())

    return Compiled(test)


def tcm_class_only(_: Any) -> Compiled:
    """The TCM disease is a class that groups diseases."""

    return _any_code(is_class)


def tcm_unwritten(_: Any) -> Compiled:
    """The record writes no name of the TCM disease or syndrome, official, alias or short; not known without text."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        tcm = facts.page.tcm
        if tcm is None or not facts.has_text:
            return unknown(_NO_TCM if tcm is None else "病历文本")
        stated = _stated(facts)
        codes = [
            code
            for code in _codes(tcm)
            if kind_of(code)
            and not places(facts.given.reading, code)
            and not any(same_meaning(code, other) for other in stated)
        ]
        return Outcome(True, codes=tuple(codes), values=tuple(map(_said, codes))) if codes else FALSE

    return Compiled(test)


def tcm_code_as_western(_: Any) -> Compiled:
    """A TCM code stands in the place of a western diagnosis."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        strange = [code for code in facts.all_diagnoses if code not in facts.diagnoses and is_tcm_code(code)]
        western = [code for code in facts.all_diagnoses if code not in strange]
        return _about(facts, strange, *(_western_words(facts, code, western) for code in strange))

    return Compiled(test)


def _western_words(facts: Facts, code: str, western: Iterable[str]) -> str:
    """The western diagnosis to use instead: one of the page, else proposals."""
    own = counterpart(code, western)
    return f"已有 {own} {facts.name_of(own)}" if own else _proposals(code) or "需医师确认西医诊断"


def _proposals(code: str) -> str:
    shown = "、".join(f"{item.icd10_code} {item.icd10_name}" for item in western_candidates(code)[:_PROPOSALS])
    return f"可考虑 {shown}，需医师确认" if shown else ""


def tcm_incompatible(_: Any) -> Compiled:
    """The TCM syndrome is none that the TCM disease admits."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        tcm = facts.page.tcm
        if tcm is None or not tcm.disease or not tcm.syndrome:
            return unknown(_NO_TCM)
        syndrome = name_of(tcm.syndrome) or tcm.syndrome_name
        if syndrome is None:
            return unknown("中医证候名称")
        verdict = compatibility(tcm.disease, syndrome)
        if verdict.compatible:
            return FALSE
        pair = f"{_said(tcm.disease, tcm.disease_name)}与{_said(tcm.syndrome, tcm.syndrome_name)}"
        return _about(facts, (tcm.disease, tcm.syndrome), f"{pair}，{verdict.reason}")

    return Compiled(test)


def tcm_without_counterpart(_: Any) -> Compiled:
    """The page has western diagnoses and none is a counterpart of the TCM disease, which has candidates."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        tcm = facts.page.tcm
        if tcm is None or not tcm.disease:
            return unknown(_NO_TCM)
        western = [code for code in facts.all_diagnoses if not is_tcm_code(code)]
        proposals = _proposals(tcm.disease)
        if not western or not proposals or counterpart(tcm.disease, western):
            return FALSE
        # A combined code says what its name holds (高血压心脏病伴心力衰竭).
        candidates = western_candidates(tcm.disease)
        if any(item.icd10_name in facts.name_of(code) for code in western for item in candidates):
            return FALSE
        return _about(facts, (tcm.disease,), f"{_said(tcm.disease, tcm.disease_name)}{proposals}")

    return Compiled(test)


def tcm_without_western(_: Any) -> Compiled:
    """The page has a TCM side and no western principal diagnosis; not known where it has no TCM side."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        tcm = facts.page.tcm
        if tcm is None:
            return unknown(_NO_TCM)
        # A code of another edition of ICD-10 is western too; that it is not in the table is for another rule.
        if facts.principal is not None and not is_tcm_code(facts.principal.code):
            return FALSE
        proposals = _proposals(tcm.disease) if tcm.disease else ""
        return _about(facts, _codes(tcm), proposals or "需医师确认西医诊断")

    return Compiled(test)


def tcm_treatment_class(categories: tuple[Category, ...]) -> Compiled:
    """The 治疗类别 of the page, or of the record, is one of these: tcm, integrated, western."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        category = treatment_category(facts.given.reading, facts.form)
        return unknown("治疗类别") if category is None else of(category in categories)

    return Compiled(test)


def tcm_treated(_: Any) -> Compiled:
    """The record names a TCM treatment."""
    return Compiled(lambda facts, _: of(is_treated(facts.given.reading)))


def tcm_preparation_used(used: bool) -> Compiled:
    """The flag for the hospital's own TCM preparations says so."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        flag = preparation_used(facts.given.reading, facts.form)
        return unknown("使用医疗机构中药制剂") if flag is None else of(flag is used)

    return Compiled(test)


def tcm_preparation_cost(bounds: Bounds) -> Compiled:
    """The charge for the hospital's own TCM preparations (yuan) is within bounds."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        cost = preparation_cost(facts.given.reading, facts.form)
        if cost is None:
            return unknown("医疗机构中药制剂费")
        return Outcome(True, values=(f"医疗机构中药制剂费 {cost:g} 元",)) if bounds.hold(cost) else FALSE

    return Compiled(test)


def tcm_edition_unstated(_: Any) -> Compiled:
    """The record writes TCM codes and nothing says of which edition."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        stated = [code for code in _stated(facts) if kind_of(code)]
        if not stated or stated_edition(facts.given.reading, facts.form):
            return FALSE
        return Outcome(True, codes=tuple(stated), values=tuple(stated))

    return Compiled(test)


def tcm_editions_mixed(_: Any) -> Compiled:
    """The TCM codes of the page, or those that the record writes, are of two editions."""

    def test(facts: Facts, _: Subject | None) -> Outcome:
        for codes in (_codes(facts.page.tcm), _stated(facts)):
            # A 医保 code without a counterpart in the standard cannot be given in the other edition.
            known = [code for code in codes if standard_code(code)]
            if len({is_standard(code) for code in known}) > 1:
                return Outcome(True, codes=tuple(known), values=tuple(map(_said, known)))
        return FALSE

    return Compiled(test)


register(
    {
        "tcm_coded": (Yes, tcm_coded),
        "tcm_incomplete": (Yes, tcm_incomplete),
        "tcm_other_edition": (Yes, tcm_other_edition),
        "tcm_coded_by_standard": (Yes, tcm_coded_by_standard),
        "tcm_not_in_table": (Yes, tcm_not_in_table),
        "tcm_misnamed": (Yes, tcm_misnamed),
        "tcm_class_only": (Yes, tcm_class_only),
        "tcm_unwritten": (Yes, tcm_unwritten),
        "tcm_code_as_western": (Yes, tcm_code_as_western),
        "tcm_incompatible": (Yes, tcm_incompatible),
        "tcm_without_counterpart": (Yes, tcm_without_counterpart),
        "tcm_without_western": (Yes, tcm_without_western),
        "tcm_treatment_class": (tuple[Category, ...], tcm_treatment_class),
        "tcm_treated": (Yes, tcm_treated),
        "tcm_preparation_used": (bool, tcm_preparation_used),
        "tcm_preparation_cost": (Bounds, tcm_preparation_cost),
        "tcm_edition_unstated": (Yes, tcm_edition_unstated),
        "tcm_editions_mixed": (Yes, tcm_editions_mixed),
    }
)
