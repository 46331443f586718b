"""TCM figures: ``python -m eval.tcm``.

On the fictional TCM records (development and held-out apart): disease and syndrome exact, the western counterpart,
pairs that the compatibility table refuses. On the tables: names in eleven ways of writing them. On the western records:
how many are given a TCM diagnosis that they do not state. On the mapping: coverage, review, codes that do not exist.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Annotated

import typer

from coder.coding import CodedDiagnosis
from coder.record import Record
from coder.tcm import TcmCoder
from coder.tcm.compatibility import compatibility
from coder.tcm.mapping import edition_pairs, unmapped, western_table
from coder.tcm.systems import KINDS, standard
from coder.terms import Concept, load_system
from coder.text import read
from eval.records import DIAGNOSES, GoldRecord, GoldTcm, Split, load_records

SAMPLES = 200
SEED = 20240601

WAYS = {
    "全称": "中医诊断：{D} {S}\n西医诊断：高血压\n",
    "连写": "中医诊断：{D}{S}\n",
    "省略病字": "诊断：{d}-{S}\n",
    "括号": "中医：{d}（{s}）\n",
    "省略证字": "中医诊断：{D}，{s}\n",
    "主病主证": "主病：{d}\n主证：{S}\n",
    "证型": "中医诊断：1.{d}（{s}型）2.不寐\n",
    "分项": "中医诊断：病名：{d}；证型：{s}\n",
    "分行": "中医诊断：\n{D}\n{S}\n西医诊断：\n1.高血压",
    "字间空格": "中 医 诊 断：{w}\n西 医 诊 断：高 血 压",
    "叙述": "四诊合参，本病属中医“{d}”范畴，证属{s}，病位在里。",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: what was right of how many."""

    title: str
    right: int
    total: int

    def __str__(self) -> str:
        share = f"{self.right / self.total:7.1%}" if self.total else "      –"
        return f"  {self.title:<34}{share}  {self.right}/{self.total}"


def of_records(split: Split, coder: TcmCoder) -> list[Figure]:
    """Figures on the TCM records of a split."""
    stated = [(record, record.gold.tcm) for record in load_records(split) if record.gold.tcm is not None]
    codings = [(gold, record, coder.code(read(record.record), western=_western(record))) for record, gold in stated]
    alone = [(record, coder.code(read(record.record))) for record, _ in stated]

    def share(title: str, right: Callable[[GoldTcm, GoldRecord, object], bool]) -> Figure:
        return Figure(title, sum(right(*item) for item in codings), len(codings))

    diseases = [coding.disease.code if coding and coding.disease else None for _, _, coding in codings]
    syndromes = [coding.syndrome.code if coding and coding.syndrome else None for _, _, coding in codings]
    right_disease = [code == gold.disease.code for code, (gold, _, _) in zip(diseases, codings, strict=True)]
    right_syndrome = [code == gold.syndrome.code for code, (gold, _, _) in zip(syndromes, codings, strict=True)]
    both = [one and other for one, other in zip(right_disease, right_syndrome, strict=True)]
    quotes = [
        record.text[evidence.start : evidence.end] == evidence.text
        for _, record, coding in codings
        for concept in (coding and coding.disease, coding and coding.syndrome)
        if concept
        for evidence in concept.evidence
    ]
    return [
        Figure("病名编码一致", sum(right_disease), len(codings)),
        Figure("证候编码一致", sum(right_syndrome), len(codings)),
        Figure("病名与证候均一致", sum(both), len(codings)),
        Figure("证据与原文逐字一致", sum(quotes), len(quotes)),
        Figure(
            "首个西医对应是病历的诊断",
            sum(
                bool(coding and coding.western and coding.western[0].code in _codes(record))
                for _, record, coding in codings
            ),
            len(codings),
        ),
        Figure(
            "无西医诊断时前三提议含金标准类目",
            sum(
                bool(coding)
                and any(item.code[:3] in {code[:3] for code in _codes(record)} for item in coding.western[:3])
                for record, coding in alone
                if coding
            ),
            len(alone),
        ),
        Figure(
            "病证相符表不误报",
            sum(compatibility(gold.disease.code, gold.syndrome.name).compatible for gold, _, _ in codings),
            len(codings),
        ),
        _mixed_pairs([gold for gold, _, _ in codings]),
    ]


