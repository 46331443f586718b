"""The wheel works away from the checkout: tables, models, rules and pages travel inside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.slow
def test_an_installed_wheel_codes_a_record(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path / "dist")],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    site = tmp_path / "site"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(site), str(wheel)],
        check=True,
        capture_output=True,
    )
    record = tmp_path / "record.txt"
    record.write_text("出院诊断：1.急性心肌梗死 2.高血压3级", encoding="utf-8")
    program = (
        "import coder, sys; from pathlib import Path; "
        f"assert Path(coder.__file__).is_relative_to({str(site)!r}), coder.__file__; "
        "from coder.cli import main; sys.argv[1:] = ['code', sys.argv[1], '--format', 'json']; main()"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(record)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site)},
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["diagnoses"][0]["code"] == "I21.900"
