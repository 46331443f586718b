"""Prune a multilingual unigram vocabulary to the pieces that Chinese clinical text can use."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import numpy as np
from tokenizers import Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram

from coder.train.base import BaseModel

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
_UNK = SPECIAL.index("<unk>")
_SPACE = "▁"
_HAN = "CJK UNIFIED"
_LETTERS = ("LATIN SMALL LETTER ", "GREEK SMALL LETTER ")
_LONGEST_LATIN = 3
_LONGEST_SYMBOL = 2


def is_wanted(piece: str) -> bool:
    """Whether the piece is Chinese of any length, or a short piece of Latin or Greek letters, digits and symbols.

    Words of other languages are not worth their vectors: an English name still reaches the model in short pieces.

    >>> is_wanted("▁恶性"), is_wanted("iv"), is_wanted("+"), is_wanted("привет"), is_wanted("carcinoma")
    (True, True, True, False, False)
    """
    characters = piece.replace(_SPACE, "")
    names = [unicodedata.name(character, "") for character in characters]
    if any(name.startswith(_HAN) for name in names):
        return True
    if all(name.startswith(_LETTERS) and " WITH " not in name for name in names):
        return len(characters) <= _LONGEST_LATIN
    return len(characters) <= _LONGEST_SYMBOL and all(
        unicodedata.category(character)[0] in "NPS" for character in characters
    )


def _is_reachable(piece: str) -> bool:
    """Text reaches the model normalised (NFKC, lower case), so a piece that normalising would change is never used."""
    return unicodedata.normalize("NFKC", piece).lower() == piece


def prune(base: BaseModel) -> BaseModel:
    """Keep the special pieces and the wanted, reachable pieces, with their vectors, in their old order."""
    keep = list(range(len(SPECIAL)))
    keep += [
        row
        for row in range(len(SPECIAL), len(base.pieces))
        if is_wanted(base.pieces[row]) and _is_reachable(base.pieces[row])
    ]
    rows = np.array(keep)
    return replace(
        base,
        config=replace(base.config, vocabulary=len(keep)),
        tensors={**base.tensors, "emb.word": base.tensors["emb.word"][rows]},
        pieces=[base.pieces[row] for row in keep],
        scores=base.scores[rows],
    )


def build_tokenizer(base: BaseModel) -> Tokenizer:
    """A ``tokenizers`` unigram tokenizer over the pieces, with NFKC, lower case and the ``<s> … </s>`` template."""
    tokenizer = Tokenizer(Unigram(list(zip(base.pieces, base.scores.tolist(), strict=True)), unk_id=_UNK))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement=_SPACE, prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", SPECIAL.index("<s>")), ("</s>", SPECIAL.index("</s>"))]
    )
    return tokenizer
