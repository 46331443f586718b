"""A second opinion where no cue speaks: was it done, is it there, by the words around its name?

Cues are words that somebody thought of; doctors deny conditions and put off operations in many more. A linear model
over the characters of the sentence (n-grams of one to four: far from the name, near it, beside it, around it, before
and behind it within its clause, in the clauses next to that) was fitted on marked sentences and on records with known
codes (``python -m eval.second_opinion``). It is asked only where the rules of :mod:`coder.text.assertion` take
something for done or present, and it can only take that back.

>>> text = "患者顾虑手术风险,冠脉搭桥一事出院后再作商量。已行冠脉造影。"
>>> opinion = SecondOpinion.load().on(text)
>>> bypass, angiography = text.index("冠脉搭桥"), text.index("冠脉造影")
>>> [opinion.doubts(at, at + 4, kind="procedure", section="hospital_course") for at in (bypass, angiography)]
[True, False]
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from math import exp
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from coder.artefacts import artefact_path
from coder.columnar import read_columns, write_columns
from coder.text.sentences import sentence_at

Kind = Literal["diagnosis", "procedure"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_FAR, _NEAR, _BESIDE, _AROUND = 20, 12, 4, 3
_LENGTHS = (1, 2, 3, 4)
_OF_NAME = (2, 3)
_DIGITS = str.maketrans("123456789", "0" * 9)
"""Which year or day it was says nothing: the models see only that there is a number, and how long it is."""
_FILE = "text/second-opinion.zip"
_SPREAD = "xylrpq"
"""The tags of n-grams that are looked for in a whole stretch of text."""
_COLUMNS: Mapping[tuple[Kind, str], int] = {
    (kind, tag): len(_SPREAD) * place + _SPREAD.index(tag) for place, kind in enumerate(KINDS) for tag in _SPREAD
}
_CLAUSE_END = re.compile("[,;:。\n]")


@dataclass(frozen=True, slots=True)
class Judge:
    """The model of one kind, as it is fitted.

    Attributes:
        weights: by feature (:func:`features`), what one occurrence adds to the log odds.
        bias: the log odds before any feature speaks.
        threshold: what is there or done with a lower probability than this is doubted.
    """

    weights: Mapping[str, float]
    bias: float
    threshold: float


@dataclass(frozen=True, slots=True)
class _Table:
    """The n-grams of one length that are looked for in stretches: their keys in order, and what they weigh.

    ``weights`` has a column for each kind and stretch (:data:`_COLUMNS`), and a last row of nothing; so has ``keys`` a
    last one above all others.
    """

    keys: npt.NDArray[np.uint64]
    weights: npt.NDArray[np.float64]

    @classmethod
    def of(cls, grams: Sequence[str], length: int, judges: Mapping[Kind, Judge]) -> _Table:
        keys = _keys("".join(grams), length)[::length]
        order = np.argsort(keys)
        weights = np.zeros((len(grams) + 1, len(_COLUMNS)))
        for (kind, tag), column in _COLUMNS.items():
            of_kind = judges[kind].weights
            weights[:-1, column] = [of_kind.get(tag + grams[place], 0.0) for place in order]
        return cls(np.append(keys[order], np.uint64(2**64 - 1)), weights)


class SecondOpinion:
    """The models of both kinds; immutable."""

    def __init__(
        self,
        tables: Sequence[_Table],
        others: Mapping[str, Sequence[float]],
        *,
        bias: Sequence[float],
        limits: Sequence[float],
    ) -> None:
        self.tables = tuple(tables)
        self.others = others
        self.bias = tuple(bias)
        self.limits = tuple(limits)

    @classmethod
    def of(cls, judges: Mapping[Kind, Judge]) -> SecondOpinion:
        """The models of both kinds, as they were fitted."""
        names = dict.fromkeys(name for judge in judges.values() for name in judge.weights)
        grams = sorted({name[1:] for name in names if name[0] in _SPREAD})
        return cls(
            [_Table.of([one for one in grams if len(one) == length], length, judges) for length in _LENGTHS],
            {
                name: [judges[kind].weights.get(name, 0.0) for kind in KINDS]
                for name in sorted(names)
                if name[0] not in _SPREAD
            },
            bias=[judges[kind].bias for kind in KINDS],
            limits=[judges[kind].threshold for kind in KINDS],
        )

    @classmethod
    def load(cls) -> SecondOpinion:
        """The shipped models; a second call in the process returns the same object.

        Raises:
            ArtefactError: the model is missing or damaged.
        """
        return _load()

    @classmethod
    def read(cls, path: Path) -> SecondOpinion:
        """The models that :meth:`write` has written to ``path``.

        Raises:
            ArtefactError: the file is missing or damaged.
        """
        table = read_columns(path)
        tables = [
            _Table(table.array(f"keys{length}"), table.array(f"weights{length}").astype(np.float64))
            for length in _LENGTHS
        ]
        others = dict(zip(table.strings("feature"), table.array("weight").astype(np.float64).tolist(), strict=True))
        return cls(tables, others, bias=table.header["bias"], limits=table.header["limits"])

    def write(self, path: Path) -> None:
        """Write the models, weights as half floats.

        An n-gram of a table is its key: sixteen bits for each character.
        """
        arrays: dict[str, npt.NDArray[Any]] = {"weight": np.array(list(self.others.values()), np.float16)}
        for length, table in zip(_LENGTHS, self.tables, strict=True):
            arrays |= {f"keys{length}": table.keys, f"weights{length}": table.weights.astype(np.float16)}
        header = {"name": "second-opinion", "bias": self.bias, "limits": self.limits}
        write_columns(path, header=header, columns={"feature": list(self.others)}, arrays=arrays)

    def on(self, text: str) -> Opinions:
        """What it says about spans of one normalised text."""
        return Opinions(self, text)

    def spread_over(self, text: str) -> list[npt.NDArray[np.float64]]:
        """For each length of n-gram, what the n-grams of a text weigh in each stretch, summed up from its beginning.

        Shape of each: one row more than there are n-grams, a column for each kind and stretch.
        """
        sums = []
        for length, table in zip(_LENGTHS, self.tables, strict=True):
            found = _keys(text, length)
            places = np.searchsorted(table.keys, found)
            places[table.keys[places] != found] = len(table.keys) - 1
            weights = table.weights[places]
            sums.append(np.vstack([np.zeros((1, weights.shape[1])), np.cumsum(weights, axis=0)]))
        return sums


class Opinions:
    """What a second opinion says about spans of one text; what is asked twice is worked out once."""

    def __init__(self, opinion: SecondOpinion, text: str) -> None:
        self._opinion = opinion
        self._text = text.translate(_DIGITS)
        self.probability = lru_cache(maxsize=None)(self._probability)

    @cached_property
    def _sums(self) -> list[tuple[int, Callable[[int, int], float]]]:
        """By length of n-gram what looks a sum up: single numbers leave an array soonest by its method ``item``."""
        spread = self._opinion.spread_over(self._text)
        return [(length, sums.item) for length, sums in zip(_LENGTHS, spread, strict=True)]

    def doubts(self, start: int, end: int, *, kind: Kind, section: str) -> bool:
        """Whether the words around ``text[start:end]`` speak against its being there, or having been done."""
        return self.probability(start, end, kind, section) < self._opinion.limits[KINDS.index(kind)]

    def _probability(self, start: int, end: int, kind: Kind, section: str) -> float:
        """How likely it is that ``text[start:end]`` is there, or was done: 0 to 1."""
        text, of_kind = self._text, KINDS.index(kind)
        total = self._opinion.bias[of_kind]
        by_tag = _windows(text, start, end)
        sums = self._sums
        for tag, windows in by_tag.items():
            column = _COLUMNS[kind, tag]
            for first, last in windows:
                for length, sum_at in sums:
                    if last - first >= length:
                        total += sum_at(last - length + 1, column) - sum_at(first, column)
        weights_of = self._opinion.others.get
        for one in _others(text, by_tag["x"], section):
            weights = weights_of(one)
            if weights is not None:
                total += weights[of_kind]
        return 1 / (1 + exp(-total))


def features(text: str, start: int, end: int, *, section: str) -> Counter[str]:
    """What the models see of a span of a normalised text, and how often.

    Marked n-grams of its sentence (``x`` up to twenty characters away, ``y`` up to twelve, ``l`` before it and ``r``
    behind it in its clause, ``p`` in the clause before, ``q`` in the next, ``a`` just before, ``d`` just after, ``#``
    around), n-grams of the name itself (``n``), and the kind of section.

    >>> seen = features("拟行造影", 2, 4, section="body")
    >>> seen["x拟行"], seen["a行"], seen["d行"]
    (1, 1, 0)
    """
    text = text.translate(_DIGITS)
    by_tag = _windows(text, start, end)
    found = Counter(_others(text, by_tag["x"], section))
    for tag, windows in by_tag.items():
        for first, last in windows:
            found.update(_grams(tag, text[first:last], _LENGTHS))
    return found


def _windows(text: str, start: int, end: int) -> dict[str, tuple[tuple[int, int], ...]]:
    """The stretches of the sentence before and after a span: far, near, of its clause and of those next to it."""
    sentence = sentence_at(text, start, end)
    found: dict[str, tuple[tuple[int, int], ...]] = {
        tag: ((max(sentence.start, start - reach), start), (end, min(sentence.stop, end + reach)))
        for tag, reach in (("x", _FAR), ("y", _NEAR))
    }
    before = [sentence.start, *(match.end() for match in _CLAUSE_END.finditer(text, sentence.start, start))]
    after = [*(match.start() for match in _CLAUSE_END.finditer(text, end, sentence.stop)), sentence.stop]
    found["l"], found["r"] = ((before[-1], start),), ((end, after[0]),)
    found["p"] = ((before[-2], before[-1] - 1),) if len(before) > 1 else ()
    found["q"] = ((after[0] + 1, after[1]),) if len(after) > 1 else ()
    return found


def _others(text: str, far: tuple[tuple[int, int], ...], section: str) -> list[str]:
    (first, start), (end, last) = far
    left, right = text[first:start], text[end:last]
    befores = ["", *(left[-reach:] for reach in range(1, _AROUND + 1))]
    afters = [right[:reach] for reach in range(_AROUND + 1)]
    around = [f"#{before}#{after}" for before in befores for after in afters]
    return [
        f">{section}",
        *_grams("a", left[-_BESIDE:], _LENGTHS),
        *_grams("d", right[:_BESIDE], _LENGTHS),
        *_grams("n", f"<{text[start:end]}>", _OF_NAME),
        *around[1:],  # the first of them is of nothing
    ]


def _keys(text: str, length: int) -> npt.NDArray[np.uint64]:
    """A number for each n-gram of a text, in order of place; other n-grams of the length have other numbers."""
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32).astype(np.uint64)
    count = max(len(codes) - length + 1, 0)
    keys = np.zeros(count, np.uint64)
    for place in range(length):
        # The characters in use are below 2**16 but for rare ones, so four of them fit without loss.
        keys = (keys << np.uint64(16)) ^ codes[place : place + count]
    return keys


def _grams(tag: str, text: str, lengths: tuple[int, ...]) -> list[str]:
    return [tag + text[place : place + length] for length in lengths for place in range(len(text) - length + 1)]


@cache
def _load() -> SecondOpinion:
    return SecondOpinion.read(artefact_path(_FILE))
