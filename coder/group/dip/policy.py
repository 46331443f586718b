"""The figures that a DIP catalogue is built and read by; a file, so that a city's own need no Python."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coder.errors import TableError
from coder.yaml_data import parse_yaml


class _Figures(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Stratum(_Figures):
    """One stratum of an auxiliary list, up to an inclusive bound; without a bound it takes the rest."""

    name: str
    max_days: int | None = None
    max_years: int | None = None


class Deviation(_Figures):
    """Bounds on cost against the group's mean."""

    low: float = Field(gt=0, lt=1)
    high: float = Field(gt=1)


class DipPolicy(_Figures):
    """All figures; see ``coder/group/data/dip.yaml`` for what each means."""

    category_characters: int = Field(ge=3, le=7)
    wide_category_characters: int = Field(ge=1, le=5)
    core_threshold: int = Field(ge=1)
    score_base: float = Field(gt=0)
    stratum_threshold: int = Field(ge=1)
    deviation: Deviation
    age_strata: tuple[Stratum, ...]
    los_strata: tuple[Stratum, ...]

    def category(self, diagnosis: str) -> str:
        """The diagnosis category of a 核心病种.

        >>> default_policy().category("I63.900x001")
        'I63.9'
        """
        return diagnosis[: self.category_characters]

    def wide_category(self, diagnosis: str) -> str:
        """The diagnosis category of a 综合病种."""
        return diagnosis[: self.wide_category_characters]

    def age_stratum(self, *, years: int | None, days: int | None) -> str | None:
        """The age stratum of a patient, ``None`` where the age is not known.

        >>> default_policy().age_stratum(years=70, days=None)
        '65–79岁'
        """
        if years is None and days is None:
            return None
        years = days // 365 if years is None and days is not None else years
        for stratum in self.age_strata:
            if stratum.max_days is not None:
                if not years and days is not None and days <= stratum.max_days:
                    return stratum.name
            elif stratum.max_years is None or (years is not None and years <= stratum.max_years):
                return stratum.name
        return None

    def los_stratum(self, days: int | None) -> str | None:
        """The stratum of a stay's length, ``None`` where it is not known."""
        if days is None:
            return None
        return next((s.name for s in self.los_strata if s.max_days is None or days <= s.max_days), None)


@cache
def default_policy() -> DipPolicy:
    """The figures that the software ships."""
    return _parsed(files("coder.group").joinpath("data/dip.yaml").read_text(encoding="utf-8"), "dip.yaml")


def read_policy(path: Path) -> DipPolicy:
    """Read a city's figures.

    Raises:
        TableError: the file cannot be read or a figure is missing or wrong; the message names it.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TableError(f"{path.name}：读不出（{type(error).__name__}）；请检查路径与编码") from error
    return _parsed(text, path.name)


def _parsed(text: str, name: str) -> DipPolicy:
    try:
        return DipPolicy.model_validate(parse_yaml(text))
    except yaml.YAMLError as error:
        raise TableError(f"{name}：不是有效的 YAML；请检查缩进与冒号") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "顶层"
        raise TableError(f"{name} 的 {place}：{first['msg']}；请对照 docs/grouping.md 修改") from error
