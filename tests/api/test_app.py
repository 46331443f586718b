"""The application as a whole: its description, its errors, its pages."""

import re

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.problems import Problem
from api.routers.pages import STATIC
from coder.coding import Coding
from coder.errors import ArtefactError
from coder.record import Record
from tests.fake_coder import FakeCoder


def test_health_tells_the_editions(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok", "versions": {"terms": "test"}}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("GET", "/v1/code", 405), ("DELETE", "/healthz", 405), ("GET", "/static/none.js", 404)],
)
def test_errors_of_addressing_are_problems(client: TestClient, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert Problem.model_validate(answer.json()).status == status


def test_every_example_of_the_description_is_answered(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    sent = 0
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            query = {
                parameter["name"]: parameter["schema"]["examples"][0]
                for parameter in operation.get("parameters", [])
                if "examples" in parameter["schema"]
            }
            for example in body.get("examples", {"": {"value": None}}).values():
                answer = client.request(method, path, json=example["value"], params=query)
                assert answer.status_code == 200, (path, answer.text)
                sent += 1
    assert sent == 4


def test_the_description_names_problems_and_the_fields_of_a_coding(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    responses = document["paths"]["/v1/code"]["post"]["responses"]
    assert set(responses) == {"200", "400", "413", "422", "500"}
    assert set(responses["422"]["content"]) == {"application/problem+json"}
    schemas = document["components"]["schemas"]
    assert set(schemas["Coding"]["properties"]) == set(Coding.model_fields)
    assert "HTTPValidationError" not in schemas
    references = set(re.findall(r"#/components/schemas/(\w+)", client.get("/openapi.json").text))
    assert references <= set(schemas)


def test_a_damaged_installation_is_said_and_is_no_fault_of_the_request() -> None:
    class Damaged(FakeCoder):
        def code(self, record: Record) -> Coding:
            raise ArtefactError("文件 x.zip 已损坏：请重新安装")

    with TestClient(create_app(coder=Damaged())) as client:
        answer = client.post("/v1/code", json={"text": "肺炎"})
    problem = Problem.model_validate(answer.json())
    assert (problem.status, problem.code, problem.detail) == (500, "internal_error", "文件 x.zip 已损坏：请重新安装")


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_pages_load_nothing_from_elsewhere(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.headers["content-type"].startswith("text/html")
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert 'lang="zh-CN"' in answer.text
    for link in re.findall(r'(?:href|src)="([^"]+)"', answer.text):
        assert "//" not in link
        assert client.get(f"/{link.removeprefix('.')}").status_code == 200


def test_scripts_and_styles_name_no_other_host() -> None:
    files = [path for path in STATIC.iterdir() if path.suffix in {".js", ".css", ".html"}]
    assert len(files) >= 5
    assert not [path.name for path in files if re.search(r"(https?:)?//[a-z0-9-]+\.[a-z]", path.read_text("utf-8"))]


def test_two_applications_do_not_share_their_coder() -> None:
    with TestClient(create_app(coder=FakeCoder())) as one, TestClient(create_app(coder=FakeCoder())) as two:
        assert one.app is not two.app
        assert one.get("/healthz").status_code == two.get("/healthz").status_code == 200
