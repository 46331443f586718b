"""Words that tell concepts apart."""

import numpy as np
import pytest

from coder.suggest.attributes import AGREE, CONFLICT, NAME_ONLY, NEITHER, QUERY_ONLY, Attributes


@pytest.mark.parametrize(
    ("query", "name", "group", "expected"),
    [
        ("急性阑尾炎", "慢性阑尾炎", "acuity", CONFLICT),
        ("急性阑尾炎", "急性阑尾炎", "acuity", AGREE),
        ("急性阑尾炎", "阑尾炎", "acuity", QUERY_ONLY),
        ("阑尾炎", "急性阑尾炎", "acuity", NAME_ONLY),
        ("阑尾炎", "胆囊炎", "acuity", NEITHER),
        ("II型糖尿病", "1型糖尿病", "type", CONFLICT),
        ("高血压3级", "高血压三级", "grade", AGREE),
        ("左股骨骨折", "双侧股骨骨折", "laterality", CONFLICT),
        ("胃癌", "胃恶性肿瘤", "tumour", AGREE),
    ],
)
def test_agreement(query: str, name: str, group: str, expected: int) -> None:
    attributes = Attributes.load()
    found = attributes.agreement(attributes.masks(query), attributes.masks(name)[None, :])
    assert found[0, attributes.groups.index(group)] == expected


def test_agreement_covers_all_names_at_once() -> None:
    attributes = Attributes.load()
    names = np.stack([attributes.masks(name) for name in ("骨折", "脱位", "感染")])
    assert attributes.agreement(attributes.masks("骨折"), names).shape == (3, len(attributes.groups))
