"""``GET /v1/terms/search``."""

import pytest
from fastapi.testclient import TestClient


def test_a_colloquial_name_is_found(client: TestClient) -> None:
    answer = client.get("/v1/terms/search", params={"q": "急性心梗", "limit": 3})
    assert answer.status_code == 200
    hits = answer.json()["hits"]
    assert hits[0]["name"] == "急性心肌梗死"
    assert len(hits) <= 3


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({}, "q：缺少该字段"),
        ({"q": " "}, "检索词为空"),
        ({"q": "a" * 201}, "q：至多 200 个字符"),
        ({"q": "a", "limit": 0}, "limit：应不小于 1"),
        ({"q": "a", "limit": "x"}, "limit：应为整数"),
        ({"q": "a", "system": "icd10-nhsa-9.9"}, "编码体系"),
    ],
)
def test_bad_parameters_are_problems(client: TestClient, parameters: dict[str, str], words: str) -> None:
    answer = client.get("/v1/terms/search", params=parameters)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert words in answer.json()["detail"]
