"""Fitting of the second opinion on conditions and procedures: ``python -m eval.second_opinion [--out FILE]``.

Learns from marked sentences (all files of ``eval/data/assertion`` but the held-out ones), from the examples of
phrases, from told operations (``told-procedures.tsv``) and from the records and pieces of dev: what the running text
names, whose code is gold and that no cue speaks against, is there or was done; what the gold denies, or what is no gold
and a cue speaks against, is not. What is held out is never read.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

from coder.artefacts import artefact_root
from coder.proposals import shared_suggester
from coder.record import Record
from coder.suggest.phrase_data import phrases
from coder.suggest.phrases import PhraseFinder, load_phrases
from coder.terms import load_system
from coder.text import Reading, read
from coder.text.assertion import Scopes
from coder.text.second_opinion import KINDS, Judge, Kind, SecondOpinion
from coder.train.second_opinion import Example, fit
from eval.pieces import PARTS, pieces
from eval.records import DIAGNOSES, PROCEDURES, GoldRecord, load_records
from eval.sentences import ACTIVE, SENTENCES, judge, sentences

THRESHOLDS: Mapping[Kind, float] = {"diagnosis": 0.8, "procedure": 0.8}
"""Chosen on 104 records and 377 pieces that the models had not seen: what was done or is there is told more than once,
so that up to these a wrong code less costs no right one, though of marked sentences, which tell a thing once, some more
are lost."""
_SYSTEMS: Mapping[Kind, str] = {"diagnosis": DIAGNOSES, "procedure": PROCEDURES}
HEADINGS = {
    "treatment_course": "诊疗经过",
    "operation_note": "手术经过",
    "operation_name": "手术名称",
    "discharge_diagnosis": "出院诊断",
    "chief_complaint": "主诉",
    "present_illness": "现病史",
    "laboratory": "辅助检查",
    "past_history": "既往史",
    "physical_examination": "体格检查",
    "pathology": "术后病理",
}
"""A heading for the kinds of section that phrases are looked for in."""
COURSES = (
    "于2024年5月6日{}",
    "经讨论后于2023年11月12日{}",
    "择期{}",
    "{}",
    "5.16{}",
    "保守治疗无效，于次日{}",
    "患者及家属签字同意，于10-21{}",
    "无手术禁忌，在全身麻醉下{}",
)
"""Ways in which a course comes to what was done."""
_OF_SENTENCES = 3.0
"""A marked sentence counts as much as so many names of records, of which there are more and easier ones."""


def of_sentences(kind: Kind) -> Iterator[Example]:
    """The marks of sentences that may be learned from."""
    for path in sorted(SENTENCES.glob("*.txt")):
        if path.stem.startswith("held-out"):
            continue
        for one in judge(list(sentences(path))):
            if one.mark.kind == kind:
                there = one.mark.assertion in ACTIVE
                yield Example(one.normal, one.start, one.end, one.sentence.section, there, _OF_SENTENCES)


def of_phrases(kind: Kind) -> Iterator[Example]:
    """What the examples of phrases tell; a phrase that also counts what is old or planned says nothing of its kind."""
    for phrase in phrases():
        if phrase.kind != kind or not ACTIVE.issuperset(phrase.assertions):
            continue
        finder = PhraseFinder(load_system(_SYSTEMS[kind]), [phrase])
        section = (phrase.sections or ("treatment_course",))[0]
        for text in phrase.examples:
            reading = read(Record(text=f"{HEADINGS.get(section, HEADINGS['treatment_course'])}：{text}"))
            for match in finder.find(replace(reading, scopes=Scopes([], {}))):
                start, end, place = match.mention.start, match.mention.end, match.mention.section
                if reading.scopes.cued(start, end, kind=kind, section=place).assertion in ACTIVE:
                    yield Example(reading.normalised.text, start, end, place, True)


def told_procedures() -> Iterator[tuple[str, str, str]]:
    """Operations as courses tell them: a diagnosis, the words, the beginnings of the codes that they stand for."""
    for line in (SENTENCES / "told-procedures.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            diagnosis, words, expected = line.split("\t")
            yield diagnosis, words, expected


def told_record(diagnosis: str, words: str, *, course: str = COURSES[0]) -> Record:
    """A short record of such words; those that begin with ``@`` are a record but for its diagnosis."""
    if words.startswith("@"):
        text = words[1:].replace("\\n", "\n")
        return Record(text=f"{text}\n出院诊断：{diagnosis}\n")
    told = f"诊疗经过：入院后完善相关检查，{course.format(words)}。治疗后好转出院。"
    return Record(text=f"出院记录\n入院诊断：{diagnosis}\n{told}\n出院诊断：{diagnosis}\n")


def of_told() -> Iterator[Example]:
    """What those courses tell was done, each in another of the ways to begin."""
    for number, (diagnosis, words, expected) in enumerate(told_procedures()):
        reading = read(told_record(diagnosis, words, course=COURSES[number % len(COURSES)]))
        right = tuple(code for one in expected.split() for code in one.split("/"))
        for (start, end), codes in sorted(_named(reading, "procedure").items()):
            section = reading.section_at(start)
            place = section.kind if section else "body"
            present = reading.scopes.cued(start, end, kind="procedure", section=place).assertion == "present"
            if present and any(code.startswith(right) for code in codes):
                yield Example(reading.normalised.text, start, end, place, True)


def known_records() -> Iterator[GoldRecord]:
    """The records and the pieces that may be learned from."""
    yield from load_records("dev")
    for part in PARTS:
        if part.endswith("dev"):
            yield from (piece.gold for piece in pieces(part))


def of_record(gold: GoldRecord, kind: Kind) -> Iterator[Example]:
    """What the running text of a record names, where the gold says whether it is there."""
    reading = read(gold.record)
    text = reading.normalised.text
    items = gold.gold.diagnoses if kind == "diagnosis" else gold.gold.procedures
    right = {code for item in items for code in item.codes}
    wrong = {code for item in gold.gold.denied for code in item.codes} - right
    for (start, end), codes in sorted(_named(reading, kind).items()):
        section = reading.section_at(start)
        place = section.kind if section else "body"
        active = reading.scopes.cued(start, end, kind=kind, section=place).assertion in ACTIVE
        if codes & right:
            if active:
                yield Example(text, start, end, place, True)
        elif not active or codes & wrong:
            yield Example(text, start, end, place, False)


def _named(reading: Reading, kind: Kind) -> dict[tuple[int, int], set[str]]:
    """The spans of running text that name something, whatever is said of it, with the codes they may stand for."""
    named: dict[tuple[int, int], set[str]] = {}
    mentions = [one for one in reading.mentions if one.kind == kind and one.origin == "narrative"]
    suggestions = shared_suggester(_SYSTEMS[kind]).suggest([one.text for one in mentions])
    for mention, suggestion in zip(mentions, suggestions, strict=True):
        named.setdefault((mention.start, mention.end), set()).update(one.code for one in suggestion.concepts)
    silent = replace(reading, scopes=Scopes([], {}))
    for match in load_phrases(load_system(_SYSTEMS[kind])).find(silent):
        if match.suggestion is not None:
            codes = named.setdefault((match.mention.start, match.mention.end), set())
            codes.update(one.code for one in match.suggestion.concepts)
    return {span: codes for span, codes in named.items() if codes}


def fitted(kind: Kind) -> Judge:
    """The model of one kind; prints what it was fitted on."""
    marked = list(of_sentences(kind))
    named = [example for gold in known_records() for example in of_record(gold, kind)]
    told = [*of_phrases(kind), *(of_told() if kind == "procedure" else ())]
    examples = [*marked, *told, *named]
    print(
        f"{kind}: {len(marked)} marks, {len(told)} told, {len(named)} names of records and pieces; of all, "
        f"{sum(not one.there for one in examples)} are not there or were not done",
        flush=True,
    )
    return fit(examples, threshold=THRESHOLDS[kind])


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit the models and write them."""
    parser = argparse.ArgumentParser(prog="python -m eval.second_opinion", description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=artefact_root() / "text" / "second-opinion.zip")
    options = parser.parse_args(arguments)
    with ProcessPoolExecutor() as pool:
        judges = dict(zip(KINDS, pool.map(fitted, KINDS), strict=True))
    SecondOpinion.of(judges).write(options.out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
