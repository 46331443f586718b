"""The facts of one record that predicates ask for, worked out when first asked and then remembered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any, Final, TypeVar

from ahocorasick_rs import AhoCorasick

from coder.coding import Grouping
from coder.evidence import Judgement, LabValue, RecordEvidence, Verdict, conditions_named
from coder.evidence.conditions import Condition, conditions, conditions_of, covered_by, fits_page, signs_of
from coder.evidence.sections import COURSE, FINAL_DIAGNOSES, HISTORY
from coder.evidence.support import Span, category_of, shared_code
from coder.evidence.taken_in import takes_in
from coder.group import Case, Scheme, Status
from coder.rules.entry import ForEach
from coder.rules.model import FieldValue, Page, PageDiagnosis, PageProcedure, Proposal, RuleInput
from coder.terms import CodeSystem, load_system
from coder.text import Mention, normalise_term
from coder.text.second_opinion import Kind

Remembered = TypeVar("Remembered")

_DIAGNOSIS_LEADS = 3
_PROCEDURE_LEADS = 4
_SITE = 2
_SUBCATEGORY = 5
_SHORT_FORM: Final = re.compile(r"[（(]([A-Z]{4,})[）)]")
"""What doctors call a thing, given by its name in brackets: 金黄色葡萄球菌（MRSA）; shorter ones are ambiguous."""
_BEFORE_OR_AFTER = HISTORY | {"present_illness", "chief_complaint", "discharge_orders", "orders", "plan"}
"""Sections that tell of the time before the stay or after it."""


class Vocabulary:
    """All words that rules look for in the text, which is searched for them once."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = tuple(dict.fromkeys(words))
        self._automaton = AhoCorasick(list(self._words))

    def held(self, text: str) -> frozenset[str]:
        """Those of the words that a text holds."""
        found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        return frozenset(self._words[index] for index in {index for index, _, _ in found})


@dataclass(frozen=True, slots=True)
class Subject:
    """What a rule with ``for_each`` is being asked about: one code of the page, or one condition that was missed."""

    code: str
    position: int = 0
    condition: Condition | None = None


