"""The one call behind ``coder text build``."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from coder.columnar import read_columns
from coder.errors import InputError
from coder.text.assertion import cue_texts, openers
from coder.text.build.chunks import build_chunks
from coder.text.build.dictionary import DictionaryReport, build_dictionary
from coder.text.build.lexicon import (
    DIAGNOSIS_SYSTEMS,
    PROCEDURE_SYSTEMS,
    LexiconReport,
    build_lexicon,
    official_names,
)
from coder.text.build.traditional import build_traditional
from coder.text.datafile import DataModel, load_data
from coder.text.mention_data import MentionData
from coder.text.normalise import normalise_term
from coder.text.segment import Segmenter


@dataclass(frozen=True, slots=True)
class TextReport:
    """What was written."""

    traditional_characters: int
    dictionary: DictionaryReport
    lexicon: LexiconReport
    chunk_words: int


def build_text(folder: Path, *, medical_words: Path | None = None) -> TextReport:
    """Compile what ``models/text`` holds (characters, words, lexicon, chunks) from the shipped code systems.

    ``medical_words`` is an optional table with a column ``word``. It only selects: a word of it is used when it occurs
    inside an official name.

    Raises:
        InputError: the table of medical words cannot be read or has no column ``word``.
    """
    selected = () if medical_words is None else _read_words(medical_words)
    traditional = build_traditional(folder / "traditional.zip")
    names = official_names((*DIAGNOSIS_SYSTEMS, *PROCEDURE_SYSTEMS))
    dictionary = build_dictionary(
        folder / "words.zip",
        names=names,
        words=_own_words(),
        openers=openers(),
        medical_words=selected,
    )
    segmenter = Segmenter(read_columns(folder / "words.zip"))
    return TextReport(
        traditional_characters=traditional,
        dictionary=dictionary,
        lexicon=build_lexicon(folder / "lexicon.zip"),
        chunk_words=build_chunks(
            folder / "chunks.zip",
            names=names,
            own_words=load_data("words.yaml", WordData).words,
            segmenter=segmenter,
        ),
    )


class WordData(DataModel):
    """The schema of ``data/words.yaml``."""

    words: tuple[str, ...]


def _own_words() -> set[str]:
    """Words that must be in the dictionary whatever the names say."""
    breaks = load_data("mentions.yaml", MentionData).chunks.breaks
    return {*load_data("words.yaml", WordData).words, *cue_texts(), *breaks}


def _read_words(path: Path) -> tuple[str, ...]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            return tuple(normalise_term(row["word"]) for row in rows)
    except (OSError, UnicodeDecodeError, KeyError) as error:
        raise InputError(
            f"无法读取医学词表 {path.name}（{type(error).__name__}）：需要 UTF-8 的 TSV，且含 word 列"
        ) from error
