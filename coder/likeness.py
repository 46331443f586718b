"""How near the words of a record come to the names of codes, by the vectors and the ranker of the suggestion stage.

Suggestion asks what the words of a record mean. An audit asks the other way round: here is a code, does the record say
anything like it? Both are the same vectors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from coder.rules.model import Likeness
from coder.suggest.normalize import prepare
from coder.suggest.retriever import load_runtime
from coder.suggest.suggestion import Suggestion
from coder.terms import CodeSystem
from coder.text import Mention

_NAMES = 5
"""So many names of a code are compared: the official one and the first others."""

Float32 = npt.NDArray[np.float32]


def likeness_of(
    codes: Iterable[str], coded: Sequence[tuple[Mention, Suggestion]], system: CodeSystem
) -> Mapping[str, Likeness]:
    """How near the mentions of a record come to each of some codes.

    Args:
        codes: codes of ``system``; unknown ones are left out.
        coded: the mentions of the kind of the system, denied ones too, with what the model makes of them.
        system: the code system.

    Raises:
        ArtefactError: the encoder is missing or damaged.
    """
    known = [code for code in dict.fromkeys(codes) if code in system]
    if not known:
        return {}
    names = {code: _names(code, system) for code in known}
    said = [(mention, text) for mention, _ in coded if (text := prepare(mention.text))]
    own_names = (name for of_code in names.values() for name in of_code)
    every = list(dict.fromkeys((*own_names, *(text for _, text in said))))
    vectors = dict(zip(every, load_runtime(None, 1).encoder.encode(every), strict=True))
    there = [(mention, vectors[text]) for mention, text in said if mention.assertion == "present"]
    denied = [(mention, vectors[text]) for mention, text in said if mention.assertion != "present"]
    meant = _meant(suggestion for mention, suggestion in coded if mention.assertion == "present")
    found = {}
    for code in known:
        own = [vectors[name] for name in names[code]]
        (present, this), (against, that) = _nearest(there, own), _nearest(denied, own)
        found[code] = Likeness(
            present=present,
            denied=against,
            meant=meant.get(code, 0.0),
            nearest=this if present >= against else that,
        )
    return found


def _names(code: str, system: CodeSystem) -> list[str]:
    every = dict.fromkeys(map(prepare, (system.concept(code).name, *system.aliases(code))))
    return [name for name in every if name][:_NAMES]


def _nearest(
    mentions: Sequence[tuple[Mention, Float32]], names: Sequence[Float32]
) -> tuple[float, tuple[int, int] | None]:
    """The greatest cosine of any of the mentions and any of the names, and the place of that mention."""
    if not mentions or not names:
        return 0.0, None
    cosines = (np.stack([vector for _, vector in mentions]) @ np.stack(names).T).max(axis=1)
    best = int(cosines.argmax())
    return float(cosines[best]), (mentions[best][0].start, mentions[best][0].end)


def _meant(suggestions: Iterable[Suggestion]) -> dict[str, float]:
    """How likely each candidate is that any of the mentions means it."""
    found: dict[str, float] = {}
    for suggestion in suggestions:
        for one in (*suggestion.concepts, *suggestion.candidates):
            found[one.code] = max(found.get(one.code, 0.0), one.probability)
    return found
