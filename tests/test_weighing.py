from pathlib import Path

import pytest

from coder import weighing
from coder.errors import ArtefactError
from coder.weighing import Weighing, load_shipped


def test_a_shipped_weighing_is_read_once() -> None:
    assert load_shipped("rules/forgotten.json", Weighing) is load_shipped("rules/forgotten.json", Weighing)


def test_a_damaged_file_is_refused_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "damaged.json").write_text('{"bias": "much"}', encoding="utf-8")
    monkeypatch.setattr(weighing, "artefact_path", tmp_path.joinpath)
    with pytest.raises(ArtefactError, match=r"models/damaged\.json 已损坏"):
        load_shipped("damaged.json", Weighing)
