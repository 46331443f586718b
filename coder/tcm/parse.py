"""From the words of a statement to terms: dictionary first, then slips, then the most similar syndrome.

A run of words is taken apart from the left, the longest form first (消渴病气阴两虚证 → 消渴病 + 气阴两虚证). Where the
dictionary leaves words over, the whole remainder is tried as a slip before the parts are believed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from coder.tcm.forms import Form, Forms
from coder.tcm.rules import StatementRules, Way
from coder.tcm.slips import Slips
from coder.tcm.statements import Run, Statement
from coder.tcm.systems import TermKind

_SHORTEST_SIMILAR = 4
_SYNDROME: tuple[TermKind, ...] = ("syndrome",)
_WHOLE_NAME = 3


@dataclass(frozen=True, slots=True)
class Term:
    """A term that was found: its place in the text and the forms it may be, the best first; ``clean`` where no word of
    its run was left over."""

    start: int
    end: int
    forms: tuple[Form, ...]
    way: Way
    clean: bool = True

    def of_kind(self, kind: TermKind) -> Term | None:
        """The term read as a disease or as a syndrome, ``None`` where it cannot be one."""
        forms = tuple(form for form in self.forms if form.kind == kind)
        if not forms:
            return None
        way = forms[0].way if self.way not in ("sound", "near", "similar") else self.way
        return replace(self, forms=forms, way=way)


@dataclass(frozen=True, slots=True)
class Found:
    """What a statement names."""

    disease: Term | None = None
    syndrome: Term | None = None


class StatementParser:
    """Reads the terms of a statement."""

    def __init__(self, rules: StatementRules, *, forms: Forms, slips: Slips) -> None:
        self._forms = forms
        self._slips = slips
        self._labels = tuple(sorted(rules.labels, key=len, reverse=True))
        self._joints = frozenset(rules.connectives)
        self._reach = rules.reach
        self._endings = rules.syndrome_endings

    def parse(self, statement: Statement) -> Found:
        """The first disease and syndrome of a statement; one behind its class (痔病（混合痔）) takes its place."""
        disease: Term | None = None
        syndrome: Term | None = None
        left = self._reach
        for run in statement.runs:
            wanted = _missing(statement.kinds, disease, syndrome)
            # Beside a cue, or behind a disease, a misspelt word is a term; alone in a western list it hardly ever is.
            slips = statement.marked or disease is not None
            terms = self._terms(run, wanted or statement.kinds, slips=slips)
            if not terms:
                left -= len(run.text)
                if statement.strict or left < 0 or not wanted:
                    break
                continue
            before = (disease, syndrome)
            for term in terms:
                disease, syndrome = _placed(term, statement.kinds, disease, syndrome)
            if not wanted and before == (disease, syndrome):
                break
            if not statement.marked and disease is not None and disease.start != statement.start:
                # Without a cue only what begins with a disease is a pair; 2型糖尿病 is not 糖尿病 behind something.
                break
        return Found(disease=disease, syndrome=syndrome)

    def is_pair(self, statement: Statement, found: Found, text: str) -> bool:
        """Whether an unmarked statement is a TCM diagnosis: a disease, then a syndrome that says so (…证)."""
        if found.disease is None or found.syndrome is None or not found.syndrome.clean:
            return False
        in_order = found.disease.start == statement.start and found.disease.end <= found.syndrome.start
        ending = text[found.syndrome.end - 1 : found.syndrome.end]
        return in_order and ending in self._endings and found.syndrome.way not in ("near", "similar")

    def _terms(self, run: Run, wanted: Collection[TermKind], *, slips: bool) -> tuple[Term, ...]:
        run = self._without_label(self._without_number(run))
        whole = self._forms.of(run.text)
        if whole:
            return (_term(run, whole),)
        found = tuple(self._parts(run))
        parts = tuple(_term(run.part(begin, stop), forms) for begin, stop, forms in found)
        if self._covered(run, [(begin, stop) for begin, stop, _ in found]):
            return parts
        if not slips:
            return tuple(replace(part, clean=False) for part in parts)
        slip = self._slip(run, wanted)
        if slip:
            return (slip,)
        if parts and parts[0].start == run.start and any(form.kind == "disease" for form in parts[0].forms):
            rest = run.part(found[0][1])
            behind = self._slip(rest, _SYNDROME) or self._similar(rest)
            if behind:
                return (parts[0], behind)
        similar = self._similar(run) if "syndrome" in wanted else None
        if similar and not any(stop - begin > _WHOLE_NAME for begin, stop, _ in found):
            return (similar,)
        return tuple(replace(part, clean=False) for part in parts)

    def _covered(self, run: Run, parts: Sequence[tuple[int, int]]) -> bool:
        """Whether the parts make up the run, words that only join them aside."""
        if not parts:
            return False
        edges = [0, *(place for part in parts for place in part), len(run.text)]
        between = zip(edges[::2], edges[1::2], strict=True)
        return all(begin == stop or run.text[begin:stop] in self._joints for begin, stop in between)

    def _without_number(self, run: Run) -> Run:
        rest = run.text.lstrip("0123456789")
        return run if self._forms.of(run.text) else run.part(len(run.text) - len(rest))

    def _without_label(self, run: Run) -> Run:
        for label in self._labels:
            if run.text.startswith(label) and run.text != label and not self._forms.of(run.text):
                return run.part(len(label))
        return run

    def _parts(self, run: Run) -> Iterator[tuple[int, int, tuple[Form, ...]]]:
        """The terms of a run from the left, the longest first, by the characters of its text."""
        place = 0
        while place < len(run.text):
            forms = self._forms.longest_at(run.text, place, len(run.text))
            if forms:
                end = place + len(forms[0].text)
                yield place, end, forms
                place = end
            else:
                place += 1

    def _slip(self, run: Run, wanted: Collection[TermKind]) -> Term | None:
        match = self._slips.match(run.text, wanted)
        return Term(run.start, run.end, match[0], match[1]) if match else None

    def _similar(self, run: Run) -> Term | None:
        if len(run.text) < _SHORTEST_SIMILAR or not run.text.endswith(self._endings):
            return None
        forms = self._slips.similar(run.text)
        return Term(run.start, run.end, forms, "similar") if forms else None


def _term(run: Run, forms: tuple[Form, ...]) -> Term:
    return Term(run.start, run.end, forms, forms[0].way)


def _missing(kinds: Sequence[TermKind], disease: Term | None, syndrome: Term | None) -> tuple[TermKind, ...]:
    return tuple(kind for kind in kinds if (disease if kind == "disease" else syndrome) is None)


def _placed(
    term: Term, kinds: Sequence[TermKind], disease: Term | None, syndrome: Term | None
) -> tuple[Term | None, Term | None]:
    """Give a term its role; a word that may be both (湿阻) is the disease as long as none was found."""
    as_disease = term.of_kind("disease") if "disease" in kinds else None
    as_syndrome = term.of_kind("syndrome") if "syndrome" in kinds else None
    if as_disease and as_syndrome and as_syndrome.way == "name" and as_disease.way != "name":
        as_disease = None
    if as_disease and (disease is None or (syndrome is None and _within(as_disease, disease))):
        return as_disease, syndrome
    if as_syndrome and syndrome is None:
        return disease, as_syndrome
    return disease, syndrome


def _within(term: Term, whole: Term) -> bool:
    return term.forms[0].code.startswith(whole.forms[0].code + ".")
