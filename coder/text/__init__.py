"""Reading a record: normalisation, sections, words, mentions and what is said of them."""

from coder.text.assertion import AssertionRules
from coder.text.mentions import Mention
from coder.text.normalise import NormalisedText, normalise, normalise_term
from coder.text.reading import Reading, read
from coder.text.sections import Section
from coder.text.segment import Segment, Segmenter

__all__ = [
    "AssertionRules",
    "Mention",
    "NormalisedText",
    "Reading",
    "Section",
    "Segment",
    "Segmenter",
    "normalise",
    "normalise_term",
    "read",
]
