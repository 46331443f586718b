"""Clinical wording that stands for a concept without naming it: 植入药物洗脱支架1枚, 娩出一活男婴.

The phrases are data (``data/phrases/*.yaml``, compiled into ``models/lexical/phrases.json``). Each is a regular
expression over normalised text with the names of the concepts that it stands for, or with a group ``term`` whose words
are looked up like any other mention. Names are resolved in the code system in use, so a phrase works for every system
that has a concept of the name.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Literal

from ahocorasick_rs import AhoCorasick
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from coder.artefacts import artefact_path
from coder.coding import Assertion
from coder.errors import ArtefactError
from coder.patterns import compiled
from coder.suggest.anchors import anchor_sets, reach_of
from coder.suggest.approach import Approaches, compile_approaches
from coder.suggest.durations import hours_between
from coder.suggest.suggestion import ScoredConcept, Suggestion
from coder.terms import CodeSystem
from coder.text import Mention, Reading
from coder.text.datafile import load_data
from coder.text.mention_data import MentionData
from coder.text.sentences import sentence_at
from coder.yaml_data import parse_yaml

PHRASE_FILE = "lexical/phrases.json"

_DIGITS = {"一": 1, "二": 2, "两": 2, "双": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
# What was done is often told under the heading of a finding, where its result stands, or at the end of the history:
# there only what a cue says to be of this stay is present at all.
_HISTORY = "present_illness"
_OPERATIONS = ("operation_name",)
"""What only a list of operations may name (头颅MRI, PE) is told by nothing else."""
_FINDINGS = frozenset(("laboratory", "imaging", "pathology", "physical_examination", "plan", _HISTORY))
# A procedure in a list of diagnoses is an old one: 射频消融术后.
_THERE = frozenset(("present", "possible"))
_LISTS = frozenset(("admission_diagnosis", "discharge_diagnosis", "preoperative_diagnosis", "postoperative_diagnosis"))
# Between the words of a pattern these say that the act was not done: 静脉曲张团因视野差未行套扎.
_UNDONE = re.compile("未(?!见|破|愈|明|成)|拒绝|暂缓|暂不|拟|不予|没有|放弃|取消|[周月年](?:后|内)")
# A pattern over the record that itself asks for what was not there, or not done.
_NEGATING = re.compile("[无未不]|否认|阴性|没有")
_DENIED = frozenset(("absent", "excluded"))
# 母亲患乳腺癌 speaks against nothing of the patient; what is asked for may be said of a newborn's mother.
_NOT_HERE = _DENIED | {"family"}
# And these that a finding was not there: 切口无红肿、渗液.
_ABSENT = re.compile(
    "无(?!力|法|痛|菌|创|名|效|意|损|功能|固定|症状|性|需)|未(?:见|触?及|闻及|出现|发生|发现|扪及)|否认|不伴|排除|除外"
)
# So do these before them in their clause, or right behind them: 3周前行..., 2010年甲状腺腺瘤切除, 子宫全切术后12年.
_FORMER = re.compile(r"\d+(?:余|多)?个?(?:年|月|周)(?:余|多)?前|(?:19|20)\d\d年(?!\d)")
_LONG_AGO = re.compile(r"(?:[^,。;\n]{0,6}术)?后 ?\d+ ?(?:余|多)?个?(?:年|月)|(?:术|手术)?史(?!密)")
_CLAUSE = ",。;:!\n"
_CLOSING = 2
# A listed operation through a scope became an open one: what a phrase makes of its name is not what was done.
_THROUGH_SCOPE = re.compile("腹腔镜|胸腔镜|经阴道|关节镜")
_OPENING = 10
# What a sentence says of the plan given up does not speak against what was done instead.
_CHANGE_OF_PLAN = re.compile(r"(?:原拟|本拟|原定|原计划|拟行|本欲)[^。;\n]{2,50}?(?:改行|改为|改用|改作|转[为行]|改予)")
_STRETCH = 500
"""So far after its beginning the end of a stretch is looked for."""
_ANCHOR_SETS = 5
"""So many sets of anchors are kept of a pattern; more of them seldom rule a phrase out."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Measure(_Part):
    """Concepts that depend on a number in the phrase: the first step whose ``below`` is above the number holds."""

    below: float
    concepts: tuple[str, ...]


