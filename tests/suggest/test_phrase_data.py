"""Phrases as they are written and as they are shipped."""

from __future__ import annotations

import json
import re
from pathlib import Path

from coder.artefacts import artefact_path
from coder.suggest.anchors import anchors
from coder.suggest.phrase_data import PHRASE_FILE, compile_phrases, phrases, shipped_phrases
from coder.suggest.phrase_index import PhraseIndex
from coder.text.normalise import normalise


def test_every_phrase_holds_an_anchor_wherever_it_fires() -> None:
    for phrase in phrases():
        words = anchors(phrase.pattern)
        assert words is not None, phrase.id
        for example in phrase.examples:
            for match in re.finditer(phrase.pattern, normalise(example).text):
                assert any(word in match.group() for word in words), phrase.id


def test_every_match_of_an_example_is_found_where_the_index_looks() -> None:
    shipped = {phrase.id: phrase for phrase in shipped_phrases()}
    for phrase in phrases():
        text = "。".join(normalise(example).text for example in phrase.examples)
        one = shipped[phrase.id]
        held = normalise(" ".join(words[0] for words in one.beside)).text
        whole = [match.regs for match in re.finditer(phrase.pattern, f"{text}\n{held}")]
        indexed = PhraseIndex([one]).in_text(f"{text}\n{held}")
        found = [
            match.regs
            for _, stretches in indexed
            for start, end in stretches
            for match in re.compile(phrase.pattern).finditer(f"{text}\n{held}", start, end + one.ahead)
            if match.start() < end
        ]
        assert found == whole, phrase.id


def test_the_shipped_phrases_are_those_of_the_data(tmp_path: Path) -> None:
    compile_phrases(tmp_path / "phrases.json")
    shipped = json.loads(artefact_path(PHRASE_FILE).read_text(encoding="utf-8"))
    assert json.loads((tmp_path / "phrases.json").read_text(encoding="utf-8")) == shipped, (
        "run: python -m coder.suggest.build"
    )
