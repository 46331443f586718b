"""Judging what a record says for and against a condition; one judgement, used in both directions."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from typing import Final, NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from coder.coding import Evidence
from coder.evidence.clues import Present, may_be_supported
from coder.evidence.conditions import (
    GAP,
    Condition,
    Measurement,
    SignLists,
    Signs,
    bridged,
    conditions,
    conditions_named,
    signs_of,
)
from coder.evidence.denials import denied_beside, narrowing, tells_of_later, tells_of_the_past
from coder.evidence.labs import LabReader, LabValue
from coder.evidence.names import pieces, same_thing, telling_letters, telling_pieces
from coder.evidence.sections import HISTORY, Places
from coder.text import Mention, Reading, normalise_term
from coder.text.assertion import hypothetical_cues
from coder.text.second_opinion import Kind
from coder.text.sentences import sentence_at

_DENIED: Final = frozenset({"absent", "excluded", "family"})
_RULED_OUT: Final = frozenset({"absent", "excluded"})
_NOT_THIS_STAY: Final = frozenset({"historical", "planned"})
_SHORTEST_NAME: Final = 2
_SUBCATEGORY: Final = 5
_SEVERAL: Final = 2
_ENOUGH: Final = 2
_LEAD: Final = 10
_PAST_LEAD: Final = 14
_FORMER: Final = frozenset({"past_history", "family_history"})
_HISTORIES: Final = ("史", "病史")
_WRAPPED: Final = 25
"""A line of so many letters that does not end as a sentence does was broken by its width."""
_NOT: Final = "未无不否"
_CLOSES: Final = "。;:.!?)\n "
_AFTERWARDS: Final = re.compile(
    r"[复再]查|复测|[后至到][^,;。]{0,3}$|后[^,;。0-9]{0,5}[0-9.]+(?:mmol/l)?$|恢复|纠正|回升|好转|出院|升至|降至"
)


class Verdict(StrEnum):
    """What a record says about a condition."""

    SUPPORTED = "supported"
    """Two of: a doctor names it, it was found, it was treated; or one finding that decides alone."""
    STATED = "stated"
    """A doctor names it and nothing else in the record speaks for it."""
    PARTIAL = "partial"
    """A finding or a treatment that fits, without a name: neither enough to code nor ground to object."""
    CONTRADICTED = "contradicted"
    """It was looked for, and what was found speaks against it."""
    ABSENT = "absent"
    """Nothing in the record speaks for it."""


_OBJECTED: Final = (Verdict.ABSENT, Verdict.CONTRADICTED)


class Span(NamedTuple):
    """A stretch of the normalised text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with the places in the record that it rests on.

    Attributes:
        denied: its name is only ever denied.
        stated: where a doctor gives it its name.
        found: where it was found, without signs that say something only beside the name.
        cared: where it was treated.
        treated: it was treated, by the text or by orders.
        grave: it was treated on a sign that decides alone.
    """

    verdict: Verdict
    support: tuple[Span, ...] = ()
    against: tuple[Span, ...] = ()
    denied: bool = False
    stated: tuple[Span, ...] = ()
    found: tuple[Span, ...] = ()
    cared: tuple[Span, ...] = ()
    treated: bool = False
    grave: bool = False

    @property
    def spans(self) -> tuple[Span, ...]:
        """The places to show: those against where the verdict is against, else those in support."""
        return self.against if self.verdict is Verdict.CONTRADICTED else self.support


class _Hit(NamedTuple):
    span: Span
    denied: bool
    this_stay: bool
    family: bool


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """All words that any condition looks for, and what stands before a gap in those that have one, in one automaton."""

    words: tuple[str, ...]
    automaton: AhoCorasick
    known: frozenset[str]


@cache
def _vocabulary() -> _Vocabulary:
    every = tuple(dict.fromkeys(word for name in conditions() for word in signs_of(name).words))
    known = frozenset(word for word in every if GAP not in word)
    words = tuple(dict.fromkeys(word.partition(GAP)[0] for word in every))
    return _Vocabulary(words, AhoCorasick(list(words), matchkind=MatchKind.Standard), known)


class RecordEvidence:
    """A record read for evidence: its measurements and the words that conditions look for.

    Args:
        reading: the record as read.
        labs: structured results in addition to those in the text; their offsets are not used.
        orders: names of orders and charges in addition to the treatment in the text.

    >>> from coder.record import Record
    >>> from coder.text import read
    >>> record = RecordEvidence(read(Record(text="血钾2.8mmol/L，予氯化钾静滴。否认高血压。")))
    >>> record.judge(conditions()["hypokalaemia"]).verdict.value
    'supported'
    >>> record.judge(conditions()["hypertension"]).verdict.value
    'contradicted'
    """

    def __init__(self, reading: Reading, *, labs: Sequence[LabValue] = (), orders: Iterable[str] = ()) -> None:
        self.reading = reading
        self.text = reading.normalised.text
        self.labs: tuple[LabValue, ...] = LabReader.load().read(self.text, reading.patient)
        self._labs_by_analyte: dict[str, list[LabValue]] = {}
        for lab in (*self.labs, *labs):
            self._labs_by_analyte.setdefault(lab.analyte, []).append(lab)
        self._orders = tuple(normalise_term(order) for order in orders)
        self._sections = Places.of(reading).sections
        self._section_starts = [section.start for section in self._sections]
        self._known = _vocabulary().known
        self._begun: set[str] = set()
        self._places = self._scan()
        # A set, because a set asks another for the smaller of the two, and a dictionary for all that it has.
        self._held = frozenset(self._places)
        self._hits: dict[tuple[str, Kind], list[_Hit]] = {}
        self._judged: dict[str, Judgement] = {}
        self._present = [mention for mention in reading.mentions if mention.assertion not in _DENIED]
        self._mentions_by_category = self._by_category()
        self._items = [mention for mention in self._present if mention.origin == "list"]
        self._item_starts = [mention.start for mention in self._items]

    def _scan(self) -> dict[str, list[tuple[int, int]]]:
        """Where each word of the vocabulary is; words that are nowhere have no entry.

        What may be the beginning of a word with a gap is noted wherever it stands.
        """
        vocabulary, known = _vocabulary(), self._known
        places: dict[str, list[tuple[int, int]]] = {}
        for index, start, end in vocabulary.automaton.find_matches_as_indexes(self.text, overlapping=True):
            word = vocabulary.words[index]
            self._begun.add(word)
            if word in known and not _in_a_word(self.text, start, end):
                places.setdefault(word, []).append((start, end))
        return places

    def _hits_of(self, word: str, kind: Kind = "diagnosis") -> Sequence[_Hit]:
        hits = self._hits.get((word, kind))
        if hits is None:
            # Most words are nowhere, which is soon told.
            places = self._places.get(word, ()) if word in self._known else self._searched(word)
            hits = self._hits[(word, kind)] = [self._hit(start, end, kind) for start, end in places]
        return hits

    def _searched(self, word: str) -> Iterable[tuple[int, int]]:
        if GAP not in word and word not in self.text:
            return ()
        return (place for place in _places(self.text, word) if not _in_a_word(self.text, *place))

    def _hit(self, start: int, end: int, kind: Kind) -> _Hit:
        section = self.section_at(start)
        said = self.reading.scopes.assess(start, end, kind=kind, section=section)
        assertion = said.assertion
        procedure = kind == "procedure"
        this_stay = assertion not in _NOT_THIS_STAY and section not in HISTORY
        if procedure and assertion == "possible":
            # A condition can be there and doubtful; a procedure that is only possible has not been done.
            this_stay = False
        family = assertion == "family" or section == "family_history"
        beside = denied_beside(self.text, start, end)
        denied = family or assertion in _DENIED or said.cue in hypothetical_cues() or beside
        if denied and not (procedure and beside) and self._is_list_item(start, end):
            return _Hit(Span(start, end), denied=False, this_stay=True, family=False)
        return _Hit(Span(start, end), denied, this_stay, family)

    def _is_list_item(self, start: int, end: int) -> bool:
        """Whether a place is in an item of a list that stands: a cue of the item before it does not reach there."""
        index = bisect_right(self._item_starts, start) - 1
        return index >= 0 and end <= self._items[index].end

    def doubted(self, span: Span | Mention) -> bool:
        """Whether the second opinion doubts that the condition named there is the patient's now."""
        section = self.section_at(span.start)
        return self.reading.scopes.doubted(span.start, span.end, kind="diagnosis", section=section)

    def section_at(self, place: int) -> str:
        """The kind of the section that a place of the text is in."""
        index = bisect_right(self._section_starts, place) - 1
        return self._sections[index].kind if index >= 0 else "body"

    def around(self, span: Span, *, before: int, behind: int) -> str:
        """What stands about a stretch of the text, within its sentence and so many letters before and behind it."""
        first, last = self._sentence_start(span.start), sentence_at(self.text, span.end, span.end).stop
        return self.text[max(first, span.start - before) : min(last, span.end + behind)]

    def _sentence_start(self, place: int) -> int:
        """Where the sentence of a place begins; a long line that ends in the midst of one goes on in the next."""
        first: int = sentence_at(self.text, place, place).start
        if first < _WRAPPED or self.text[first - 1] != "\n" or self.text[first - 2] in _CLOSES:
            return first
        line = self.text.rfind("\n", 0, first - 1) + 1
        return self._sentence_start(first - 1) if first - 1 - line >= _WRAPPED else first

    def values(self, analyte: str) -> tuple[LabValue, ...]:
        """All values of an analyte, from the text and from structured results."""
        return tuple(self._labs_by_analyte.get(analyte, ()))

    def values_meeting(self, bound: Measurement) -> tuple[LabValue, ...]:
        """The values that meet a bound, from the text and from structured results."""
        labs = self._labs_by_analyte.get(bound.analyte)
        if not labs:
            return ()
        met = bound.meeting([lab.value for lab in labs])
        return tuple(lab for lab in labs if lab.value in met)

    def evidence(self, spans: Iterable[Span]) -> tuple[Evidence, ...]:
        """The spans as public evidence in the offsets of the original, each place once, in the order of the text."""
        unique = sorted({(span.start, span.end) for span in spans if span.end > span.start})
        return tuple(self.reading.evidence(start, end) for start, end in unique)

    def says(self, word: str, *, this_stay: bool = False, kind: Kind = "diagnosis") -> tuple[Span, ...]:
        """The places where the record says a word without denying it.

        Args:
            word: looked for in normalised form.
            this_stay: leave out history and plans.
            kind: whether what is planned, refused or denied is a condition or a procedure.
        """
        return self._said(normalise_term(word), this_stay=this_stay, kind=kind)

    def _said(self, word: str, *, this_stay: bool, kind: Kind = "diagnosis") -> tuple[Span, ...]:
        hits = self._hits_of(word, kind)
        return tuple(hit.span for hit in hits if not hit.denied and (hit.this_stay or not this_stay)) if hits else ()

    def ordered(self, word: str) -> bool:
        """Whether an order or charge contains a word."""
        text = normalise_term(word)
        return any(text in order for order in self._orders)

    def judge(self, condition: Condition) -> Judgement:
        """What the record says about a condition."""
        judged = self._judged.get(condition.id)
        if judged is None:
            judged = self._judged[condition.id] = self._judge(condition)
        return judged

    def may_be_supported(self) -> frozenset[str]:
        """The conditions of which the record may hold enough signs, as :mod:`coder.evidence.clues` tells."""
        present = Present(self._held, self._begun, self._labs_by_analyte.keys())
        return may_be_supported(present, ordered=bool(self._orders))

    def _unless_of_another(self, condition: Condition, judgement: Judgement, names: Sequence[str]) -> Judgement:
        """The judgement without denials of a narrower thing than the names say (a left heart failure)."""
        if not judgement.denied or not all(self._is_narrower(span, names) for span in judgement.against):
            return judgement
        return self._judge(condition, denials=())

    def _is_narrower(self, span: Span, names: Sequence[str]) -> bool:
        """Whether what is denied is told more closely than any of the names does."""
        told = narrowing(self.text, span.start, span.end)
        return told is not None and not any(told in name for name in names)

    def _judge(self, condition: Condition, *, denials: Sequence[Span] | None = None) -> Judgement:
        signs, acute = signs_of(condition.id), condition.acute
        stated = self._stated(signs, acute)
        if denials is None:
            denials = [] if stated else self._denials(signs, acute)
        firm = self._signs(signs.found, acute)
        found = firm + (self._signs(signs.fits, acute) if stated else [])
        strong = self._signs(signs.strong, acute)
        care = self._signs(signs.care, acute)
        cared = bool(care) or (bool(self._orders) and any(self.ordered(word) for word in condition.care))
        support = tuple(strong + found + stated + care)
        if denials and firm and cared and all(map(self._is_of_the_past, denials)):
            # It was not known before; it was found and treated now.
            return Judgement(Verdict.PARTIAL, support)
        if denials and not strong:
            return Judgement(Verdict.CONTRADICTED, support, tuple(denials), denied=True)
        if condition.named and not stated:
            return Judgement(Verdict.ABSENT, found=tuple(strong + found), cared=tuple(care), treated=cared)
        if strong:
            return self._supported(support, stated, strong + firm, care, cared, grave=cared)
        refuted = self._signs(signs.refuted, acute)
        against = refuted + ([] if found else self._against(signs.against, acute, treated=bool(stated) and cared))
        if condition.objective and not stated and not found:
            # A drug or a device is given for more than one reason.
            verdict = Verdict.CONTRADICTED if against else Verdict.ABSENT
            return Judgement(verdict, support, tuple(against))
        count = bool(stated) + bool(found) + cared
        if refuted or (against and (condition.objective or count < _ENOUGH)):
            return Judgement(Verdict.CONTRADICTED, support, tuple(against))
        if count >= _ENOUGH:
            return self._supported(support, stated, firm, care, cared)
        if stated:
            return Judgement(Verdict.STATED, support, stated=tuple(stated))
        return Judgement(Verdict.PARTIAL if count else Verdict.ABSENT, support)

    @staticmethod
    def _supported(
        support: tuple[Span, ...],
        stated: list[Span],
        found: list[Span],
        care: list[Span],
        cared: bool,
        *,
        grave: bool = False,
    ) -> Judgement:
        return Judgement(
            Verdict.SUPPORTED,
            support,
            stated=tuple(stated),
            found=tuple(found),
            cared=tuple(care),
            treated=cared,
            grave=grave,
        )

    def _against(self, signs: Signs, acute: bool, *, treated: bool) -> list[Span]:
        """What speaks against a condition; the value after the treatment of a named one does not."""
        spans = self._signs(signs, acute)
        return [span for span in spans if not _AFTERWARDS.search(self._lead(span))] if treated else spans

    def _lead(self, span: Span) -> str:
        """What a measurement begins with, and the words of its clause before it."""
        return self.text[max(0, span.start - _LEAD) : span.end]

    def _stated(self, signs: SignLists, acute: bool) -> list[Span]:
        return self._unmasked(self._signs(signs.stated, acute), signs)

    def _unmasked(self, spans: list[Span], signs: SignLists) -> list[Span]:
        """The places that are not within the name of another thing."""
        if not spans or not signs.unless.words:
            return spans
        masks = [hit.span for word in self._words_of(signs.unless) for hit in self._hits_of(word)]
        return [span for span in spans if not any(m.start <= span.start and span.end <= m.end for m in masks)]

    def says_itself(self, condition: Condition, start: int, end: int) -> bool:
        """Whether a word of the condition stands for it, and is no part of the name of another thing (肾|静脉血栓)."""
        return bool(self._unmasked([Span(start, end)], signs_of(condition.id)))

    def _denials(self, signs: SignLists, acute: bool) -> list[Span]:
        """Where a doctor says that the patient does not have it."""
        hits = (hit for word in self._words_of(signs.stated) for hit in self._hits_of(word))
        denied = [
            hit.span for hit in hits if hit.denied and not hit.family and self.tells_of_now(hit.span, acute=acute)
        ]
        return self._unmasked(denied, signs)

    def tells_of_now(self, span: Span, *, acute: bool = False) -> bool:
        """Whether a denial tells of this stay, not of what to watch for later, nor, of what is acute, of the past."""
        section = self.section_at(span.start)
        if tells_of_later(section):
            return False
        if not acute:
            return True
        before = self.around(Span(span.start, span.start), before=_LEAD, behind=0)
        return section not in HISTORY and not tells_of_the_past(before)

    def tells_of_this_stay(self, span: Span) -> bool:
        """Whether a denial tells of the illness of this stay: not of former ones, nor of what to watch for later.

        The history of a pregnancy tells of this one as well.
        """
        section = self.section_at(span.start)
        if section in _FORMER or tells_of_later(section) or self.text.startswith(_HISTORIES, span.end):
            return False
        return not tells_of_the_past(self.around(Span(span.start, span.start), before=_PAST_LEAD, behind=0))

    def _is_of_the_past(self, span: Span) -> bool:
        """Whether a denial says that something was not known before this stay."""
        if self.section_at(span.start) in HISTORY or self.text.startswith(_HISTORIES, span.end):
            return True
        return tells_of_the_past(self.around(Span(span.start, span.start), before=_LEAD, behind=0))

    def _words_of(self, signs: Signs) -> list[str]:
        """Those of the words that the record may hold, in the order of the list."""
        held = signs.plain & self._held
        if signs.heads:
            held = held.union(word for word, head in signs.heads if head in self._begun)
        return [word for word in signs.words if word in held] if held else []

    def _signs(self, signs: Signs, acute: bool) -> list[Span]:
        spans: list[Span] = []
        for word in self._words_of(signs):
            spans += self._said(word, this_stay=acute)
        for bound in signs.bounds:
            spans += (Span(lab.start, lab.end) for lab in self.values_meeting(bound))
        return spans

    def judge_code(self, code: str, names: Iterable[str]) -> Judgement:
        """What the record says about a code: by its conditions, else by whether the record names it at all.

        Args:
            code: a diagnosis or procedure code.
            names: its official name and other names.
        """
        written = tuple(names)
        known = conditions_named(code, tuple(map(normalise_term, written)))
        if known:
            judged = [self._unless_of_another(condition, self.judge(condition), written) for condition in known]
            best = next((one for one in judged if one.verdict is Verdict.CONTRADICTED), judged[0])
            if best.verdict in _OBJECTED and not best.denied:
                excuse = self._excuse(known, judged)
                if excuse:
                    return Judgement(Verdict.PARTIAL, excuse)
            if best.verdict is not Verdict.ABSENT:
                return best
            # A name that is merely like it says nothing here: the condition's own words have been looked for.
            of_category = () if any(condition.named for condition in known) else self._of_category(code)
            spans = tuple(dict.fromkeys((*self._named(written), *of_category)))
            return Judgement(Verdict.STATED, spans) if spans else best
        spans = self._exactly(code, written)
        denials = () if spans else self._denied_names(code, written)
        if denials:
            return Judgement(Verdict.CONTRADICTED, (), denials, denied=True)
        spans = spans or self._like(code, written)
        if spans:
            return Judgement(Verdict.SUPPORTED if len(spans) > 1 else Verdict.STATED, spans)
        touched = any(self.touches(name) for name in written)
        return Judgement(Verdict.PARTIAL if touched else Verdict.ABSENT)

    def _excuse(self, known: Sequence[Condition], judged: Sequence[Judgement]) -> tuple[Span, ...]:
        """What gives a doctor's code a reason, though it would give no reason to propose one.

        A condition that is not to be proposed without its name was found and treated; or there is one of the signs that
        are listed as such (a ventilator, of respiratory failure).
        """
        for condition, judgement in zip(known, judged, strict=True):
            if judgement.verdict is Verdict.ABSENT and condition.named and judgement.found and judgement.treated:
                return judgement.found
            signs = self._signs(signs_of(condition.id).excused, condition.acute)
            if signs:
                return tuple(signs)
        return ()

    def _denied_names(self, code: str, names: Iterable[str]) -> tuple[Span, ...]:
        """Where the record denies what a code stands for, under one of its names or by its subcategory."""
        hits = [hit for word in self._held_names(names) for hit in self._hits_of(word)]
        shared = shared_code(code)
        by_code = [mention for mention, codes in self._denied if any(one.startswith(shared) for one in codes)]
        if any(self._said(mention.text, this_stay=False) for mention in by_code):
            return ()
        spans = (*(hit.span for hit in hits if hit.denied and not hit.family), *(Span(m.start, m.end) for m in by_code))
        return tuple(span for span in dict.fromkeys(spans) if self.tells_of_now(span))

    @cached_property
    def _denied(self) -> list[tuple[Mention, tuple[str, ...]]]:
        """The mentions that the record denies or rules out, each with its codes."""
        return [
            (mention, tuple(key.partition(":")[2] for key in mention.concept_keys))
            for mention in self.reading.mentions
            if mention.assertion in _RULED_OUT
        ]

    @cached_property
    def denied_names(self) -> frozenset[str]:
        """The diagnoses that the record denies or rules out, as it names them."""
        return frozenset(
            mention.text
            for mention, _ in self._denied
            if mention.kind == "diagnosis" and len(mention.text) >= _SHORTEST_NAME
        )

    def only_denied(self, words: Iterable[str]) -> tuple[Span, ...]:
        """The places that deny one of these words or rule it out in this stay; none where one is said undenied.

        Args:
            words: in normalised form.
        """
        hits = [hit for word in words for hit in self._hits_of(word)]
        if not all(hit.denied for hit in hits):
            return ()
        return tuple(dict.fromkeys(hit.span for hit in hits if self._rules_out(hit)))

    def _rules_out(self, hit: _Hit) -> bool:
        """Whether a denied place denies what it names here and now, and does not merely speak of what may come."""
        start, end = hit.span.start, hit.span.end
        if hit.family or not self.tells_of_this_stay(hit.span):
            return False
        said = self.reading.scopes.assess(start, end, section=self.section_at(start)).assertion
        return said in _RULED_OUT or denied_beside(self.text, start, end)

    def names(self, code: str, names: Iterable[str]) -> tuple[Span, ...]:
        """The places where the record names what a code stands for, exactly, nearly or by its category, undenied.

        Args:
            code: the code, for names of the same category.
            names: its official name and other names.
        """
        written = tuple(names)
        return self._exactly(code, written) or self._like(code, written)

    def _exactly(self, code: str, names: Iterable[str]) -> tuple[Span, ...]:
        return tuple(dict.fromkeys((*self._named(names), *self._of_category(code))))

    def _like(self, code: str, names: Iterable[str]) -> tuple[Span, ...]:
        kind = "procedure" if code[:1].isdigit() else "diagnosis"
        return tuple(dict.fromkeys(span for name in names for span in self._nearly(normalise_term(name), kind)))

    def _of_category(self, code: str) -> Iterable[Span]:
        return self._mentions_by_category.get(category_of(code), ())

    def _named(self, names: Iterable[str]) -> tuple[Span, ...]:
        """The places where the record says one of the names and does not deny it."""
        said = (self._said(word, this_stay=False) for word in self._held_names(names))
        return tuple(span for spans in said for span in spans)

    def _held_names(self, names: Iterable[str]) -> list[str]:
        """Those of the names, in normalised form, that the text holds."""
        text, words = self.text, dict.fromkeys(map(normalise_term, names))
        return [word for word in words if len(word) >= _SHORTEST_NAME and (word in text or GAP in word)]

    def _nearly(self, name: str, kind: str) -> Iterable[Span]:
        """The places of mentions that can be the same thing: those without a piece of the name cannot."""
        by_piece = self._mentions_by_piece
        near = {place for piece in pieces(name) for place in by_piece.get((kind, piece), ())}
        for place in sorted(near):
            mention = self._present[place]
            if same_thing(mention.text, name):
                yield Span(mention.start, mention.end)

    @cached_property
    def _mentions_by_piece(self) -> dict[tuple[str, str], list[int]]:
        """The numbers of the mentions that stand, by their kind and each two-character piece of their names."""
        found: dict[tuple[str, str], list[int]] = {}
        for place, mention in enumerate(self._present):
            if len(mention.text) >= _SHORTEST_NAME:
                for piece in pieces(mention.text):
                    found.setdefault((mention.kind, piece), []).append(place)
        return found

    def touches(self, name: str) -> bool:
        """Whether a two-character piece of a name that tells it from others is in the record."""
        return any(piece in self.text for piece in telling_pieces(normalise_term(name)))

    def shares_letters(self, name: str) -> bool:
        """Whether some clause of the record has several of the telling letters of a name."""
        letters = telling_letters(name)
        return any(len(letters & clause) >= _SEVERAL for clause in self.clauses)

    @cached_property
    def clauses(self) -> list[frozenset[str]]:
        """The letters of each clause of the record."""
        return [frozenset(clause) for clause in re.split(r"[,。;:\n]", self.text) if len(clause) >= _SEVERAL]

    def _by_category(self) -> dict[str, list[Span]]:
        found: dict[str, list[Span]] = {}
        for mention in self._present:
            for category in {category_of(key.partition(":")[2]) for key in mention.concept_keys}:
                found.setdefault(category, []).append(Span(mention.start, mention.end))
        return found