def _mixed_pairs(golds: Sequence[GoldTcm]) -> Figure:
    """How many pairs of one record's disease with another's syndrome the compatibility table refuses."""
    mixed = [(one.disease.code, other.syndrome.name) for one, other in product(golds, golds) if one is not other]
    return Figure("错配病证被提示", sum(not compatibility(*pair).compatible for pair in mixed), len(mixed))


def of_western_records(split: Split, coder: TcmCoder) -> Figure:
    """Western records that are rightly given no TCM diagnosis; one of a TCM ward whose gold has none says nothing."""
    western = [record for record in load_records(split) if record.gold.tcm is None and record.kind != "tcm"]
    return Figure(
        "西医病历不出中医诊断", sum(coder.code(read(record.record)) is None for record in western), len(western)
    )


def of_ways(coder: TcmCoder, samples: int) -> Iterator[Figure]:
    """Names of the standard in eleven ways of writing a diagnosis: disease and syndrome both exact."""
    chance = random.Random(SEED)
    diseases = [concept for concept in standard("disease") if not concept.is_heading]
    syndromes = [concept for concept in standard("syndrome") if not concept.is_heading and concept.name_confirmed]
    for title, way in WAYS.items():
        pairs = [(chance.choice(diseases), chance.choice(syndromes)) for _ in range(samples)]
        yield Figure(f"写法：{title}", sum(_reads(coder, way, *pair) for pair in pairs), samples)


def _reads(coder: TcmCoder, way: str, disease: Concept, syndrome: Concept) -> bool:
    text = way.format(
        D=disease.name,
        S=syndrome.name,
        d=_short(disease.name, "病"),
        s=_short(syndrome.name, "证"),
        w=" ".join(disease.name + syndrome.name),
    )
    coding = coder.code(read(Record(text=text)))
    found = (coding and coding.disease and coding.disease.code, coding and coding.syndrome and coding.syndrome.code)
    return found == (disease.code, syndrome.code)


def _short(name: str, ending: str) -> str:
    stem = name.removesuffix(ending)
    return stem if len(stem) > 1 else name


def of_mapping() -> list[Figure]:
    """Coverage and soundness of the mapping and the crosswalk."""
    icd10 = load_system(DIAGNOSES)
    table = western_table()
    entries = [concept for concept in standard("disease") if not concept.is_heading]
    candidates = [candidate for candidates in table.values() for candidate in candidates]
    firsts = [candidates[0] for candidates in table.values()]
    figures = [
        Figure("有 ICD-10 候选的病名", sum(entry.code in table for entry in entries), len(entries)),
        Figure("候选编码存在于医保 2.0", sum(item.icd10_code in icd10 for item in candidates), len(candidates)),
        Figure("首选候选不是灰码", sum(not icd10.concept(item.icd10_code).is_gray for item in firsts), len(firsts)),
        Figure("逐条复核的病名", sum(item.reviewed for item in firsts), len(firsts)),
    ]
    for kind, title in (("disease", "病名"), ("syndrome", "证候")):
        system = next(name for name in KINDS if name == kind)
        pairs = edition_pairs(system)
        lost = sum(item.system.endswith("nhsa-1.0") and item.system.startswith(f"tcm-{kind}") for item in unmapped())
        names = {(pair.nhsa_code, pair.nhsa_name) for pair in pairs}
        figures.append(Figure(f"医保 1.0 {title}对应到国标", len(names), len(names) + lost))
    return figures


def _western(record: GoldRecord) -> tuple[CodedDiagnosis, ...]:
    return tuple(
        CodedDiagnosis(
            code=item.code,
            name=item.name,
            system=DIAGNOSES,
            role="principal" if item is record.gold.principal else "other",
            probability=1.0,
            assertion="present",
        )
        for item in record.gold.diagnoses
    )


def _codes(record: GoldRecord) -> frozenset[str]:
    return frozenset().union(*(item.codes for item in record.gold.diagnoses))


def main(samples: Annotated[int, typer.Option(help="每种写法抽取的病证对数。", min=1)] = SAMPLES) -> None:
    """Print all figures."""
    coder = TcmCoder.load()
    for split, title in (("dev", "开发集"), ("held-out", "留出集")):
        print(f"{title}（{split}）")
        print(*of_records(split, coder), of_western_records(split, coder), sep="\n")  # type: ignore[arg-type]
    print(f"写法（每种 {samples} 对，随机种子 {SEED}）")
    print(*of_ways(coder, samples), sep="\n")
    print("对照数据")
    print(*of_mapping(), sep="\n")


if __name__ == "__main__":
    typer.run(main)
