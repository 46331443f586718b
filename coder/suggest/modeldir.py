"""The model directory: a manifest that names the format, the settings and the SHA-256 of every file."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy.typing as npt
import onnxruntime
from pydantic import BaseModel, ConfigDict, ValidationError

from coder.artefacts import artefact_path
from coder.errors import ArtefactError

FORMAT = 2
MANIFEST = "manifest.json"
DIRECTORY_VARIABLE = "CODER_MODEL_DIR"


class FamilySettings(BaseModel):
    """How the scores of one family of systems (diagnoses, procedures) become an answer.

    ``threshold`` is the least probability for a further concept to be given, ``apart`` that for one about another part
    of the phrase than the concepts before it (the same where it is not given); a first concept below ``abstain`` is
    given, but marked as one to look at. ``knots`` and ``levels`` are the calibration curve.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    trained_on: str
    threshold: float
    abstain: float
    knots: tuple[float, ...]
    levels: tuple[float, ...]
    apart: float | None = None

    @property
    def least_apart(self) -> float:
        """The least probability for a concept about another part."""
        return self.threshold if self.apart is None else self.apart


class Manifest(BaseModel):
    """What a model directory holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    version: str
    base: str
    dimension: int
    longest: int
    families: dict[str, FamilySettings]
    files: dict[str, str]


class ModelDirectory:
    """A verified model directory."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.manifest = _read_manifest(path)

    @classmethod
    def default(cls) -> ModelDirectory:
        """The directory that the environment variable ``CODER_MODEL_DIR`` names, or the shipped one."""
        own = os.environ.get(DIRECTORY_VARIABLE)
        return cls(Path(own) if own else artefact_path("encoder"))

    def file(self, name: str) -> Path:
        """The path of a file of the model, after checking its SHA-256.

        Raises:
            ArtefactError: the file is missing or damaged; the message names it.
        """
        path = self.path / name
        expected = self.manifest.files.get(name)
        if expected is None or not path.is_file():
            raise ArtefactError(f"模型目录 {self.path.name} 缺少文件 {name}：请重新安装或重新训练")
        if file_digest(path) != expected:
            raise ArtefactError(f"模型文件 {self.path.name}/{name} 已损坏（校验和不符）：请重新安装或重新训练")
        return path


def file_digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Write the manifest of a directory, with the check sums of the files that are in it now."""
    files = {
        file.name: file_digest(file) for file in sorted(path.iterdir()) if file.suffix in {".onnx", ".json", ".zip"}
    }
    files.pop(MANIFEST, None)
    text = json.dumps(manifest.model_copy(update={"files": files}).model_dump(), ensure_ascii=False, indent=1)
    (path / MANIFEST).write_text(text + "\n", encoding="utf-8")


def _read_manifest(path: Path) -> Manifest:
    try:
        text = (path / MANIFEST).read_text(encoding="utf-8")
        found = json.loads(text).get("format")
        if found != FORMAT:
            raise ArtefactError(f"模型目录 {path.name} 的格式版本是 {found}，本软件需要 {FORMAT}：请换用配套的模型")
        return Manifest.model_validate_json(text)
    except FileNotFoundError:
        raise ArtefactError(f"模型目录 {path.name} 缺少 {MANIFEST}：请检查路径，或重新安装") from None
    except (ValueError, ValidationError, AttributeError) as error:
        raise ArtefactError(f"模型目录 {path.name} 的 {MANIFEST} 已损坏：请重新安装或重新训练") from error


def open_session(
    model: Path | bytes, *, threads: int, constants: Mapping[str, npt.NDArray[Any]] | None = None
) -> onnxruntime.InferenceSession:
    """An ONNX session on the CPU with this many threads (the OMP variables do not reach onnxruntime).

    ``constants`` are the values of constants that the model names but does not hold.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Patterns of memory are kept for every shape, and the shapes of batches hardly ever repeat.
    options.enable_mem_pattern = False
    if constants:
        values = [onnxruntime.OrtValue.ortvalue_from_numpy(array) for array in constants.values()]
        options.add_external_initializers(list(constants), values)
    # The fused sum and layer norm is slower on the CPU than the two by themselves: a fifth of a cross-encoder's time.
    return onnxruntime.InferenceSession(
        model if isinstance(model, bytes) else str(model),
        options,
        providers=["CPUExecutionProvider"],
        disabled_optimizers=["SkipLayerNormFusion"],
    )
