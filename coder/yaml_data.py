"""Reads the YAML of data files with the fast loader where PyYAML was built with it."""

from __future__ import annotations

from typing import Any

import yaml

_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse_yaml(text: str) -> Any:
    """The value of a YAML text; only plain data, never objects.

    >>> parse_yaml("{a: [1, 2]}")
    {'a': [1, 2]}

    Raises:
        yaml.YAMLError: the text is not YAML.
    """
    return yaml.load(text, Loader=_LOADER)
