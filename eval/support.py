"""Fitting of the measure of support for codes: ``python -m eval.support [--out FILE]``.

Learns from the pages that humans coded and from the codes that others planted in them (the parts of
``eval/data/defects`` made by hand, the halves that may be read): codes of complete pages are supported by their
records, planted ones are not. Prints what models say that were fitted without a record, and writes those of all.
What is held out is never read; ``python -m eval.rules`` on held-out parts shows what the rules make of it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from coder.artefacts import artefact_root
from coder.check import read_check
from coder.group import load_scheme
from coder.rules.facts import Facts
from coder.rules.support import SUPPORT_FILE, SupportModel, features
from coder.text.second_opinion import KINDS, Kind
from coder.train.weighing import Example, across, fit
from eval.rules import BY_HAND, DATA, SCHEME, record_of

PLANTED: Final = "unsupported_high_risk"
NOT_WEIGHED: Final = ("R", "V", "W", "X", "Y", "Z")
"""Signs, external causes and Z codes of a page are seldom told by their names, and change no group."""
LEARNED: Final = tuple(part for part in BY_HAND if part not in ("dev-18", "dev-19"))
"""The hands of dev-18 and dev-19 told most procedures by their steps alone: supported codes that look unsupported."""
AT_MOST: Final = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4)


def pages(parts: Iterable[str] = BY_HAND) -> Iterator[dict[str, Any]]:
    """The pages of some parts, of these the parts that may be learned from."""
    for part in parts:
        if part.startswith("dev"):
            for path in sorted((DATA / part).glob("*.json")):
                yield json.loads(path.read_text(encoding="utf-8"))


def codes_of(page: Mapping[str, Any]) -> list[str]:
    """All codes of a page, each once."""
    coded = page["coded"]
    items = [*filter(None, [coded.get("principal")]), *coded.get("others", ()), *coded.get("procedures", ())]
    return list(dict.fromkeys(item["code"] for item in items))


def examples() -> dict[Kind, list[Example]]:
    """What is learned from, by kind."""
    known = list(pages(LEARNED))
    complete = {record_of(page["id"]): frozenset(codes_of(page)) for page in known if not page["expected"]}
    found: dict[Kind, list[Example]] = {kind: [] for kind in KINDS}
    for page in known:
        expected = page.pop("expected")
        planted = {code for one in expected if one["kind"] == PLANTED for code in one["codes"]}
        asked = [code for code in codes_of(page) if code in planted - complete[record_of(page["id"])] or not expected]
        for kind, example in _examples(page, asked, supported=not expected):
            found[kind].append(example)
    return found


def _examples(page: Mapping[str, Any], codes: Sequence[str], *, supported: bool) -> Iterator[tuple[Kind, Example]]:
    if not codes:
        return
    facts = Facts(read_check(page, scheme=_scheme()).given)
    for code in codes:
        if code in (facts.given.likeness or {}) and not code.startswith(NOT_WEIGHED):
            yield facts.kind_of(code), Example(features(code, facts), supported, record_of(page["id"]))


@cache
def _scheme() -> Any:
    return load_scheme(SCHEME)


def table(found: Mapping[Kind, Sequence[Example]]) -> str:
    """What models say of records that they were not fitted on, a line for each kind and limit."""
    lines = ["| kind | at most | unsupported found | supported doubted |", "|---|---|---|---|"]
    for kind, known in found.items():
        said = across(known)
        for limit in AT_MOST:
            doubted = [one.holds for one, value in zip(known, said, strict=True) if value <= limit]
            supported = sum(one.holds for one in known)
            lines.append(
                f"| {kind} | {limit} | {_share(doubted.count(False), len(known) - supported)} "
                f"| {_share(doubted.count(True), supported)} |"
            )
    return "\n".join(lines)


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({part / max(1, whole):.1%})"


def main(arguments: Iterable[str] | None = None) -> int:
    """Fit the models, print how they do on records they have not seen, and write them."""
    parser = argparse.ArgumentParser(prog="python -m eval.support", description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=artefact_root() / SUPPORT_FILE)
    options = parser.parse_args(None if arguments is None else list(arguments))
    found = examples()
    print(table(found))
    model = SupportModel(**{kind: fit(known) for kind, known in found.items()})
    options.out.write_text(model.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