class Wording(_Part):
    """One phrase as it is looked for.

    Attributes:
        id: a name for messages and tests.
        kind: what the concepts are.
        pattern: over normalised text; may have the groups ``term`` (words to look up) and ``number``.
        concepts: names of the concepts that the phrase stands for.
        cavity: where the operation is done, for one that is done openly or through a scope.
        endoscopic: names in place of ``concepts`` where the record says that it was done through a scope.
        template: a name with ``{number}`` (孕{number}周) or other groups of the pattern in it ({site}内固定装置去除术);
            of several the first that a concept has.
        spelled: by group, how names spell what the group holds: the first word that is in it counts ("" is in all).
        measures: concepts by the size of ``number`` (``unit`` 天 or 日 counts 24 each where ``hours`` is set).
        until: what ends the stretch that the phrase begins (撤机): the number is the hours between the dates of both. A
            pattern that holds both dates names them by groups: ``begun`` and ``ended``, or ``begins`` and ``ends``.
        requires: must be found in the same sentence.
        requires_record: must be found anywhere in the record.
        unless: must not be found in the same sentence.
        unless_record: must not be said of the patient in the record; denied, or of a relative, it refuses nothing.
        sections: only there; empty means everywhere that is not a diagnosis list.
        assertions: what the text must say of it.
        yields: for an operation told by its steps: nothing is added beside a code that begins like one of these and
            that a list, a name or another phrase gives.
        probability: how sure the phrase is, measured on the development records.
    """

    id: str
    kind: Literal["diagnosis", "procedure"]
    pattern: str
    concepts: tuple[str, ...] = ()
    cavity: Literal["abdomen", "chest", "joint"] | None = None
    endoscopic: tuple[str, ...] = ()
    template: str | tuple[str, ...] | None = None
    spelled: dict[str, dict[str, str]] = {}
    measures: tuple[Measure, ...] = ()
    hours: bool = False
    until: str | None = None
    requires: str | None = None
    requires_record: str | None = None
    unless: str | None = None
    unless_record: str | None = None
    sections: tuple[str, ...] = ()
    assertions: tuple[Assertion, ...] = ("present",)
    yields: tuple[str, ...] = ()
    probability: float = Field(default=0.9, gt=0, le=1)


class Phrase(Wording):
    """A phrase as it is written; ``examples`` are sentences in which it is found, each a test."""

    examples: tuple[str, ...] = Field(min_length=1)


class CompiledPhrase(Wording):
    """A phrase as it is shipped.

    Attributes:
        anchors: every match holds a word of each of these sets.
        beside: and so does every record that it is found in, of each of these.
        reach: so many characters a match has at most, where that is worth knowing.
    """

    anchors: tuple[tuple[str, ...], ...] = Field(min_length=1)
    beside: tuple[tuple[str, ...], ...] = ()
    reach: int | None = None


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
    if _NEGATING.search(pattern):
        return next(found, None) is not None
    return any(_assertion(match, reading) not in but for match in found)


def _assertion(match: re.Match[str], reading: Reading) -> Assertion:
    section = reading.section_at(match.start())
    return reading.scopes.assess(*match.span(), section=section.kind if section else "body").assertion


def _allows(text: str, *, requires: str | None = None, unless: str | None = None) -> bool:
    if requires is not None and not compiled(requires).search(text):
        return False
    return unless is None or not compiled(unless).search(text)


class _Anchors:
    """Which phrases a text can hold at all, and from where on."""

    def __init__(self, phrases: Sequence[Wording]) -> None:
        words: dict[str, int] = {}

        def numbered(sets: Sequence[Sequence[str]]) -> list[frozenset[int]]:
            return [frozenset(words.setdefault(word, len(words)) for word in one) for one in sets]

        self._always = [number for number, phrase in enumerate(phrases) if not isinstance(phrase, CompiledPhrase)]
        anchored = [(number, phrase) for number, phrase in enumerate(phrases) if isinstance(phrase, CompiledPhrase)]
        inside = {number: numbered(phrase.anchors) for number, phrase in anchored}
        self._reach = {number: phrase.reach for number, phrase in anchored}
        # A word that many phrases ask for is in most records: a phrase is first asked for its rarest words.
        asked = Counter(word for sets in inside.values() for one in sets for word in one)
        self._rarest = {
            number: min(sets, key=lambda one: sum(asked[word] for word in one)) for number, sets in inside.items()
        }
        self._others = {
            number: [one for one in sets if one is not self._rarest[number]] for number, sets in inside.items()
        }
        self._needed = {number: [*self._others[number], *numbered(phrase.beside)] for number, phrase in anchored}
        self._automaton = AhoCorasick(list(words))
        self._led: dict[int, list[int]] = {}
        for number, rarest in self._rarest.items():
            for word in rarest:
                self._led.setdefault(word, []).append(number)

    def in_text(self, text: str) -> list[tuple[int, int]]:
        """Numbers of the phrases worth looking for, ascending, and where to begin."""
        places: dict[int, list[int]] = {}
        for word, start, _ in self._automaton.find_matches_as_indexes(text, overlapping=True):
            places.setdefault(word, []).append(start)
        held = frozenset(places)
        found: dict[int, int] = dict.fromkeys(self._always, 0)
        for number in {number for word in held for number in self._led.get(word, ())}:
            for words in self._needed[number]:
                if words.isdisjoint(held):
                    break
            else:
                begin = self._first(number, places)
                if begin is not None:
                    found[number] = begin
        return sorted(found.items())

    def _first(self, number: int, places: Mapping[int, Sequence[int]]) -> int | None:
        """Where the first match can begin, ``None`` where no two words of a match are near enough to one another."""
        reach = self._reach[number]
        if reach is None:
            return 0
        others = self._others[number]
        for start in sorted(start for word in self._rarest[number] for start in places.get(word, ())):
            if all(_has_near(words, places, start, reach) for words in others):
                return max(0, start - reach)
        return None


