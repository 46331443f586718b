"""Model directories: damaged, of another version, incomplete."""

import json
import shutil
from pathlib import Path

import pytest

from coder.artefacts import artefact_path
from coder.errors import ArtefactError
from coder.suggest.modeldir import DIRECTORY_VARIABLE, MANIFEST, ModelDirectory
from coder.suggest.normalize import Normalizer

SHIPPED = artefact_path("encoder")


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    shutil.copytree(SHIPPED, folder)
    return folder


def test_every_shipped_file_has_its_check_sum() -> None:
    directory = ModelDirectory.default()
    for name in directory.manifest.files:
        assert directory.file(name).is_file()


def test_every_shipped_file_is_in_the_manifest() -> None:
    names = {path.name for path in SHIPPED.iterdir()} - {MANIFEST}
    assert names == set(ModelDirectory(SHIPPED).manifest.files)


def test_a_damaged_file_is_named(copied: Path) -> None:
    data = bytearray((copied / "encoder.onnx").read_bytes())
    data[len(data) // 2] ^= 1
    (copied / "encoder.onnx").write_bytes(data)
    with pytest.raises(ArtefactError, match=r"encoder\.onnx 已损坏"):
        Normalizer.load("tcm-disease-nhsa-1.0", model=copied)


def test_a_missing_file_is_named(copied: Path) -> None:
    (copied / "vectors.zip").unlink()
    with pytest.raises(ArtefactError, match=r"缺少文件 vectors\.zip"):
        Normalizer.load("tcm-disease-nhsa-1.0", model=copied)


def test_another_version_is_refused(copied: Path) -> None:
    manifest = json.loads((copied / MANIFEST).read_text(encoding="utf-8"))
    (copied / MANIFEST).write_text(json.dumps({**manifest, "format": 999}), encoding="utf-8")
    with pytest.raises(ArtefactError, match="格式版本是 999"):
        ModelDirectory(copied)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 2}'])
def test_a_damaged_manifest_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / MANIFEST).write_text(text, encoding="utf-8")
    with pytest.raises(ArtefactError):
        ModelDirectory(tmp_path)


def test_a_directory_without_a_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match="缺少 manifest"):
        ModelDirectory(tmp_path)


def test_the_environment_names_another_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DIRECTORY_VARIABLE, str(tmp_path))
    with pytest.raises(ArtefactError, match="缺少 manifest"):
        ModelDirectory.default()
