"""The kinds of miss of term normalisation on the held-out diagnosis phrases, with counts.

    python -m eval.normalisation_errors --corpus DIR

Every gold name that was not given, and every name given that is not gold, is put into one kind: the first that holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from coder.suggest.attributes import AGREE, CONFLICT, Attributes
from coder.suggest.names import NameTable, load_names
from coder.suggest.normalize import Normalisation, Normalizer
from coder.suggest.parts import clean
from coder.train.corpus import Phrase
from eval.normalisation import tasks

SHOWN = 20


class Kinds:
    """Puts misses into kinds, using only names and codes."""

    def __init__(self, table: NameTable) -> None:
        self._table = table
        self._number = table.index()
        self._attributes = Attributes.load()

    def of_answer(self, phrase: Phrase, answer: Normalisation) -> Iterator[str]:
        """One kind for each wrong name of an answer."""
        gold = {clean(name) for name in phrase.names}
        given = {clean(concept.name) for concept in answer.concepts}
        candidates = {clean(concept.name) for concept in answer.candidates}
        extra, missed = given - gold, gold - given
        for name in sorted(missed):
            yield "missed: " + self._missed(name, extra, candidates)
        for name in sorted(extra):
            yield "extra: " + self._extra(name, missed, gold & given)

    def _missed(self, name: str, extra: set[str], candidates: set[str]) -> str:
        if name not in self._number:
            return "the table has no such name"
        group = self._group(name)
        if name not in candidates:
            return f"{group} not among the twenty candidates"
        relation = self._relation(name, extra)
        return f"{group}, {relation} given instead" if relation else f"{group} ranked, but judged too unlikely"

    def _extra(self, name: str, missed: set[str], right: set[str]) -> str:
        group = self._group(name)
        relation = self._relation(name, missed)
        if relation:
            return f"{group}, {relation} was meant"
        if self._relation(name, right):
            return f"{group} beside a right concept of its category"
        return f"{group} that the coder did not code"

    def _group(self, name: str) -> str:
        code = self._table.code(self._number[name])
        if "/" in code:
            return "morphology"
        chapter = {
            "Z": "status or encounter",
            "R": "symptom",
            "C": "tumour",
            "D": "tumour",
            "S": "injury",
            "T": "injury",
        }
        return chapter.get(code[0], "disease")

    def _relation(self, name: str, others: set[str]) -> str:
        """How the nearest of the other names stands to this one; empty when none is of its category or wording."""
        for other in sorted(others):
            if other in self._number and other in name:
                return "a more general name"
            if other in self._number and name in other:
                return "a more specific name"
        for other in sorted(others & self._number.keys()):
            agreement = self._attributes.agreement(
                self._attributes.masks(name), self._attributes.masks(other)[None, :]
            )[0]
            same_category = self._code(name)[:3] == self._code(other)[:3]
            if same_category and CONFLICT in agreement:
                return "one that differs in an attribute"
            if same_category:
                return "another of its category"
            if AGREE in agreement and len(set(name) & set(other)) * 2 >= len(set(name)):
                return "one of like wording"
        return ""

    def _code(self, name: str) -> str:
        return self._table.code(self._number[name])


app = typer.Typer(add_completion=False)


@app.command()
def main(
    corpus: Annotated[Path, typer.Option(help="The folder of labelled phrases.")],
    model: Annotated[Path | None, typer.Option(help="A model directory; the shipped one by default.")] = None,
) -> None:
    """Print the commonest kinds as a table."""
    task = tasks(corpus)[0]
    kinds = Kinds(load_names(task.system))
    answers = Normalizer.load(task.system, model=model).normalize([phrase.text for phrase in task.phrases])
    counts = Counter(
        kind for phrase, answer in zip(task.phrases, answers, strict=True) for kind in kinds.of_answer(phrase, answer)
    )
    print(f"| kind of miss ({sum(counts.values())} in all) | count |\n|---|---:|")
    for kind, count in counts.most_common(SHOWN):
        print(f"| {kind} | {count} |")


if __name__ == "__main__":
    app()
