"""``POST /v1/group``."""

import pytest
from fastapi.testclient import TestClient

from api.examples import GROUP_REQUEST
from coder.group import Case, load_scheme
from coder.terms import load_system


def test_the_answer_is_what_the_scheme_says(client: TestClient) -> None:
    case = Case(principal="K35.800", others=("I10.x04",), procedures=("47.0100",), sex="male", age_years=46, los=5)
    answer = client.post("/v1/group", json=GROUP_REQUEST)
    assert answer.status_code == 200
    assert answer.json() == load_scheme("chs-drg-1.1").group(case).model_dump(mode="json")


def test_the_example_uses_real_codes() -> None:
    diagnoses, procedures = load_system("icd10-nhsa-2.0"), load_system("icd9cm3-nhsa-2.0")
    assert GROUP_REQUEST["principal"] in diagnoses
    assert all(code in diagnoses for code in GROUP_REQUEST["others"])
    assert all(code in procedures for code in GROUP_REQUEST["procedures"])


def test_a_stay_without_a_principal_has_a_status_and_not_an_error(client: TestClient) -> None:
    answer = client.post("/v1/group", json={})
    assert answer.status_code == 200
    assert answer.json()["status"] == "信息校验不通过"


@pytest.mark.parametrize("scheme", ["nope", "/etc/passwd", "../models/schemes/chs-drg-1.1.zip"])
def test_only_shipped_schemes_are_served(client: TestClient, scheme: str) -> None:
    answer = client.post("/v1/group", json={"scheme": scheme})
    assert answer.status_code == 422
    assert "chs-drg-1.1" in answer.json()["detail"]


def test_a_code_that_is_too_long_is_refused(client: TestClient) -> None:
    answer = client.post("/v1/group", json={"principal": "A" * 41})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"place": "body", "field": "principal", "message": "至多 40 个字符"}]
