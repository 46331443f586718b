"""Looking a text up as it is: the concept that has exactly its name or alias, and no other.

In running text beside a list nothing else is asked for: a name that is only near says nothing that would be coded.
"""

from __future__ import annotations

from collections.abc import Sequence

from coder.suggest.lexical import LexicalRecall
from coder.suggest.parts import clean
from coder.suggest.suggestion import ScoredConcept, Suggestion


class ExactSuggester:
    """Suggests concepts of one code system by their exact names; one object serves all threads.

    >>> suggester = ExactSuggester.load("icd10-nhsa-2.0")
    >>> [[one.code for one in found.concepts] for found in suggester.suggest(["急性心肌梗死", "急性心肌梗死样"])]
    [['I21.900'], []]
    """

    def __init__(self, recall: LexicalRecall) -> None:
        self._recall = recall

    @classmethod
    def load(cls, system: str) -> ExactSuggester:
        """The suggester of a code system.

        Raises:
            UnknownCodeSystemError: no such system.
            ArtefactError: the lexical index of the system is missing or damaged.
        """
        return cls(LexicalRecall.load(system))

    def suggest(self, texts: Sequence[str]) -> list[Suggestion]:
        """One suggestion a text, without concepts where no name is the text."""
        return [self._suggest(text) for text in texts]

    def _suggest(self, text: str) -> Suggestion:
        exact = self._recall.exact(clean(text))
        named = () if exact is None else (ScoredConcept(exact.code, exact.name, exact.score, exact=True),)
        return Suggestion(text=text, concepts=named, candidates=named)
