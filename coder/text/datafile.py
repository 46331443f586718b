"""Data files of the text stage: YAML beside the package, validated by a schema when it loads."""

from __future__ import annotations

from importlib.resources import files
from typing import TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from coder.errors import ArtefactError
from coder.yaml_data import parse_yaml

# libyaml parses a data file ten times faster than the Python parser; a platform without it still works.


class DataModel(BaseModel):
    """Base of the schemas: frozen, and a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


_Model = TypeVar("_Model", bound=DataModel)


def load_data(name: str, schema: type[_Model]) -> _Model:
    """Read ``coder/text/data/NAME`` and validate it.

    >>> load_data("normalise.yaml", DataModel)
    Traceback (most recent call last):
    ...
    coder.errors.ArtefactError: 数据文件 coder/text/data/normalise.yaml 不合规：characters：Extra inputs ...

    Raises:
        ArtefactError: the file is missing, is not YAML, or breaks its schema; the message names the first fault.
    """
    label = f"coder/text/data/{name}"
    try:
        text = files("coder.text").joinpath(f"data/{name}").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ArtefactError(f"缺少数据文件 {label}：请重新安装 clinical-coder-zh") from None
    return parse_data(text, schema, label=label)


def parse_data(text: str, schema: type[_Model], *, label: str) -> _Model:
    """Validate the text of a data file; ``label`` names it in messages.

    Raises:
        ArtefactError: not YAML, or against the schema.
    """
    try:
        return schema.model_validate(parse_yaml(text))
    except yaml.YAMLError as error:
        place = getattr(error, "problem_mark", None)
        where = f"第 {place.line + 1} 行" if place else "位置不明"
        raise ArtefactError(f"数据文件 {label} 不是有效的 YAML（{where}）：请改正后重试") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ArtefactError(f"数据文件 {label} 不合规：{where}：{first['msg']}") from error
