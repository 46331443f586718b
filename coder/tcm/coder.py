"""The TCM coder: from a record that was read to its TCM disease and syndrome.

>>> from coder.record import Record
>>> from coder.text import read
>>> coding = TcmCoder.load().code(read(Record(text="中医诊断：胸痹心痛病 气虚血瘀证")))
>>> coding.disease.code, coding.disease.nhsa_code, coding.disease.evidence[0].text
('A04.01.01', 'BNX020', '胸痹心痛病')
>>> coding.syndrome.code, coding.syndrome.name, coding.syndrome.probability
('B03.01.03.06.02', '气虚血瘀证', 0.97)
>>> coding.western[0].name
'冠状动脉粥样硬化性心脏病'
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, cached_property

from coder.coding import Alternative, CodedDiagnosis, Evidence, TcmCoding, TcmConcept
from coder.tcm.forms import Forms, system_of
from coder.tcm.mapping import to_insurance
from coder.tcm.parse import Found, StatementParser, Term
from coder.tcm.rules import StatementRules, fold, statement_rules
from coder.tcm.slips import Slips
from coder.tcm.statements import Statement, StatementFinder
from coder.tcm.systems import STANDARD, TermKind, insurance, standard
from coder.tcm.western import western_matches
from coder.terms import Concept
from coder.text import Reading

_ALTERNATIVES = 3
_ALTERNATIVE_SHARE = 0.5


class TcmCoder:
    """Finds the main TCM disease (主病) and syndrome (主证) that a record states."""

    def __init__(
        self, rules: StatementRules, *, finder: StatementFinder, parser: Callable[[], StatementParser]
    ) -> None:
        self._rules = rules
        self._finder = finder
        # Most records are western: the tables behind the parser are read when the first statement is met.
        self._load_parser = parser
        self._says_syndrome = re.compile(rf"(?<!\d)(?:{'|'.join(map(re.escape, rules.syndrome_endings))})(?![^ ,;(])")

    @classmethod
    def load(cls) -> TcmCoder:
        """The coder over the shipped tables and rules; a second call returns the same object.

        Raises:
            ArtefactError: a table or data file is missing or damaged.
        """
        return _load()

    def compile(self) -> None:
        """Prepare what is otherwise prepared when a record first needs it."""
        Slips.load().compile()

    def code(self, reading: Reading, *, western: Sequence[CodedDiagnosis] = ()) -> TcmCoding | None:
        """The TCM diagnosis of a record, ``None`` where it states none.

        ``western`` are the record's western diagnoses: they rank the western counterparts, which without them are
        proposals for a doctor.
        """
        stated = self._stated(reading)
        disease = self._best(stated, "disease", reading)
        syndrome = self._best(stated, "syndrome", reading)
        if disease is None and syndrome is None:
            return None
        matches = western_matches(disease.code, western) if disease else ()
        return TcmCoding(
            disease=disease,
            syndrome=syndrome,
            western=tuple(
                Alternative(code=match.code, name=match.name, probability=match.probability) for match in matches
            ),
        )

    @cached_property
    def _parser(self) -> StatementParser:
        return self._load_parser()

    def _stated(self, reading: Reading) -> list[tuple[Statement, Found]]:
        """What the record states, the weightiest last."""
        marked = [(statement, self._parser.parse(statement)) for statement in self._finder.marked(reading)]
        stated = [(statement, found) for statement, found in marked if found != Found() or statement.codes]
        if not any(found.disease for _, found in stated):
            text = fold(reading.normalised.text)
            for statement in self._finder.unmarked(reading):
                # An unmarked pair counts only with a syndrome that says so, which most diagnosis lists lack.
                if not self._says_syndrome.search(" ".join(run.text for run in statement.runs)):
                    continue
                found = self._parser.parse(statement)
                if self._parser.is_pair(statement, found, text):
                    stated.append((statement, found))
                    break
        return sorted(stated, key=lambda item: (item[0].stage, item[0].start))

    def _best(self, stated: Sequence[tuple[Statement, Found]], kind: TermKind, reading: Reading) -> TcmConcept | None:
        named = [(statement, term) for statement, found in stated if (term := getattr(found, kind)) is not None]
        if not named:
            return self._by_code(stated, kind)
        statement, term = named[-1]
        form = term.forms[0]
        same = [other for _, other in named if other.forms[0].code == form.code]
        concept = system_of(form).concept(form.code)
        return _coded(
            concept,
            kind,
            probability=self._probability(term, statement, concept),
            evidence=tuple(reading.evidence(item.start, item.end) for item in sorted(same, key=_place)),
            alternatives=self._alternatives(term, statement),
        )

    def _by_code(self, stated: Sequence[tuple[Statement, Found]], kind: TermKind) -> TcmConcept | None:
        """A disease or syndrome given by its code alone."""
        for statement, _ in reversed(stated):
            for code in statement.codes:
                concept = standard(kind).get(code) or insurance(kind).get(code)
                if concept is not None and not concept.is_heading:
                    return _coded(concept, kind, probability=self._rules.probabilities["code"])
        return None

    def _probability(self, term: Term, statement: Statement, concept: Concept) -> float:
        factors = self._rules.factors
        probability = self._rules.probabilities[term.way]
        if concept.is_heading:
            probability *= factors.class_
        if not statement.marked:
            probability *= factors.unmarked
        if not term.clean:
            probability *= factors.remainder
        return round(probability, 3)

    def _alternatives(self, term: Term, statement: Statement) -> tuple[Alternative, ...]:
        """The other concepts that the same words may mean."""
        first = term.forms[0]
        found: list[Alternative] = []
        for form in term.forms[1:]:
            if form.code != first.code and len(found) < _ALTERNATIVES:
                concept = system_of(form).concept(form.code)
                way = form.way if term.way == first.way else term.way
                share = self._probability(Term(term.start, term.end, (form,), way), statement, concept)
                found.append(_alternative(concept, share * _ALTERNATIVE_SHARE))
        return tuple(found)


def _place(term: Term) -> int:
    return term.start


def _alternative(concept: Concept, probability: float) -> Alternative:
    return Alternative(code=concept.code, name=concept.name, probability=round(probability, 3))


def _coded(
    concept: Concept,
    kind: TermKind,
    *,
    probability: float,
    evidence: tuple[Evidence, ...] = (),
    alternatives: tuple[Alternative, ...] = (),
) -> TcmConcept:
    if concept.system == STANDARD[kind]:
        pair = to_insurance(concept.code, kind)
        code, name = (pair.nhsa_code, pair.nhsa_name) if pair else (None, None)
    else:
        code, name = concept.code, concept.name
    return TcmConcept(
        code=concept.code,
        name=concept.name,
        system=concept.system,
        nhsa_code=code,
        nhsa_name=name,
        probability=probability,
        evidence=evidence,
        alternatives=alternatives,
    )


def stated_codes(reading: Reading) -> tuple[str, ...]:
    """The TCM codes that a record itself writes beside its diagnosis, in order, none twice."""
    finder = StatementFinder.load()
    if not finder.has_codes(reading):
        return ()
    return tuple(dict.fromkeys(code for statement in finder.marked(reading) for code in statement.codes))


@cache
def _load() -> TcmCoder:
    rules = statement_rules()
    return TcmCoder(rules, finder=StatementFinder.load(), parser=_load_parser)


def _load_parser() -> StatementParser:
    return StatementParser(statement_rules(), forms=Forms.load(), slips=Slips.load())
