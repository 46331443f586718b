"""A hospital's own fine-tuning, on a small system so that it takes seconds."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from coder.errors import InputError
from coder.suggest.normalize import Normalizer
from coder.terms import load_system
from coder.train.cli import app

pytestmark = [pytest.mark.train, pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

SYSTEM = "tcm-disease-nhsa-1.0"


def _run(*arguments: str) -> None:
    CliRunner().invoke(app, list(arguments), catch_exceptions=False)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own")
    names = [name for name in load_system(SYSTEM).names if name.endswith("病")][:40]
    rows = "".join(f"本院{name.removesuffix('病')}患者,{name}\n" for name in names)
    (folder / "own.csv").write_text("text,name\n" + rows, encoding="utf-8")
    _run("--data", str(folder / "own.csv"), "-o", str(folder / "model"), "--system", SYSTEM, "--epochs", "1")
    return folder / "model"


def test_the_new_model_serves(trained: Path) -> None:
    answer = Normalizer.load(SYSTEM, model=trained).normalize(["咳嗽病"])[0]
    assert answer.concepts[0].name == "咳嗽病"


def test_the_report_tells_what_was_gained(trained: Path) -> None:
    report = json.loads((trained / "work" / "report.json").read_text(encoding="utf-8"))
    assert report["phrases"] == 40
    assert report["held_out"] == 6
    assert 0.0 <= report["f1_before"] <= 1.0
    assert 0.0 <= report["f1_after"] <= 1.0


def test_too_few_usable_rows_are_refused(tmp_path: Path) -> None:
    (tmp_path / "few.csv").write_text("text,name\n某某,不存在的名称\n", encoding="utf-8")
    with pytest.raises(InputError, match="只有 0 条"):
        _run("--data", str(tmp_path / "few.csv"), "-o", str(tmp_path / "model"), "--system", SYSTEM)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nothing\.csv"):
        _run("--data", str(tmp_path / "nothing.csv"))


def test_data_must_be_given() -> None:
    with pytest.raises(InputError, match="--data"):
        _run("--epochs", "1")