class Facts:
    """Everything that predicates ask of one record; lives as long as one run of the engine."""

    def __init__(self, given: RuleInput, vocabulary: Vocabulary | None = None) -> None:
        self.given = given
        self._vocabulary = vocabulary
        self.page = given.page
        self.patient = given.reading.patient
        self.policy = given.policy
        self.scheme = given.scheme
        self.form: Mapping[str, FieldValue] | None = _form(given)
        self.diagnoses: CodeSystem = load_system(given.diagnosis_system)
        self.procedures: CodeSystem = load_system(given.procedure_system)
        self.principal: PageDiagnosis | None = given.page.principal
        self.others: tuple[str, ...] = tuple(item.code for item in given.page.diagnoses if item.place != "principal")
        self.all_diagnoses: tuple[str, ...] = tuple(item.code for item in given.page.diagnoses)
        self.all_procedures: tuple[str, ...] = tuple(item.code for item in given.page.procedures)
        self._done: dict[tuple[str, str], Any] = {}
        self._groups: dict[Case, Grouping] = {}
        self._names: dict[str, str] = {}
        self._normal_names: dict[str, tuple[str, ...]] = {}
        self._mentions_of: dict[str, tuple[Mention, ...]] = {}
        self._judged: dict[str, Judgement] = {}
        self._conditions: dict[str, tuple[Condition, ...]] = {}
        self._levels: dict[str, str] = {}
        self._openings: dict[int, frozenset[str]] = {}
        self._subjects_of: dict[ForEach, tuple[Subject, ...]] = {}

    def once(self, key: tuple[str, str], work: Callable[[], Remembered]) -> Remembered:
        """The result of work that several rules ask for, done for the first of them."""
        done = self._done
        if key not in done:
            done[key] = work()
        result: Remembered = done[key]
        return result

    def held(self, words: frozenset[str]) -> frozenset[str]:
        """Those of the words that the text holds, denied or not."""
        if self._vocabulary is None:
            return frozenset(word for word in words if word in self.evidence.text)
        return words & self._held

    @cached_property
    def _held(self) -> frozenset[str]:
        return self._vocabulary.held(self.evidence.text) if self._vocabulary else frozenset()

    def subjects(self, each: ForEach) -> tuple[Subject, ...]:
        """What a rule that is ``for_each`` of something is asked about, one after the other."""
        found = self._subjects_of.get(each)
        if found is None:
            found = self._subjects_of[each] = tuple(self._subjects(each))
        return found

    def _subjects(self, each: ForEach) -> Iterator[Subject]:
        if each == "missed":
            missed = self.missed if self.has_text else ()
            yield from (Subject(self._proposed_for(condition), condition=condition) for condition, _ in missed)
        else:
            given = {"diagnosis": self.all_diagnoses, "other": self.others, "procedure": self.all_procedures}[each]
            yield from (Subject(code, position) for position, code in enumerate(dict.fromkeys(given)))

    @cached_property
    def leads(self) -> frozenset[str]:
        """All openings of all codes of the page, as :meth:`coder.evidence.codeset.CodeSet.leads` gives them."""
        return frozenset(self._leads())

    def _leads(self) -> Iterator[str]:
        for code in self.all_diagnoses:
            yield from (f"d{code[:width]}" for width in range(1, _DIAGNOSIS_LEADS + 1))
        for code in self.all_procedures:
            yield from (f"p{code[:width]}" for width in range(1, _PROCEDURE_LEADS + 1))

    @cached_property
    def evidence(self) -> RecordEvidence:
        """The record read for evidence, with structured results, orders and charges."""
        given = self.given
        if given.evidence is not None and not (given.orders or given.charges or given.labs):
            return given.evidence
        orders = [*(self.given.orders or ()), *(charge.name for charge in self.given.charges or ())]
        return RecordEvidence(self.given.reading, labs=self.given.labs or (), orders=orders)

    def proposal_for(self, mention: Mention) -> Proposal | None:
        """What a mention can mean."""
        return self._proposals.get((mention.start, mention.end))

    def tells_of_site(self, code: str) -> bool:
        """Whether words of the record mean, or may mean, a procedure of the site (the first two digits) of one."""
        return code[:_SITE] in self._sites

    @cached_property
    def _sites(self) -> frozenset[str]:
        given = self.given
        told = (one for performed in given.performed for one in performed.codes)
        named = (one for proposal in given.proposals for one in (*proposal.codes, *proposal.near))
        return frozenset(one[:_SITE] for one in (*told, *named))

    @cached_property
    def _proposals(self) -> Mapping[tuple[int, int], Proposal]:
        return {(proposal.start, proposal.end): proposal for proposal in self.given.proposals}

    def same_block(self, one: str, other: str) -> bool:
        """Whether two diagnoses are of one block of categories (I05–I09)."""
        block = _block(self.diagnoses, one[:_DIAGNOSIS_LEADS])
        return block is not None and block == _block(self.diagnoses, other[:_DIAGNOSIS_LEADS])

    def kind_of(self, code: str) -> Kind:
        """What a code of the page is."""
        return "procedure" if code in self.all_procedures else "diagnosis"

    @cached_property
    def has_text(self) -> bool:
        """Whether there is any record text to look into."""
        return bool(self.given.reading.normalised.text.strip())

    def name_of(self, code: str) -> str:
        """The official name of a code, else the name written on the page, else nothing."""
        name = self._names.get(code)
        if name is None:
            system = self.diagnoses if code in self.diagnoses else self.procedures
            row = system.row(code)
            name = self._names[code] = self._written_name(code) if row is None else system.names[row]
        return name

    def _written_name(self, code: str) -> str:
        return self._written_names.get(code, "")

    @cached_property
    def _entries(self) -> Mapping[str, PageDiagnosis | PageProcedure]:
        """What the page says first of each code."""
        return {item.code: item for item in reversed(self.page.entries)}

    @cached_property
    def _written_names(self) -> Mapping[str, str]:
        return {item.code: item.name for item in reversed(self.page.entries) if item.name}

    def values(self, analyte: str) -> tuple[LabValue, ...]:
        """All values of an analyte in text and structured results."""
        return self.evidence.values(analyte)

    # evidence for and against codes

    def judgement(self, code: str) -> Judgement:
        """What the record says about a code of the page; codes that were taken from the text carry evidence."""
        judged = self._judged.get(code)
        if judged is None:
            judged = self._judged[code] = self._judge(code)
        return judged

    def _judge(self, code: str) -> Judgement:
        entry = self._entries.get(code)
        if entry is not None and entry.evidence and not self.conditions_of(code):
            return Judgement(Verdict.STATED)
        judgement = self.evidence.judge_code(code, self._all_names(code))
        if judgement.verdict is Verdict.ABSENT or judgement.denied:
            # Wording that is known to tell of something of the kind is no proof of the code, but no ground to object.
            spans = self._told_of(code)
            if spans:
                return Judgement(Verdict.PARTIAL, spans)
        if judgement.verdict is Verdict.ABSENT and not self.conditions_of(code) and self.is_listed(code):
            return Judgement(Verdict.STATED)
        return judgement

    def _told_of(self, code: str) -> tuple[Span, ...]:
        """Where known wording, or selection, tells of something of the category of a code, or of a condition of it."""
        category, judged_by = category_of(code), {condition.id for condition in self.conditions_of(code)}

        def is_of_it(one: str) -> bool:
            return category_of(one) == category or bool(judged_by & _conditions_expressed(one))

        told = (Span(told.start, told.end) for told in self.given.told if any(map(is_of_it, told.codes)))
        read = (Span(*one.places[0]) for one in self.given.diagnosed or () if is_of_it(one.code))
        return (*told, *read)

    def is_listed(self, code: str, *, width: int = _SUBCATEGORY) -> bool:
        """Whether words of the final diagnoses may mean a code, or mean one that begins like it.

        Words that mean nothing for sure mean what they may mean.
        """
        if code in self._near:
            return True
        begun = self._openings.get(width)
        if begun is None:
            meant = (one for proposal in self.given.proposals for one in proposal.codes or proposal.near)
            begun = self._openings[width] = frozenset(one[:width] for one in meant)
        return code[:width] in begun

    @cached_property
    def _near(self) -> frozenset[str]:
        return frozenset(one for proposal in self.given.proposals for one in proposal.near)

    @cached_property
    def unsupported(self) -> Mapping[str, Judgement]:
        """The other diagnoses that count as CC or MCC and that the record does not support."""
        judged = {code: self.judgement(code) for code in self.others if self.level(code) != "none"}
        return {code: judgement for code, judgement in judged.items() if not self.is_supported(code, judgement)}

    def conditions_of(self, code: str) -> tuple[Condition, ...]:
        """The conditions by which a code is judged."""
        known = self._conditions.get(code)
        if known is None:
            known = self._conditions[code] = conditions_named(code, self._all_names(code))
        return known

    def _all_names(self, code: str) -> tuple[str, ...]:
        """The official and other names of a code, and the name written on the page."""
        written = self._written_name(code)
        return (*self.normal_names(code), normalise_term(written)) if written else self.normal_names(code)

    def is_supported(self, code: str, judgement: Judgement) -> bool:
        """Whether a judgement is enough for the code to stand."""
        if judgement.verdict is Verdict.STATED:
            return not any(condition.objective for condition in self.conditions_of(code))
        return judgement.verdict in (Verdict.SUPPORTED, Verdict.PARTIAL)

    @cached_property
    def missed(self) -> tuple[tuple[Condition, Judgement], ...]:
        """The conditions that the record supports and no code of the page expresses, weightiest first."""
        found = []
        covered = frozenset[str]().union(*map(covered_by, self.all_diagnoses))
        codes = frozenset((*self.all_diagnoses, *self.all_procedures))
        likely = self.evidence.may_be_supported()
        for condition in conditions().values():
            if condition.id not in likely or condition.id in covered or condition.proposal is None:
                continue
            if (condition.beside or condition.aside) and not fits_page(condition.id, codes):
                continue
            judgement = self.evidence.judge(condition)
            if judgement.verdict is not Verdict.SUPPORTED or not self._may_be_proposed(condition, judgement):
                continue
            if any(takes_in(code, condition.proposal) for code in self.all_diagnoses):
                continue
            if not self._may_be_coded_otherwise(condition):
                found.append((condition, judgement))
        return tuple(sorted(found, key=lambda pair: _GAINS[self.level(pair[0].proposal or "")]))

    def _proposed_for(self, condition: Condition) -> str:
        """What to propose for a missed condition: what selection reads of it in the record, else its usual code."""
        read = (one.code for one in self.given.diagnosed or () if one.code not in self.all_diagnoses)
        return next((code for code in read if condition.id in covered_by(code)), condition.proposal or "")

    @cached_property
    def unread(self) -> tuple[str, ...]:
        """The diagnoses of the page that selection makes nothing of in the record, nor of their category."""
        if self.given.diagnosed is None:
            return ()
        read = {category_of(one.code) for one in self.given.diagnosed}
        return tuple(code for code in self.all_diagnoses if category_of(code) not in read)

    def may_be_said_otherwise(self, code: str) -> bool:
        """Whether a code of the page that nothing in the record explains is of the block of a diagnosis.

        The record was read for another code than the coder's, who may mean the same.
        """
        return any(self.same_block(one, code) for one in self.unread)

    def _may_be_coded_otherwise(self, condition: Condition) -> bool:
        """Whether an unexplained code of the page may stand for a condition.

        What is told by its signs alone has no name that could have been read wrongly: only a code of its own category
        can stand for it.
        """
        proposal = condition.proposal or ""
        if condition.missed_only and not condition.stated:
            return category_of(proposal) in map(category_of, self.unread)
        return self.may_be_said_otherwise(proposal)

    def _may_be_proposed(self, condition: Condition, judgement: Judgement) -> bool:
        """Whether a supported condition can be pointed at.

        The list of final diagnoses names it; or it is named, found and treated in this stay; or it is one that needs
        no name and was measured and treated in this stay.
        """
        named = [span for span in judgement.stated if not self._is_of_another(condition, span)]
        if any(self.evidence.section_at(span.start) in FINAL_DIAGNOSES for span in named):
            return True
        before_or_after = self._before_or_after if condition.missed_only else _BEFORE_OR_AFTER
        if not judgement.treated or not self._is_outside(judgement.found, before_or_after):
            return False
        if judgement.cared and not self._is_outside(judgement.cared, before_or_after):
            return False
        if self._is_outside(named, before_or_after):
            return True
        return condition.unnamed == "treated" or (condition.unnamed == "grave" and judgement.grave)

    @cached_property
    def _before_or_after(self) -> frozenset[str]:
        """The sections that do not tell of this stay.

        A record without a part for the course tells it behind the words that open the illness (入院情况).
        """
        has_course = any(section.kind == COURSE for section in self.given.reading.sections)
        return _BEFORE_OR_AFTER if has_course else _BEFORE_OR_AFTER - {"present_illness"}

    def _is_outside(self, spans: Iterable[Span], sections: frozenset[str]) -> bool:
        """Whether one of these places is in none of the sections."""
        at = self.evidence.section_at
        return any(at(span.start) not in sections for span in spans)

    def _is_of_another(self, condition: Condition, span: Span) -> bool:
        """Whether a name stands within that of another diagnosis (过敏性肺炎, of 肺炎)."""
        longer = (
            mention
            for mention in self.given.reading.mentions
            if mention.start <= span.start
            and span.end <= mention.end
            and mention.end - mention.start > span.end - span.start
        )
        keys = {key.partition(":")[2] for mention in longer for key in mention.concept_keys}
        return bool(keys) and not any(condition.id in covered_by(code) for code in keys)

    def mentions_of(self, code: str) -> tuple[Mention, ...]:
        """The mentions, denied ones too, whose name is one of the code, of its subcategory, or of its condition."""
        found = self._mentions_of.get(code)
        if found is None:
            stated = (word for condition in self.conditions_of(code) for word in signs_of(condition.id).stated.words)
            by_text = (m for name in (*self.normal_names(code), *stated) for m in self._mentions_by_text.get(name, ()))
            by_category = self._mentions_by_code.get(shared_code(code), ())
            unique = {mention.start: mention for mention in (*by_text, *by_category)}
            found = self._mentions_of[code] = tuple(unique[start] for start in sorted(unique))
        return found

    def normal_names(self, code: str) -> tuple[str, ...]:
        """The official name of a code and its other names, as the text stage writes them."""
        known = self._normal_names.get(code)
        if known is None:
            system = self.procedures if code in self.procedures else self.diagnoses
            known = self._normal_names[code] = _normal_names(system, code, self.name_of(code))
        return known

    @cached_property
    def _mentions_by_text(self) -> Mapping[str, list[Mention]]:
        found: dict[str, list[Mention]] = {}
        for mention in self.given.reading.mentions:
            found.setdefault(mention.text, []).append(mention)
        return found

    @cached_property
    def _mentions_by_code(self) -> Mapping[str, list[Mention]]:
        found: dict[str, list[Mention]] = {}
        for mention in self.given.reading.mentions:
            for shared in {shared_code(key.partition(":")[2]) for key in mention.concept_keys}:
                found.setdefault(shared, []).append(mention)
        return found

    # the grouping scheme

    def level(self, code: str) -> str:
        """What a diagnosis counts for in the active scheme beside the principal: ``mcc``, ``cc`` or ``none``."""
        level = self._levels.get(code)
        if level is None:
            principal = self.principal.code if self.principal else None
            level = self._levels[code] = self.scheme.severity_of(code, principal) if self.scheme else "none"
        return level

    @cached_property
    def grouping(self) -> Grouping | None:
        """The group of the page as it is, ``None`` where no scheme is active."""
        return self.group(self.page)

    @cached_property
    def strict_grouping(self) -> Grouping | None:
        """The group of the page with the QY switch on: ambiguous where the main procedure fits no group of the MDC."""
        if self.scheme is None:
            return None
        return _strict(self.scheme).group(self._case(self.page), trail=False)

    def fits_main_procedure(self, code: str) -> bool:
        """Whether the main procedure belongs to the MDC that another diagnosis would lead to as the principal one."""
        if self.scheme is None or not self.all_procedures:
            return False
        case = replace(self._case(self.page), principal=code, others=(), procedures=self.all_procedures[:1])
        found = _strict(self.scheme).group(case, trail=False)
        return found.status == Status.GROUPED.value

    def group(self, page: Page) -> Grouping | None:
        """The group of a page."""
        if self.scheme is None:
            return None
        case = self._case(page)
        found = self._groups.get(case)
        if found is None:
            found = self._groups[case] = self.scheme.group(case, trail=False)
        return found

    def _case(self, page: Page) -> Case:
        principal = page.principal
        return Case(
            principal=principal.code if principal else None,
            others=tuple(item.code for item in page.diagnoses if item.place == "other"),
            procedures=tuple(item.code for item in page.procedures),
            sex=self.patient.sex,
            age_years=self.patient.age_years,
            age_days=self.patient.age_days,
            birth_weight_g=self.patient.birth_weight_g,
        )

    def changes_group(self, code: str) -> bool:
        """Whether the group is another one without the code, or without it and every other unsupported code."""
        return self.once(("changes group", code), lambda: differs(self.grouping, self.group_without(code)))

    def group_without(self, code: str) -> Grouping | None:
        """The group without a code; where that changes nothing, without every other unsupported code as well.

        Two unsupported codes that hide each other would both escape a test of one at a time.
        """
        alone = self.group(self.page.without(frozenset({code})))
        together = frozenset((*self.unsupported, code))
        if differs(self.grouping, alone) or len(together) == 1:
            return alone
        return self.group(self.page.without(together))


