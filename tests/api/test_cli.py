"""``coder serve``: where it listens, and what it never logs."""

from typing import Any

import pytest
import uvicorn

from coder.cli import main
from tests.fake_coder import FakeCoder, damaged_coder


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    calls: list[dict[str, Any]] = []
    monkeypatch.setattr("api.app.load_default_coder", FakeCoder)
    monkeypatch.setattr(uvicorn, "run", lambda app, **options: calls.append(options))
    return calls


def test_it_listens_on_loopback_without_an_access_log(
    started: list[dict[str, Any]], capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve"]) == 0
    (options,) = started
    assert (options["host"], options["access_log"]) == ("127.0.0.1", False)
    assert capfd.readouterr().err == ""


def test_it_warns_when_others_can_reach_it(started: list[dict[str, Any]], capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--host", "0.0.0.0", "--port", "9000"]) == 0
    assert started[0]["port"] == 9000
    assert "没有身份验证" in capfd.readouterr().err


def test_a_damaged_installation_is_one_line_and_status_2(
    monkeypatch: pytest.MonkeyPatch, started: list[dict[str, Any]], capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("api.app.load_default_coder", damaged_coder)
    assert main(["serve"]) == 2
    assert started == []
    assert capfd.readouterr().err.count("\n") == 1
