"""Brackets: what they specify, and what they leave alone."""

from __future__ import annotations

import pytest

from coder.suggest.brackets import specified
from coder.suggest.lexical_suggester import LexicalSuggester


@pytest.mark.parametrize("text", ["脑出血", "(壳核)", "脑出血(壳核)伴偏瘫", "脑出血()", ""])
def test_only_a_bracket_at_the_end_of_a_name_specifies(text: str) -> None:
    assert list(specified(text)) == []


def test_sides_are_no_part_of_a_name() -> None:
    assert "壳核出血" in list(specified("右侧脑出血(左侧壳核)"))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("脑出血(右侧壳核)", "I61.000x008"),
        ("心房颤动（持续性）", "I48.100"),
        ("急性心肌梗死（下壁）", "I21.103"),
        ("肺部感染（铜绿假单胞菌）", "J15.101"),
        ("肺炎（鲍曼不动杆菌）", "J15.600x005"),
        ("新生儿败血症（B族链球菌）", "P36.000"),  # under the name that the table gives the head
        ("过敏性肺炎（饲鸟者肺）", "J67.200"),
        ("过敏性紫癜（混合型：皮肤、关节）", "D69.006"),
        ("急性胰腺炎（高脂血症性）", "K85.900"),  # acute stays acute
        ("喉癌（声门型）T2N0M0", "C32.000"),  # a stage may follow
        ("结肠癌（升结肠）根治术后", "C18.200"),  # so may what was done about it
        ("肺部感染（未检出病原）", None),
    ],
)
def test_a_name_that_the_bracket_completes_is_meant(text: str, code: str | None) -> None:
    suggestion = LexicalSuggester.load("icd10-nhsa-2.0").suggest([text])[0]
    exact = [concept.code for concept in suggestion.concepts if concept.exact]
    assert exact == ([code] if code else exact)
    assert code or "A49.814" not in exact