@lru_cache(maxsize=4096)
def _block(system: CodeSystem, category: str) -> str | None:
    headings = system.hierarchy.path(category) if system.hierarchy else ()
    return next((heading.code for heading in headings if heading.level == "block"), None)


@lru_cache(maxsize=1 << 15)
def _normal_names(system: CodeSystem, code: str, name: str) -> tuple[str, ...]:
    names = (name, *system.aliases(code), *_SHORT_FORM.findall(name))
    return tuple(normalise_term(name) for name in names if name)


@lru_cache(maxsize=4096)
def _conditions_expressed(code: str) -> frozenset[str]:
    return frozenset(condition.id for condition in conditions_of(code))


@lru_cache(maxsize=8)
def _strict(scheme: Scheme) -> Scheme:
    return scheme.with_options(ambiguous="main")


def _form(given: RuleInput) -> Mapping[str, FieldValue] | None:
    """The fields that are sent: those of the form, and of the encounter what it knows."""
    encounter = given.reading.record.encounter
    known: dict[str, FieldValue] = {
        name: str(value) if isinstance(value, datetime) else value
        for name, value in encounter.model_dump(exclude={"kind"}).items()
        if value is not None and isinstance(value, str | int | float | bool | datetime)
    }
    known.update(given.form or {})
    return known or None


_GAINS = {"mcc": 0, "cc": 1, "none": 2}


def differs(before: Grouping | None, after: Grouping | None) -> bool:
    """Whether two groupings are of different group or weight."""
    if before is None or after is None:
        return False
    return (before.drg, before.weight, before.status) != (after.drg, after.weight, after.status)
