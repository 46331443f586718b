"""A client of the application over a stand-in coder."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from tests.fake_coder import FakeCoder


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(create_app(coder=FakeCoder())) as client:
        yield client