def _has_near(words: frozenset[int], places: Mapping[int, Sequence[int]], start: int, reach: int) -> bool:
    """Whether one of the words begins less than ``reach`` characters before or behind a place."""
    for word in words:
        starts = places.get(word)
        if starts is not None:
            index = bisect_right(starts, start - reach)
            if index < len(starts) and starts[index] < start + reach:
                return True
    return False


class PhraseFinder:
    """Finds the phrases of one kind of concept in a record; one object serves all threads.

    Args:
        system: the code system in which names are resolved.
        phrases: those of the system's kind.
    """

    def __init__(self, system: CodeSystem, phrases: Sequence[Wording]) -> None:
        self._system = system
        self._patterns = [_Patterns(phrase) for phrase in phrases]
        self._anchors = _Anchors(phrases)
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
        for number, start in self._anchors.in_text(text):
            patterns = self._patterns[number]
            matches = list(patterns.pattern.finditer(text, start))
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
        if phrase.kind == "procedure":
            told = _after_change(text, told, start)
        if not patterns.allows_sentence(text[sentence], body=text[told : sentence.stop]):
            return
        said = reading.scopes.assess(start, end, kind=phrase.kind, section=kind)
        if said.assertion not in phrase.assertions:
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
        denied = _UNDONE if phrase.kind == "procedure" else _ABSENT
        if denied.search(match.group()) and not denied.search(phrase.pattern):
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


def _operates(surface: str) -> bool:
    return any(head in surface for head in _operation_words())


@cache
def _operation_words() -> tuple[str, ...]:
    return tuple(load_data("mentions.yaml", MentionData).chunks.heads.procedure)


def _after_change(text: str, start: int, end: int) -> int:
    """Where a sentence begins to tell what was done instead of the plan: 原拟开腹,改行腹腔镜…."""
    changes = list(_CHANGE_OF_PLAN.finditer(text, start, end))
    return changes[-1].end() if changes else start


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


@cache
def phrases() -> tuple[Phrase, ...]:
    """All phrases as they are written, with their examples; read and validated once."""
    folder = files("coder.suggest").joinpath("data/phrases")
    texts = (entry.read_text(encoding="utf-8") for entry in sorted(folder.iterdir(), key=lambda entry: entry.name))
    adapter = TypeAdapter(tuple[Phrase, ...])
    return tuple(phrase for text in texts for phrase in adapter.validate_python(parse_yaml(text)))


def compile_phrases(path: Path) -> int:
    """Write the shipped form of all phrases; returns how many.

    Raises:
        ValueError: a pattern can match without any fixed word, so that every text would have to be searched for it.
    """
    compiled = []
    for phrase in phrases():
        sets = anchor_sets(phrase.pattern)[:_ANCHOR_SETS]
        if not sets:
            raise ValueError(f"phrase {phrase.id}: no word stands in every match; give the pattern one")
        required = [anchor_sets(pattern)[:1] for pattern in (phrase.requires, phrase.requires_record) if pattern]
        shipped = CompiledPhrase(
            **phrase.model_dump(exclude={"examples"}),
            anchors=tuple(tuple(sorted(one)) for one in sets),
            beside=tuple(dict.fromkeys(tuple(sorted(one)) for group in required for one in group)),
            reach=reach_of(phrase.pattern),
        )
        compiled.append(shipped.model_dump(exclude_defaults=True))
    lines = ",\n".join(json.dumps(one, ensure_ascii=False) for one in compiled)
    path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    return len(compiled)


@cache
def _shipped() -> tuple[CompiledPhrase, ...]:
    path = artefact_path(PHRASE_FILE)
    try:
        return TypeAdapter(tuple[CompiledPhrase, ...]).validate_json(path.read_bytes())
    except ValidationError:
        raise ArtefactError(f"{PHRASE_FILE} 已损坏或与本软件的版本不符：请重新安装") from None


def load_phrases(system: CodeSystem) -> PhraseFinder:
    """The finder for a diagnosis or procedure system.

    Raises:
        ArtefactError: the compiled phrases are missing or damaged.
    """
    return PhraseFinder(system, [phrase for phrase in _shipped() if phrase.kind == system.kind])