def shared_code(code: str) -> str:
    """What codes begin with whose denial denies a code: its subcategory.

    The remainder of a category (``.8``) is no one thing, and a denial of one in it says nothing of the others.

    >>> shared_code("E11.200x001"), shared_code("K91.830")
    ('E11.2', 'K91.830')
    """
    return code if code[3:_SUBCATEGORY] == ".8" else code[:_SUBCATEGORY]


def category_of(code: str) -> str:
    """The three-character category of a diagnosis, the four-character one of a procedure."""
    return code[:4] if code[:1].isdigit() else code[:3]


def _in_a_word(text: str, start: int, end: int) -> bool:
    """Whether a place is a piece of a Latin word: AF of AFP, TPO of TPOAb; but the EPO of rhEPO is a word.

    >>> [_in_a_word("afp 2.1,rhepo", start, end) for start, end in ((0, 2), (10, 13))]
    [True, False]
    """
    if not (_is_latin(text[end - 1]) and _is_latin(text[end - 2])):
        return False
    before = end - start <= _SHORTEST_NAME and _is_latin(text[start - 1 : start] or " ")
    return before or _is_latin(text[end : end + 1] or " ")


def _is_latin(letter: str) -> bool:
    return letter.isascii() and letter.isalpha()


def _places(text: str, word: str) -> Iterable[tuple[int, int]]:
    """Where a word is; a word with a gap (``DWI…高信号``) may have others between, in one sentence, undenied."""
    head, gap, _ = word.partition(GAP)
    if gap:
        pattern, place = _gapped(word), text.find(head)
        while place >= 0:
            match = pattern.match(text, place)
            if match is not None:
                yield match.span()
            place = text.find(head, match.end() if match is not None else place + 1)
        return
    place = text.find(word)
    while place >= 0:
        yield place, place + len(word)
        place = text.find(word, place + 1)


@cache
def _gapped(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![{_NOT}])" + bridged(word, rf"[^。;\n{_NOT}]{{0,25}}?"))
