"""Compilation of what the text stage ships under ``models/text``: characters, dictionary, lexicon."""

from __future__ import annotations

from coder.text.build.text import TextReport, build_text

__all__ = ["TextReport", "build_text"]
