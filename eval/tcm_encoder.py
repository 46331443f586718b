"""What the encoder proposes for TCM diseases, for a coder to judge: ``python -m eval.tcm_encoder``.

The names and aliases of the diseases that were not reviewed go through the normaliser of western diagnoses. It learnt
western names, so most of what it says of a TCM name is wrong; its proposals enter the mapping (basis ``encoder``) one
by one, by hand. The command shows how it does where the answer is known, and each proposal with what became of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import typer

from coder.suggest.normalize import Normalizer
from coder.tcm.mapping import western_table
from coder.tcm.systems import standard
from coder.terms import Concept, load_system
from eval.records import DIAGNOSES
from eval.tcm_mapping import second_readings

THRESHOLD = 0.5

Fate = Literal["known", "taken", "refused"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """The likeliest ICD-10 concept of a name of a TCM disease.

    ``fate``: the mapping had it without the encoder, took it from the encoder, or does without it.
    """

    disease: Concept
    words: str
    code: str
    name: str
    probability: float
    fate: Fate


def proposals(diseases: Sequence[Concept], *, threshold: float) -> Iterator[Proposal]:
    """The proposals for diseases that are at least this probable, in the order of the diseases; grey codes left out."""
    system, icd10 = standard("disease"), load_system(DIAGNOSES)
    pairs = [(disease, words) for disease in diseases for words in (disease.name, *system.aliases(disease.code))]
    answers = Normalizer.load(DIAGNOSES).normalize([words for _, words in pairs])
    for (disease, words), answer in zip(pairs, answers, strict=True):
        for best in answer.candidates[:1]:
            if best.probability >= threshold and not icd10.concept(best.code).is_gray:
                yield Proposal(disease, words, best.code, best.name, best.probability, _fate(disease.code, best.code))


def _fate(disease: str, code: str) -> Fate:
    bases = {item.icd10_code: item.basis for item in western_table().get(disease, ())}
    if code not in bases:
        return "refused"
    return "taken" if bases[code] == "encoder" else "known"


def main(threshold: Annotated[float, typer.Option(help="概率下限。", min=0, max=1)] = THRESHOLD) -> None:
    """Print how far the encoder can be believed, then its proposals."""
    system = standard("disease")
    readings = {one.tcm_code: one for one in second_readings()}
    known = list(proposals([system.concept(code) for code in readings], threshold=threshold))
    right = sum(readings[item.disease.code].accepts(item.code) for item in known)
    print(f"两人读过的病名（名称与别名，概率 ≥ {threshold:g}）：类目可接受 {right}/{len(known)}")
    table = western_table()
    unread = [disease for disease in system if disease.code in table and not table[disease.code][0].reviewed]
    found = list(proposals(unread, threshold=threshold))
    fates = {fate: sum(item.fate == fate for item in found) for fate in ("known", "taken", "refused")}
    print(
        f"未复核的病名：提议 {len(found)}，映射已有 {fates['known']}，采用 {fates['taken']}，不采用 {fates['refused']}"
    )
    for item in found:
        if item.fate != "known":
            mark = "采用  " if item.fate == "taken" else "不采用"
            print(
                f"  {mark} {item.disease.code} {item.disease.name}（{item.words}）→ "
                f"{item.code} {item.name} {item.probability:.2f}"
            )


if __name__ == "__main__":
    typer.run(main)
