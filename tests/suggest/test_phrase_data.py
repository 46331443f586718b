"""Phrases as they are written and as they are shipped."""

from __future__ import annotations

import json
import re
from pathlib import Path

from coder.artefacts import artefact_path
from coder.suggest.anchors import anchors
from coder.suggest.phrase_data import PHRASE_FILE, compile_phrases, phrases
from coder.text.normalise import normalise


def test_every_phrase_holds_an_anchor_wherever_it_fires() -> None:
    for phrase in phrases():
        words = anchors(phrase.pattern)
        assert words is not None, phrase.id
        for example in phrase.examples:
            for match in re.finditer(phrase.pattern, normalise(example).text):
                assert any(word in match.group() for word in words), phrase.id


def test_the_shipped_phrases_are_those_of_the_data(tmp_path: Path) -> None:
    compile_phrases(tmp_path / "phrases.json")
    shipped = json.loads(artefact_path(PHRASE_FILE).read_text(encoding="utf-8"))
    assert json.loads((tmp_path / "phrases.json").read_text(encoding="utf-8")) == shipped, (
        "run: python -m coder.suggest.build"
    )
