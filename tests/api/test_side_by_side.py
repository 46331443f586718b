"""Many requests at once to the real pipeline give what they give one by one."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from eval.records import load_records


@pytest.mark.slow
def test_answers_do_not_depend_on_what_else_is_being_coded() -> None:
    bodies = [gold.record.model_dump(mode="json", exclude_none=True) for gold in load_records("dev")[:24]]

    with TestClient(create_app()) as client:

        def ask(body: dict[str, Any]) -> dict[str, Any]:
            answer: dict[str, Any] = client.post("/v1/code", json=body).json()
            return {**answer, "timings_ms": None}

        one_by_one = [ask(body) for body in bodies]
        with ThreadPoolExecutor(8) as threads:
            together = list(threads.map(ask, bodies))
    assert together == one_by_one
    assert all(answer["diagnoses"] for answer in one_by_one)
