"""Agreement of the engine with a second reading of the rule file: ``python -m eval.group_agreement``.

No grouper of a third party is run: none for CHS-DRG can be installed from the package index. The second reading
(:mod:`eval.group_agreement_reference`) is this project's own, written apart from the engine and slow on purpose. Give
``--source`` the scheme's original JSON to leave the compiled form out of the comparison too.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from coder.group import Case, Scheme, load_scheme, scheme_names
from coder.group.compiled import definition_of
from coder.group.definition import SchemeDefinition
from eval.group_agreement_cases import CaseMaker
from eval.group_agreement_reference import PlainCase, PlainGrouper

_SHOWN = 10


def plain(case: Case) -> PlainCase:
    """A complete case as the reference reads it."""
    return PlainCase(
        principal=case.principal or "",
        others=case.others,
        procedures=case.procedures,
        sex=case.sex or "",
        age_years=case.age_years or 0,
        age_days=case.age_days,
        weight=case.birth_weight_g,
    )


def rule_file(definition: SchemeDefinition) -> dict[str, Any]:
    """The JSON form of a definition."""
    data: dict[str, Any] = definition.model_dump(mode="json", exclude_none=True)
    return data


def maker(scheme: Scheme, *, seed: int) -> CaseMaker:
    """A maker of cases over all codes that the scheme knows."""
    compiled = scheme.compiled
    return CaseMaker(
        definition_of(compiled), diagnoses=compiled.diagnoses.codes, procedures=compiled.procedures.codes, seed=seed
    )


def compare(scheme: Scheme, reference: PlainGrouper, *, count: int, seed: int) -> tuple[Counter[str], list[str]]:
    """Group made-up cases both ways; counts by outcome, and a line for each difference."""
    outcomes: Counter[str] = Counter()
    differences = []
    for case in maker(scheme, seed=seed).cases(count):
        ours, theirs = scheme.run(case, trail=False), reference.group(plain(case))
        outcomes["same" if ours.drg == theirs else "different"] += 1
        outcomes["grouped" if theirs != "0000" else "no group"] += 1
        if ours.drg != theirs:
            differences.append(f"{case}: engine {ours.drg} ({ours.status.value}), reference {theirs}")
    return outcomes, differences


def main(
    count: Annotated[int, typer.Option(help="Cases a scheme.")] = 6_000,
    seed: Annotated[int, typer.Option(help="Seed of the case maker.")] = 2024,
    source: Annotated[Path | None, typer.Option(help="Original JSON of --scheme.")] = None,
    scheme: Annotated[str, typer.Option(help="One scheme; all if not given.")] = "",
    reach: Annotated[bool, typer.Option(help="Also try to reach every DRG with a made case.")] = False,
) -> None:
    """Print the agreement of each scheme and every difference up to ten."""
    for name in [scheme] if scheme else scheme_names():
        engine = load_scheme(name).with_options(ambiguous="off")
        rules = json.loads(source.read_text(encoding="utf-8")) if source else rule_file(definition_of(engine.compiled))
        outcomes, differences = compare(engine, PlainGrouper(rules), count=count, seed=seed)
        share = outcomes["same"] / count
        grouped, failed = outcomes["grouped"], outcomes["no group"]
        typer.echo(f"{name}: {share:.2%} of {count} cases agree ({grouped} grouped, {failed} without group)")
        for line in differences[:_SHOWN]:
            typer.echo(f"  {line}")
        if reach:
            made = maker(engine, seed=seed)
            missed = [drg for drg in engine.drgs if made.reaching(engine, drg) is None]
            typer.echo(f"{name}: {len(engine.drgs) - len(missed)} of {len(engine.drgs)} DRGs reached by a made case")
            for drg in missed:
                typer.echo(f"  not reached: {drg} {engine.drgs[drg].name}")


if __name__ == "__main__":
    typer.run(main)
