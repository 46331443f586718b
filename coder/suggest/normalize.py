"""Term normalisation: from the words of a mention to concepts of any code system, with calibrated probabilities.

Recall (vectors, n-grams, phrases coded before) → rank → how many → probability. One encoder and one search session
serve all systems of a process.

>>> normalizer = Normalizer.load("icd10-nhsa-2.0")
>>> normalizer.normalize(["急性心肌梗死"])[0].concepts[0].name
'急性心肌梗死'
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from coder.suggest.count import choose
from coder.suggest.modeldir import FamilySettings
from coder.suggest.names import NameTable, load_names
from coder.suggest.parts import clean
from coder.suggest.rank import Ranker
from coder.suggest.retriever import Retriever, Runtime, family_of, load_runtime
from coder.suggest.suggestion import ScoredConcept, Suggestion
from coder.text.normalise import simplify

CANDIDATES = 20
_BATCH = 32
_REMEMBERED = 20_000
_LONGEST_TEXT = 512

Float32 = npt.NDArray[np.float32]
Int32 = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Normalisation:
    """What one text means in one code system.

    ``concepts`` are the chosen concepts, likeliest first (none for a text without a word); ``candidates`` the likeliest
    twenty; ``abstained`` says that even the likeliest is too unlikely to stand without a human.
    """

    text: str
    concepts: tuple[ScoredConcept, ...]
    candidates: tuple[ScoredConcept, ...]
    abstained: bool


class Normalizer:
    """Normalises texts into one code system; thread-safe."""

    def __init__(self, runtime: Runtime, table: NameTable) -> None:
        family = family_of(table.system.kind)
        self._table = table
        self._retriever = Retriever(runtime, table)
        self._settings: FamilySettings = runtime.directory.manifest.families[family]
        self._ranker = Ranker.load(
            runtime.directory, family, tokenizer=runtime.encoder.tokenizer, threads=runtime.threads
        )
        self._ranker.check(self._retriever.features)
        self._known: OrderedDict[str, Normalisation] = OrderedDict()
        self._lock = threading.Lock()

    @classmethod
    def load(cls, system: str, *, model: Path | None = None, threads: int = 1) -> Normalizer:
        """The normaliser for a code system; a second call returns the same object.

        Args:
            system: name of the code system, such as ``icd10-nhsa-2.0``.
            model: a model directory; the shipped one when not given.
            threads: threads of one inference.

        Raises:
            UnknownCodeSystemError: no such system.
            ArtefactError: a model file is missing, damaged, or of another version; the message names it.
        """
        return _load(system, model, threads)

    def normalize(self, texts: Sequence[str]) -> list[Normalisation]:
        """One answer a text, in the same order. Any text is accepted; one without a word has no concept."""
        cleaned = [prepare(text) for text in texts]
        known = self._recall_known(cleaned)
        unknown = [text for text in dict.fromkeys(cleaned) if text not in known]
        for batch in _batched(unknown, _BATCH):
            found = dict(zip(batch, self._normalize_batch(batch), strict=True))
            known.update(found)
            self._remember(found)
        return [known[text] for text in cleaned]

    def stream(self, texts: Iterable[str], *, batch: int = 256) -> Iterator[Normalisation]:
        """Answers for any number of texts, one after another, in memory that does not grow."""
        for some in _batched(texts, batch):
            yield from self.normalize(some)

    def suggest(self, texts: Sequence[str]) -> list[Suggestion]:
        """The answers as the pipeline takes them: no concept where the normaliser abstains, only candidates."""
        return [
            Suggestion(text=text, concepts=() if answer.abstained else answer.concepts, candidates=answer.candidates)
            for text, answer in zip(texts, self.normalize(texts), strict=True)
        ]

    def _normalize_batch(self, texts: Sequence[str]) -> list[Normalisation]:
        worded = [text for text in texts if text]
        if not worded:
            return [Normalisation(text, (), (), abstained=True) for text in texts]
        found = self._retriever.retrieve(worded)
        candidates = [one.candidates() for one in found]
        words = [self._retriever.words(one) for one in found]
        scores = self._ranker.probabilities(self._retriever.features, found, candidates, words)
        answers = {
            text: self._answer(text, names, one.best_unit(names), probabilities)
            for text, one, names, probabilities in zip(worded, found, candidates, scores, strict=True)
        }
        return [answers[text] if text else Normalisation(text, (), (), abstained=True) for text in texts]

    def _answer(self, text: str, names: Int32, unit: npt.NDArray[np.intp], probabilities: Float32) -> Normalisation:
        order = np.argsort(-probabilities, kind="stable")[:CANDIDATES]
        scored = {
            place: ScoredConcept(
                self._table.code(int(names[place])),
                self._table.original(int(names[place])),
                round(float(probabilities[place]), 4),
            )
            for place in order.tolist()
        }
        settings = self._settings
        likely = choose(probabilities, unit, threshold=settings.threshold, apart=settings.least_apart)
        chosen = [place for place in likely if place in scored]
        return Normalisation(
            text,
            concepts=tuple(scored[place] for place in chosen),
            candidates=tuple(scored.values()),
            abstained=not chosen or float(probabilities[chosen[0]]) < self._settings.abstain,
        )

    def _recall_known(self, texts: Sequence[str]) -> dict[str, Normalisation]:
        with self._lock:
            known = {text: self._known[text] for text in texts if text in self._known}
            for text in known:
                self._known.move_to_end(text)
        return known

    def _remember(self, found: dict[str, Normalisation]) -> None:
        with self._lock:
            self._known.update(found)
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)


def prepare(text: str) -> str:
    """The form of a text that is looked up: cleaned, in simplified characters, cut where no phrase is longer.

    >>> prepare("\\x00急性闌尾炎😀 ")
    '急性阑尾炎'
    """
    kept = "".join(
        character for character in clean(text) if character <= "\uffff" and not "\ud800" <= character <= "\udfff"
    )
    return simplify(kept[:_LONGEST_TEXT]).strip()


@cache
def _load(system: str, model: Path | None, threads: int) -> Normalizer:
    return Normalizer(load_runtime(model, threads), load_names(system))


def _batched(texts: Iterable[str], size: int) -> Iterator[list[str]]:
    rest = iter(texts)
    while some := list(islice(rest, size)):
        yield some
