"""How far two readings of TCM disease → ICD-10 agree: ``python -m eval.tcm_mapping``.

``data/tcm/second-review.tsv`` holds a second reading: for each disease the ICD-10 categories (three characters) that a
coder would accept as its western counterpart, written down before the first candidates of the mapping were looked at.
``first_at_review`` is what the mapping's first candidate was then, so that the independent figure stays measurable
after the mapping was mended; ``verdict`` is what the comparison led to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer
from pydantic import BeforeValidator

from coder.tcm.datafile import parse_tsv
from coder.tcm.mapping import western_table
from coder.text.datafile import DataModel

SECOND_REVIEW = Path(__file__).resolve().parent / "data" / "tcm" / "second-review.tsv"
_CATEGORY = 3

Tier = Literal["common", "further"]
TITLES: dict[Tier, str] = {"common": "最常见的病名", "further": "其余复核的病名"}


def _words(value: object) -> object:
    return tuple(value.split()) if isinstance(value, str) else value


class SecondReading(DataModel):
    """What the second reader accepts for one disease.

    ``verdict``: ``agreed``; ``refined`` (the category agreed, a better code of the same meaning was put first);
    ``fixed`` (the first candidate was wrong and was changed); ``kept`` (both are acceptable, ``note`` says why).
    """

    tcm_code: str
    tcm_name: str
    tier: Tier
    accepted: Annotated[tuple[str, ...], BeforeValidator(_words)]
    reason: str
    first_at_review: str
    verdict: Literal["agreed", "refined", "fixed", "kept"]
    note: str

    def accepts(self, code: str) -> bool:
        """Whether a code is of a category that the second reader accepts."""
        return code[:_CATEGORY] in self.accepted

    @property
    def first_now(self) -> str:
        """The code of the mapping's first candidate."""
        return western_table()[self.tcm_code][0].icd10_code


def second_readings() -> tuple[SecondReading, ...]:
    """The second reading of every disease that was read twice.

    >>> next(one.accepted for one in second_readings() if one.tcm_name == "消渴病")
    ('E11', 'E14', 'E10')

    Raises:
        ArtefactError: the file breaks its schema.
    """
    return parse_tsv(SECOND_REVIEW.read_text(encoding="utf-8"), SecondReading, label=SECOND_REVIEW.name)


def agreement(
    readings: Sequence[SecondReading], code_of: Callable[[SecondReading], str], *, kept: bool = False
) -> tuple[int, int]:
    """How many first candidates the second reader accepts, of how many; ``kept``: with those found acceptable later."""
    accepted = sum(one.accepts(code_of(one)) or (kept and one.verdict == "kept") for one in readings)
    return accepted, len(readings)


def main() -> None:
    """Print the agreement before and after the comparison, and every disagreement with what became of it."""
    readings = second_readings()
    for tier, title in TITLES.items():
        chosen = [one for one in readings if one.tier == tier]
        print(f"{title}（{len(chosen)} 个）：首选候选属于第二人认可的类目")
        _print("独立比较，修改前", agreement(chosen, lambda one: one.first_at_review))
        _print("修改后", agreement(chosen, lambda one: one.first_now))
        _print("修改后，并计入复议认可者", agreement(chosen, lambda one: one.first_now, kept=True))
        refined = sum(one.verdict == "refined" for one in chosen)
        print(f"  类目一致而换了更合适编码的 {refined} 个")
    print("分歧与处理")
    for one in readings:
        if one.verdict != "agreed":
            change = "" if one.first_now == one.first_at_review else f" → {one.first_now}"
            print(
                f"  {one.verdict:<8}{one.tcm_code} {one.tcm_name}：{one.first_at_review}{change}"
                f"，第二人认可 {'、'.join(one.accepted)}；{one.note}"
            )


def _print(title: str, figure: tuple[int, int]) -> None:
    right, total = figure
    print(f"  {title:<24}{right / total:7.1%}  {right}/{total}")


if __name__ == "__main__":
    typer.run(main)
