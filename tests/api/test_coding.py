"""``POST /v1/code``."""

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.examples import CODE_REQUEST
from coder.coding import Coding
from coder.record import Record
from coder.record_io import MAX_RECORD_BYTES
from tests.fake_coder import CONTRADICTION, DEFECT, FakeCoder

PRIVATE = "张三丰，住址武当山紫霄宫"


def test_the_answer_is_the_coding_that_the_library_gives(client: TestClient) -> None:
    record = Record(text="出院诊断：肺炎。行阑尾切除术", id="r1")
    answer = client.post("/v1/code", json=record.model_dump(mode="json"))
    assert answer.status_code == 200
    assert Coding.model_validate(answer.json()) == FakeCoder().code(record)


def test_offsets_count_code_points_of_the_text_as_sent(client: TestClient) -> None:
    text = "🫁𠮷\r\n肺炎"
    (diagnosis,) = client.post("/v1/code", json={"text": text}).json()["diagnoses"]
    (evidence,) = diagnosis["evidence"]
    assert text[evidence["start"] : evidence["end"]] == evidence["text"] == "肺炎"


BAD_REQUESTS: dict[str, tuple[dict[str, Any], int, str]] = {
    "no text": ({"json": {"patient": {}}}, 422, "text：缺少该字段"),
    "empty text": ({"json": {"text": ""}}, 422, "文本为空"),
    "blank text": ({"json": {"text": " \n\u3000"}}, 422, "文本为空"),
    "text of another type": ({"json": {"text": 42}}, 422, "text：应为字符串"),
    "binary": ({"json": {"text": "\x00\x01" + PRIVATE}}, 422, "控制字符"),
    "half a character": ({"content": b'{"text": "\\ud800"}', "headers": {"content-type": "application/json"}}, 422, ""),
    "unknown sex": ({"json": {"text": PRIVATE, "patient": {"sex": PRIVATE}}}, 422, "patient.sex：只能取"),
    "negative age": ({"json": {"text": PRIVATE, "patient": {"age_years": -3}}}, 422, "patient.age_years：应不小于 0"),
    "unknown field": ({"json": {"text": "肺炎", PRIVATE: 1}}, 422, "未知字段"),
    "misspelt field": ({"json": {"text": "肺炎", "pateint": {}}}, 422, "pateint：未知字段"),
    "contradictory sex": ({"json": {"text": CONTRADICTION + PRIVATE, "patient": {"sex": "male"}}}, 422, "矛盾"),
    "long text": ({"json": {"text": "a" * (MAX_RECORD_BYTES + 1)}}, 422, "上限"),
    "10 MB": ({"json": {"text": "a" * 10_000_000}}, 413, "过大"),
    "a list": ({"json": [PRIVATE]}, 422, "应为 JSON 对象"),
    "no body": ({}, 422, "应为 JSON 对象"),
    "no JSON": ({"content": PRIVATE.encode(), "headers": {"content-type": "application/json"}}, 400, "无法解析"),
    "no UTF-8": (
        {"content": f'{{"text": "{PRIVATE}"}}'.encode("gb18030"), "headers": {"content-type": "application/json"}},
        400,
        "UTF-8",
    ),
    "nested": ({"content": b"[" * 100_000, "headers": {"content-type": "application/json"}}, 400, "无法解析"),
    "plain text": ({"content": PRIVATE.encode(), "headers": {"content-type": "text/plain"}}, 422, "application/json"),
    "defect": ({"json": {"text": DEFECT + PRIVATE}}, 500, "服务内部错误"),
}


@pytest.mark.parametrize("name", BAD_REQUESTS)
def test_bad_input_is_a_problem_without_a_word_of_the_request(
    client: TestClient, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    request, status, words = BAD_REQUESTS[name]
    caplog.set_level(logging.DEBUG, logger="api")
    answer = client.post("/v1/code", **request)
    problem = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert problem["status"] == status
    assert words in problem["detail"]
    assert "\n" not in problem["detail"]
    assert "张三丰" not in answer.text
    assert "张三丰" not in caplog.text


def test_a_body_is_cut_off_at_the_limit_whatever_length_it_declares(client: TestClient) -> None:
    def chunks() -> Any:
        yield b'{"text": "'
        for _ in range(100):
            yield b"x" * 100_000

    answer = client.post("/v1/code", content=chunks(), headers={"content-type": "application/json"})
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"


def test_the_log_names_the_route_and_not_the_address(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="api")
    client.get("/v1/terms/search", params={"q": PRIVATE})
    client.get(f"/{PRIVATE}")
    assert [line.split(" ")[:3] for line in caplog.messages] == [
        ["GET", "/v1/terms/search", "200"],
        ["GET", "-", "404"],
    ]


def test_requests_are_served_side_by_side() -> None:
    with TestClient(create_app(coder=FakeCoder())) as client, ThreadPoolExecutor(8) as threads:
        texts = [f"{'病' * length}肺炎" for length in range(40)]
        answers = threads.map(lambda text: client.post("/v1/code", json={"text": text}).json(), texts)
        starts = [answer["diagnoses"][0]["evidence"][0]["start"] for answer in answers]
    assert starts == list(range(40))


def test_the_example_shows_what_the_text_says() -> None:
    assert "阑尾" in str(CODE_REQUEST["text"])
