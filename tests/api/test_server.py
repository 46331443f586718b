"""The service as it is started: a process of its own, a real socket, the real pipeline."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.examples import CODE_REQUEST
from coder.coding import Coding

ROOT = Path(__file__).resolve().parent.parent.parent
PRIVATE = "张三丰，住址武当山紫霄宫"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of a running server, and the file of its log."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path_factory.mktemp("server") / "log"
    command = [sys.executable, "-c", "from coder.cli import main; main()", "serve", "--port", str(port)]
    with log.open("wb") as stream, subprocess.Popen(command, cwd=ROOT, stdout=stream, stderr=stream) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            wait_until_ready(address, process, log)
            yield address, log
        finally:
            process.terminate()
            process.wait(timeout=30)


def wait_until_ready(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        assert process.poll() is None, log.read_text("utf-8")
        try:
            httpx.get(f"{address}/healthz").raise_for_status()
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server does not answer")


@pytest.mark.slow
def test_a_record_is_coded_as_by_the_command_line(server: tuple[str, Path], tmp_path: Path) -> None:
    address, _ = server
    answer = httpx.post(f"{address}/v1/code", json=CODE_REQUEST, timeout=60)
    assert answer.status_code == 200
    ours = Coding.model_validate(answer.json()).model_dump(exclude={"timings_ms"})
    path = tmp_path / "record.json"
    path.write_text(json.dumps(CODE_REQUEST, ensure_ascii=False), encoding="utf-8")
    command = [sys.executable, "-c", "from coder.cli import main; main()", "code", str(path), "-f", "json"]
    printed = subprocess.run(command, capture_output=True, cwd=ROOT, timeout=60, check=True).stdout
    assert Coding.model_validate_json(printed).model_dump(exclude={"timings_ms"}) == ours
    assert ours["diagnoses"]


@pytest.mark.slow
def test_contradictory_sex_is_a_problem(server: tuple[str, Path]) -> None:
    address, _ = server
    record = {"text": f"姓名：{PRIVATE} 性别：女 年龄：50岁。出院诊断：肺炎", "patient": {"sex": "male"}}
    answer = httpx.post(f"{address}/v1/code", json=record, timeout=60)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert "性别" in answer.json()["detail"]
    assert "张三丰" not in answer.text


@pytest.mark.slow
def test_a_body_over_the_limit_is_refused_and_the_server_goes_on(server: tuple[str, Path]) -> None:
    address, _ = server
    answer = httpx.post(f"{address}/v1/code", json={"text": "痛" * 4_000_000}, timeout=60)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert httpx.get(f"{address}/healthz").status_code == 200


@pytest.mark.slow
def test_the_log_holds_no_words_of_a_request(server: tuple[str, Path]) -> None:
    address, log = server
    httpx.post(f"{address}/v1/code", json={"text": PRIVATE}, timeout=60)
    httpx.get(f"{address}/v1/terms/search", params={"q": PRIVATE}, timeout=60)
    httpx.get(f"{address}/{PRIVATE}")
    written = log.read_text("utf-8")
    assert "/v1/terms/search" in written
    assert "张三丰" not in written
    assert "%E5%BC%A0" not in written
