"""Mutation score of the rule engine and predicates on a random sample: ``python -m eval.mutation [--sample N]``.

All mutants (``mutmut run``) take hours. This makes them all, tests a sample drawn with a fixed seed, and prints how
many of it the tests of the rules kill. With ``--tested`` it prints that of a sample tested before. To be run in a
checkout: mutmut, of the extra ``dev``, writes its folder ``mutants`` there.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

MUTANTS: Final = Path("mutants")
SMALLEST: Final = "coder.rules.predicates.arguments*"
"""Mutants of few lines: asked for by name so that mutmut makes all mutants and tests only these."""
_SURVIVED: Final = 0
_KILLED: Final = (1, 3)


def exit_codes(folder: Path) -> dict[str, int | None]:
    """What testing each mutant ended with, ``None`` where it was not tested yet.

    Raises:
        FileNotFoundError: mutmut has made no mutants in the folder.
    """
    paths = sorted(folder.rglob("*.meta"))
    if not paths:
        raise FileNotFoundError(f"no mutants in {folder}: run without --tested first")
    found: dict[str, int | None] = {}
    for path in paths:
        found |= dict(sorted(json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"].items()))
    return found


def drawn(names: Sequence[str], size: int, *, seed: int) -> list[str]:
    """A random sample of mutants, or all where there are no more.

    >>> drawn(["a", "b"], 5, seed=6)
    ['a', 'b']
    """
    return random.Random(seed).sample(names, size) if size < len(names) else list(names)


def score(codes: Mapping[str, int | None], sample: Iterable[str]) -> str:
    """How many mutants of a sample were killed, in one line.

    >>> score({"a": 1, "b": 0, "c": 33}, "abc")
    '1 of 3 killed (33.3 %), 1 survived, 1 not decided; 3 mutants in all'
    """
    ends = Counter("killed" if codes[one] in _KILLED else codes[one] for one in sample)
    killed, survived, size = ends["killed"], ends[_SURVIVED], ends.total()
    return (
        f"{killed} of {size} killed ({killed / max(1, size):.1%}), {survived} survived, "
        f"{size - killed - survived} not decided; {len(codes)} mutants in all"
    ).replace("%", " %")


def _test(*names: str) -> None:
    """Have mutmut test some mutants; its own figures go by, only that it ran matters."""
    subprocess.run([sys.executable, "-m", "mutmut", "run", *names], check=True)


def main(arguments: Iterable[str] | None = None) -> int:
    """Make the mutants, test a sample and print its score."""
    parser = argparse.ArgumentParser(prog="python -m eval.mutation", description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--tested", action="store_true", help="print the score of a sample tested before")
    options = parser.parse_args(None if arguments is None else list(arguments))
    if not options.tested:
        _test(SMALLEST)
    sample = drawn(list(exit_codes(MUTANTS)), options.sample, seed=options.seed)
    if not options.tested:
        _test(*sample)
    print(score(exit_codes(MUTANTS), sample))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
