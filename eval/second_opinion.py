"""Fitting of the second opinion on procedures: ``python -m eval.second_opinion [--out FILE]``.

Learns from marked sentences (all files of ``eval/data/assertion`` but the held-out ones) and from the dev records: a
procedure of running text whose code is gold and that no cue speaks against was done; one whose code the gold denies, or
that is no gold and a cue speaks against, was not. Held-out records and sentences are never read.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from coder.artefacts import artefact_root
from coder.proposals import shared_suggester
from coder.suggest.phrases import load_phrases
from coder.terms import load_system
from coder.text import Reading, read
from coder.text.assertion import Scopes
from coder.train.second_opinion import Example, fit
from eval.records import PROCEDURES, GoldRecord, load_records
from eval.sentences import SENTENCES, judge, sentences

THRESHOLD = 0.4
_OF_SENTENCES = 3.0
"""A marked sentence counts as much as so many procedures of records, of which there are more and easier ones."""


def of_sentences() -> Iterator[Example]:
    """The marked procedures of sentences that may be learned from."""
    for path in sorted(SENTENCES.glob("*.txt")):
        if path.stem.startswith("held-out"):
            continue
        for one in judge(list(sentences(path))):
            if one.mark.kind == "procedure":
                done = one.mark.assertion in ("present", "possible")
                yield Example(one.normal, one.start, one.end, one.sentence.section, done, _OF_SENTENCES)


def of_record(gold: GoldRecord) -> Iterator[Example]:
    """The procedures that the running text of a record names, where the gold says whether they were done."""
    reading = read(gold.record)
    text = reading.normalised.text
    right = {code for item in gold.gold.procedures for code in item.codes}
    wrong = {code for item in gold.gold.denied for code in item.codes} - right
    for (start, end), codes in sorted(_named(reading).items()):
        section = reading.section_at(start)
        kind = section.kind if section else "body"
        undone = reading.scopes.cued(start, end, kind="procedure", section=kind).assertion != "present"
        if codes & right:
            if not undone:
                yield Example(text, start, end, kind, True)
        elif undone or codes & wrong:
            yield Example(text, start, end, kind, False)


def _named(reading: Reading) -> dict[tuple[int, int], set[str]]:
    """The spans of running text that name a procedure, whatever is said of it, with the codes they may stand for."""
    named: dict[tuple[int, int], set[str]] = {}
    mentions = [one for one in reading.mentions if one.kind == "procedure" and one.origin == "narrative"]
    suggestions = shared_suggester(PROCEDURES).suggest([one.text for one in mentions])
    for mention, suggestion in zip(mentions, suggestions, strict=True):
        named.setdefault((mention.start, mention.end), set()).update(one.code for one in suggestion.concepts)
    silent = replace(reading, scopes=Scopes([], {}))
    for match in load_phrases(load_system(PROCEDURES)).find(silent):
        if match.suggestion is not None:
            codes = named.setdefault((match.mention.start, match.mention.end), set())
            codes.update(one.code for one in match.suggestion.concepts)
    return {span: codes for span, codes in named.items() if codes}


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit the model and write it."""
    parser = argparse.ArgumentParser(prog="python -m eval.second_opinion", description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=artefact_root() / "text" / "second-opinion.zip")
    options = parser.parse_args(arguments)
    marked = list(of_sentences())
    named = [example for gold in load_records("dev") for example in of_record(gold)]
    fit([*marked, *named], threshold=THRESHOLD).write(options.out)
    undone = sum(not one.done for one in (*marked, *named))
    print(f"{len(marked)} marks, {len(named)} procedures of records, {undone} of them undone: {options.out.name}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
