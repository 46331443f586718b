"""Where the shipped artefacts (tables, schemes, models) are.

In a checkout they are in ``models/`` beside the package; in an installed wheel they travel inside the package as
``coder/_models``. Nothing is ever downloaded.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from coder.errors import ArtefactError

_PACKAGE = Path(__file__).resolve().parent
_PLACES = (_PACKAGE / "_models", _PACKAGE.parent / "models")


@cache
def artefact_root() -> Path:
    """The folder that holds the shipped artefacts.

    Raises:
        ArtefactError: the installation carries no artefacts at all.
    """
    for place in _PLACES:
        if place.is_dir():
            return place
    raise ArtefactError("找不到随软件发布的 models 目录：安装不完整，请重新安装 clinical-coder-zh")


def artefact_path(name: str) -> Path:
    """The path of one shipped artefact, named relative to ``models/``.

    >>> artefact_path("terms/icd10-nhsa-2.0.zip").name
    'icd10-nhsa-2.0.zip'

    Raises:
        ArtefactError: there is no such file in this installation.
    """
    path = artefact_root() / name
    if not path.exists():
        raise ArtefactError(f"缺少随软件发布的文件 models/{name}：请重新安装，或用 coder terms build 重新生成")
    return path
