"""Suggesting: from the words of a mention to ranked concepts of one code system."""

from coder.suggest.combined import CombinedSuggester
from coder.suggest.conventions import ConventionSuggester
from coder.suggest.lexical_suggester import LexicalSuggester
from coder.suggest.phrases import PhraseFinder, load_phrases
from coder.suggest.recall import Candidate, Recall
from coder.suggest.suggestion import ScoredConcept, Suggester, Suggestion
from coder.suggest.wordings import wordings_of

__all__ = [
    "Candidate",
    "CombinedSuggester",
    "ConventionSuggester",
    "LexicalSuggester",
    "PhraseFinder",
    "Recall",
    "ScoredConcept",
    "Suggester",
    "Suggestion",
    "load_phrases",
    "wordings_of",
]
