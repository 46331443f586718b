"""A second opinion on procedures that no cue speaks against: was it done, by the words around its name?

Cues are words that somebody thought of; doctors put off, refuse and weigh operations in many more. A linear model over
the characters of the sentence (n-grams of one to four, near the name and far from it) was fitted on marked sentences
and on records with known codes (``python -m eval.second_opinion``). It is asked only where the rules of
:mod:`coder.text.assertion` take a procedure of running text for done, and it can only take that back.

>>> opinion = SecondOpinion.load()
>>> text = "患者顾虑手术风险,冠脉搭桥一事出院后再作商量。已行冠脉造影。"
>>> bypass, angiography = text.index("冠脉搭桥"), text.index("冠脉造影")
>>> opinion.doubts(text, bypass, bypass + 4, section="hospital_course")
True
>>> opinion.doubts(text, angiography, angiography + 4, section="hospital_course")
False
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from math import exp
from pathlib import Path

import numpy as np

from coder.artefacts import artefact_path
from coder.columnar import read_columns, write_columns

_FAR, _NEAR, _BESIDE = 30, 12, 4
_LENGTHS = (1, 2, 3, 4)
_OF_NAME = (2, 3)
_ENDS = "。;\n"
_FILE = "text/second-opinion.zip"


class SecondOpinion:
    """The weights of the model; immutable.

    Args:
        weights: by feature, what it adds to the log odds that the procedure was done.
        bias: the log odds before any feature speaks.
        threshold: the procedure is doubted when it was done with a lower probability than this.
    """

    def __init__(self, weights: Mapping[str, float], *, bias: float, threshold: float) -> None:
        self._weights = weights
        self._bias = bias
        self._threshold = threshold

    @classmethod
    def load(cls) -> SecondOpinion:
        """The shipped model; a second call in the process returns the same object.

        Raises:
            ArtefactError: the model is missing or damaged.
        """
        return _load()

    @classmethod
    def read(cls, path: Path) -> SecondOpinion:
        """The model that :meth:`write` has written to ``path``.

        Raises:
            ArtefactError: the file is missing or damaged.
        """
        table = read_columns(path)
        weights = dict(zip(table.strings("feature"), table.array("weight").astype(np.float64).tolist(), strict=True))
        return cls(weights, bias=table.header["bias"], threshold=table.header["threshold"])

    def write(self, path: Path) -> None:
        """Write the model: features in order, weights as half floats."""
        features = sorted(self._weights)
        write_columns(
            path,
            header={"name": "second-opinion", "bias": self._bias, "threshold": self._threshold},
            columns={"feature": features},
            arrays={"weight": np.array([self._weights[one] for one in features], np.float16)},
        )

    def probability(self, text: str, start: int, end: int, *, section: str) -> float:
        """How likely it is that the procedure ``text[start:end]`` was done, 0 to 1."""
        weights = self._weights
        total = self._bias + sum(weights.get(one, 0.0) for one in features(text, start, end, section=section))
        return 1 / (1 + exp(-total))

    def doubts(self, text: str, start: int, end: int, *, section: str) -> bool:
        """Whether the words around the procedure ``text[start:end]`` speak against its having been done."""
        return self.probability(text, start, end, section=section) < self._threshold


def features(text: str, start: int, end: int, *, section: str) -> set[str]:
    """What the model sees of a span of a normalised text: marked n-grams of its sentence, and the kind of section.

    >>> sorted(features("拟行造影", 2, 4, section="body"))[:6]
    ['$', '<造', '<造影', '>section body', '^拟行', 'a拟']
    """
    first = max(start - _FAR, *(text.rfind(mark, 0, start) + 1 for mark in _ENDS), 0)
    last = min([end + _FAR, len(text), *(place for mark in _ENDS if (place := text.find(mark, end, end + _FAR)) >= 0)])
    left, right = text[first:start], text[end:last]
    found = {"^" + left[-2:], "$" + right[:2], ">section " + section}
    found.update(_grams("a", left[-_BESIDE:], _LENGTHS))
    found.update(_grams("d", right[:_BESIDE], _LENGTHS))
    found.update(_grams("x", f"{left}#{right}", _LENGTHS))
    found.update(_grams("y", f"{left[-_NEAR:]}#{right[:_NEAR]}", _LENGTHS))
    found.update(_grams("", f"<{text[start:end]}>", _OF_NAME))
    return found


def _grams(tag: str, text: str, lengths: tuple[int, ...]) -> Iterator[str]:
    return (tag + text[place : place + length] for length in lengths for place in range(len(text) - length + 1))


@cache
def _load() -> SecondOpinion:
    return SecondOpinion.read(artefact_path(_FILE))
