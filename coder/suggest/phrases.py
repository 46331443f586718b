"""Finds clinical wording that stands for a concept without naming it: 植入药物洗脱支架1枚, 娩出一活男婴.

What is looked for is data (:mod:`coder.suggest.phrase_data`). Names are resolved in the code system in use, so a phrase
works for every system that has a concept of the name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import islice

from coder.coding import Assertion
from coder.patterns import asks_for_absence, compiled, wanted
from coder.suggest.approach import Approaches, compile_approaches
from coder.suggest.durations import hours_between
from coder.suggest.phrase_data import CompiledPhrase, Wording, shipped_phrases
from coder.suggest.phrase_index import PhraseIndex, Stretch
from coder.suggest.suggestion import ScoredConcept, Suggestion
from coder.terms import CodeSystem
from coder.text import Mention, Reading
from coder.text.assertion import hypothetical_cues
from coder.text.datafile import load_data
from coder.text.mention_data import MentionData
from coder.text.sentences import sentence_at

_DIGITS = {"一": 1, "二": 2, "两": 2, "双": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
# What was done is often told under the heading of a finding, where its result stands, or at the end of the history:
# there only what a cue says to be of this stay is present at all.
_HISTORY = "present_illness"
_OPERATIONS = ("operation_name",)
"""What only a list of operations may name (头颅MRI, PE) is told by nothing else."""
_EARLIER = {"chief_complaint", "past_history", _HISTORY}
_FINDINGS = frozenset(("laboratory", "imaging", "pathology", "physical_examination", "plan")) | _EARLIER
# A procedure in a list of diagnoses is an old one: 射频消融术后.
_THERE = frozenset(("present", "possible"))
_LISTS = frozenset(("admission_diagnosis", "discharge_diagnosis", "preoperative_diagnosis", "postoperative_diagnosis"))
# Between the words of a pattern these say that the act was not done: 静脉曲张团因视野差未行套扎.
_UNDONE = re.compile(
    "未(?!见|破|愈|明|累|及|成(?!形))|拒绝|暂缓|暂不|拟|不予|没有|放弃|取消|[周月年](?:后|内)|天后(?:放|上)"
)
_DENIED = frozenset(("absent", "excluded"))
# 母亲患乳腺癌 speaks against nothing of the patient; what is asked for may be said of a newborn's mother.
_NOT_HERE = _DENIED | {"family"}
# And these that a finding was not there: 切口无红肿、渗液.
_ABSENT = re.compile(
    "无(?!明显诱因|诱因|力|法|痛|菌|创|名|效|意|损|功能|固定|症状|性|需)|未(?:见|触?及|闻及|出现|发生|发现|扪及|证实)|否认|不(?:伴|存在|成立|够)|未达|达不到|排除|除外"
)
# So do these before them in their clause, or right behind them: 3周前行..., 2010年甲状腺腺瘤切除, 子宫全切术后12年.
_FORMER = re.compile(r"\d+(?:余|多)?个?(?:年|月|周)(?:余|多)?前|(?:19|20)\d\d年(?!\d)")
_LONG_AGO = re.compile(r"(?:[^,。;\n]{0,6}术)?后 ?\d+ ?(?:余|多)?个?(?:年|月)|(?:术|手术)?史(?!密)")
_CLAUSE = ",。;:!\n"
_OPENS = 3
_SHORT = 7
_CLOSING = 2
# A listed operation through a scope became an open one: what a phrase makes of its name is not what was done.
_THROUGH_SCOPE = re.compile("腹腔镜|胸腔镜|经阴道|关节镜")
_OPENING = 10
# What a sentence says of the plan given up does not speak against what was done instead.
_CHANGE_OF_PLAN = re.compile(
    r"(?:原拟|本拟|原定|原计划|拟行|本欲)[^。;\n]{2,50}?(?:改行|改为|改用|改作|转[为行]|改予)"
    r"|(?:拒绝|放弃|不同意|不愿)[^,。;\n]{1,20},(?:遂|故|乃|改|转而?)[^,。;\n]{0,3}[行予]"
)
# Nor what a clause behind it plans or advises next: 行腹腔穿刺置管引流,拟行手术治疗.
_NEXT_PLAN = re.compile(r",(?:后|并|下一步)?(?:拟|建议|择期)(?:进一步|择期|再次|尽早|尽快)?[行予做][^,。;\n]{2}")
_STRETCH = 500
"""So far after its beginning the end of a stretch is looked for."""


@dataclass(frozen=True, slots=True)
class PhraseMatch:
    """A phrase found in a record: the mention, and what it stands for (``None``: look the mention's words up)."""

    mention: Mention
    suggestion: Suggestion | None


class _Patterns:
    """The patterns of a phrase, compiled when the phrase is first looked for."""

    def __init__(self, phrase: Wording) -> None:
        self.phrase = phrase

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(self.phrase.pattern)

    def matches(self, text: str, stretches: Sequence[Stretch]) -> list[re.Match[str]]:
        """The matches that begin in some stretches of a text: none of them goes on past its stretch."""
        ahead = self.phrase.ahead if isinstance(self.phrase, CompiledPhrase) else 0
        return [
            match
            for start, end in stretches
            for match in self.pattern.finditer(text, start, end + ahead)
            if match.start() < end
        ]

    def compile(self) -> None:
        """Compile all patterns of the phrase."""
        phrase = self.phrase
        for text in (phrase.requires, phrase.requires_record, phrase.unless, phrase.unless_record, phrase.until):
            if text is not None:
                compiled(text)
        self.pattern  # noqa: B018 - kept by the property

    def allows_record(self, reading: Reading) -> bool:
        requires, unless = self.phrase.requires_record, self.phrase.unless_record
        if requires is not None and not _holds(requires, reading, but=_DENIED):
            return False
        return unless is None or not _holds(unless, reading, but=_NOT_HERE)

    def allows_sentence(self, text: str, *, body: str) -> bool:
        """``body`` is the sentence without the heading before it: 现病史 tells no history that would refuse."""
        return _allows(text, requires=self.phrase.requires) and _allows(body, unless=self.phrase.unless)


def _holds(pattern: str, reading: Reading, *, but: Set[str]) -> bool:
    """Whether the record says what a pattern asks for, and not only so; a pattern may itself ask for a denial."""
    found = compiled(pattern).finditer(reading.normalised.text)
    if asks_for_absence(pattern):
        return next(found, None) is not None
    return any(_assertion(match, reading) not in but for match in found)


def _assertion(match: re.Match[str], reading: Reading) -> Assertion:
    section = reading.section_at(match.start())
    return reading.scopes.assess(*match.span(), section=section.kind if section else "body").assertion


def _allows(text: str, *, requires: str | None = None, unless: str | None = None) -> bool:
    if requires is not None and not compiled(requires).search(text):
        return False
    return unless is None or not compiled(unless).search(text)


class PhraseFinder:
    """Finds the phrases of one kind of concept in a record; one object serves all threads.

    Args:
        system: the code system in which names are resolved.
        phrases: those of the system's kind.
    """

    def __init__(self, system: CodeSystem, phrases: Sequence[Wording]) -> None:
        self._system = system
        self._patterns = [_Patterns(phrase) for phrase in phrases]
        self._anchors = PhraseIndex(phrases)
        self._resolved: dict[str, ScoredConcept | None] = {}

    def compile(self) -> None:
        """Compile what would otherwise be compiled when a record first needs it."""
        compile_approaches()
        for patterns in self._patterns:
            patterns.compile()

    def find(self, reading: Reading) -> list[PhraseMatch]:
        """All phrases of the record, in order of place."""
        text = reading.normalised.text
        found: list[PhraseMatch] = []
        approaches = Approaches(reading)
        for number, stretches in self._anchors.in_text(text):
            patterns = self._patterns[number]
            matches = patterns.matches(text, stretches)
            if matches and patterns.allows_record(reading):
                for match in matches:
                    found.extend(self._matched(patterns, match, reading, approaches))
        return sorted(found, key=lambda one: (one.mention.start, -one.mention.end))

    def _matched(
        self, patterns: _Patterns, match: re.Match[str], reading: Reading, approaches: Approaches
    ) -> Iterator[PhraseMatch]:
        phrase = patterns.phrase
        text = reading.normalised.text
        group = "term" if "term" in match.re.groupindex and match.group("term") else 0
        start, end = match.span(group)
        if start == end:
            return
        section = reading.section_at(start)
        kind = section.kind if section else "body"
        if not phrase.sections and kind in _LISTS and phrase.kind == "procedure":
            return
        told_elsewhere = phrase.kind == "procedure" and phrase.sections != _OPERATIONS and kind in _FINDINGS
        if phrase.sections and kind not in phrase.sections and not told_elsewhere:
            return
        sentence = sentence_at(text, start, end)
        body = section.body_start if section and kind == _HISTORY and section.body_start <= start else 0
        told = max(sentence.start, body)
        ends = sentence.stop
        if phrase.kind == "procedure":
            told = _after_change(text, told, start)
            ends = _before_next_plan(text, end, ends)
        if not patterns.allows_sentence(text[sentence], body=text[told:ends]):
            return
        said = reading.scopes.assess(start, end, kind=phrase.kind, section=kind)
        if said.assertion not in phrase.assertions or said.cue in hypothetical_cues():
            return
        present = phrase.kind == "diagnosis" and _THERE.issuperset((said.assertion, *phrase.assertions))
        if present and reading.scopes.doubted(start, end, kind="diagnosis", section=kind):
            return
        surface = text[start:end]
        if phrase.kind == "diagnosis" and "planned" not in phrase.assertions and _operates(surface):
            # What comes of an operation (分娩, 支架植入后状态) is not there while the operation is only planned.
            operation = reading.scopes.cued(start, end, kind="procedure", section=kind)
            if operation.assertion == "planned":
                return
        if phrase.kind == "procedure" and "planned" not in phrase.assertions and not surface[-1].isdigit():
            # A cue inside of the match speaks of what follows it: 房颤若难控制可考虑射频消融. A value was measured.
            closing = reading.scopes.cued(max(start, end - _CLOSING), end, kind="procedure", section=kind)
            if closing.assertion == "planned":
                return
            # A short match may take in the cue behind its name (肺穿刺不做): the name alone is asked for.
            opening = reading.scopes.cued(start, min(end, start + _OPENS), kind="procedure", section=kind)
            if opening.assertion == "planned" and end - start <= _SHORT:
                return
        # A cue inside of a match can deny what it ends with: Holter未捕捉到房颤.
        if present and not asks_for_absence(phrase.pattern) and reading.denies(max(start, end - _CLOSING), end):
            return
        denied = _UNDONE if phrase.kind == "procedure" else _ABSENT
        if denied.search(_edges(match.group())) and not denied.search(wanted(phrase.pattern)):
            return
        if phrase.kind == "procedure" and "historical" not in phrase.assertions and _former(text, start, end):
            return
        mention = Mention(start, end, surface, phrase.kind, kind, "narrative", said.assertion, said.cue, ())
        through_scope = phrase.cavity is not None and approaches.endoscopic(phrase.cavity)
        names = [*(phrase.endoscopic if through_scope else phrase.concepts), *_measured(phrase, match, text)]
        names.extend(islice((name for name in _templated(phrase, match) if self._concept(name) is not None), 1))
        if not names:
            if group:
                yield PhraseMatch(mention, None)
            return
        if kind == "operation_name" and approaches.converted(text[max(0, start - _OPENING) : end]):
            names = [name for name in names if not _THROUGH_SCOPE.match(name)]
        concepts = [concept for name in names if (concept := self._concept(name)) is not None]
        scored = tuple(ScoredConcept(one.code, one.name, phrase.probability) for one in concepts)
        if scored:
            suggestion = Suggestion(surface, concepts=scored, candidates=scored, settled=True, yields=phrase.yields)
            yield PhraseMatch(mention, suggestion)

    def _concept(self, name: str) -> ScoredConcept | None:
        if name not in self._resolved:
            named = [one for one in self._system.with_name(name) if not one.is_heading]
            best = min(named, key=lambda one: (one.is_gray, len(one.code)), default=None)
            self._resolved[name] = None if best is None else ScoredConcept(best.code, best.name, 1.0)
        return self._resolved[name]


def _edges(told: str) -> str:
    """The first and the last clause of a match: what a clause between them denies is another thing."""
    first, _, rest = told.partition(",")
    return f"{first},{rest.rpartition(',')[2]}"


def _operates(surface: str) -> bool:
    return any(head in surface for head in _operation_words())


@cache
def _operation_words() -> tuple[str, ...]:
    return tuple(load_data("mentions.yaml", MentionData).chunks.heads.procedure)


def _after_change(text: str, start: int, end: int) -> int:
    """Where a sentence begins to tell what was done instead of the plan: 原拟开腹,改行腹腔镜…."""
    changes = list(_CHANGE_OF_PLAN.finditer(text, start, end))
    return changes[-1].end() if changes else start


def _before_next_plan(text: str, start: int, end: int) -> int:
    """Where a sentence stops telling what was done, and begins to plan another act."""
    plan = _NEXT_PLAN.search(text, start, end)
    return plan.start() if plan else end


def _former(text: str, start: int, end: int) -> bool:
    """Whether the clause says that the procedure was done long before this stay."""
    clause = max(text.rfind(mark, 0, start) for mark in _CLAUSE) + 1
    return _FORMER.search(text, clause, start) is not None or _LONG_AGO.match(text, end) is not None


def _measured(phrase: Wording, match: re.Match[str], text: str) -> tuple[str, ...]:
    if phrase.until:
        number = _lasted(phrase.until, match, text)
    else:
        number = _stretched(match, text) if "begun" in match.re.groupindex else _told(phrase, match)
    if number is None:
        return ()
    return next((step.concepts for step in phrase.measures if number < step.below), ())


def _told(phrase: Wording, match: re.Match[str]) -> float | None:
    if not phrase.measures or not match.group("number"):
        return None
    number = _number(match.group("number"))
    if phrase.hours and "unit" in match.re.groupindex and (match.group("unit") or "").startswith(("天", "日", "d")):
        number *= 24
    return number


def _lasted(until: str, match: re.Match[str], text: str) -> float | None:
    over = compiled(until).search(text, match.end(), match.end() + _STRETCH)
    return over and hours_between(text, match.span(), over.span())


def _stretched(match: re.Match[str], text: str) -> float | None:
    """Hours of a stretch that stands as a range of dates in the match: 6-15至6-24有创呼吸机."""
    begun, ended = ("begun", "ended") if match["begun"] else ("begins", "ends")
    return hours_between(text, match.span(begun), match.span(ended))


def _templated(phrase: Wording, match: re.Match[str]) -> tuple[str, ...]:
    """The names that the templates of the phrase give, in their order; none where a group holds nothing that counts."""
    if phrase.template is None:
        return ()
    values = match.groupdict()
    for group, words in phrase.spelled.items():
        text = values[group] or ""
        values[group] = next((name for word, name in words.items() if word in text), None)
    if None in values.values():
        return ()
    templates = (phrase.template,) if isinstance(phrase.template, str) else phrase.template
    return tuple(template.format(**values) for template in templates)


def _number(text: str) -> float:
    return float(_DIGITS[text]) if text in _DIGITS else float(text)


def load_phrases(system: CodeSystem) -> PhraseFinder:
    """The finder for a diagnosis or procedure system.

    Raises:
        ArtefactError: the compiled phrases are missing or damaged.
    """
    return PhraseFinder(system, [phrase for phrase in shipped_phrases() if phrase.kind == system.kind])
