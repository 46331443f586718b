"""Crosswalks: official maps from one code system to another."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from coder.artefacts import artefact_path
from coder.columnar import ColumnFile, read_columns
from coder.errors import UnknownCodeError, UnknownCodeSystemError
from coder.terms.keys import code_key
from coder.terms.registry import registry


class Crosswalk:
    """A map of codes; one source code may have several targets, a reversed map often does.

    >>> walk = load_crosswalk(source="icd10-gl-2.0", target="icd10-nhsa-2.0")
    >>> walk.translate("I10.x00x032")
    ('I10.x05',)
    >>> walk.translate("no such code")
    ()
    """

    def __init__(self, *, source: str, target: str, pairs: list[tuple[str, str]]) -> None:
        self.source = source
        self.target = target
        targets: dict[str, tuple[str, ...]] = {}
        for source_code, target_code in pairs:
            known = targets.get(source_code)
            targets[source_code] = (target_code,) if known is None else (*known, target_code)
        self._targets = targets

    def __len__(self) -> int:
        return len(self._targets)

    def __contains__(self, code: object) -> bool:
        return code in self._targets

    def __iter__(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        return iter(self._targets.items())

    def translate(self, code: str) -> tuple[str, ...]:
        """The target codes, empty where the official map has none."""
        return self._targets.get(code) or self._targets.get(code_key(code), ())

    def translate_or_fail(self, code: str) -> tuple[str, ...]:
        """The target codes.

        Raises:
            UnknownCodeError: the map does not hold the code.
        """
        found = self.translate(code)
        if not found:
            raise UnknownCodeError(f"编码 {code[:40]} 在 {self.source} → {self.target} 对照表中没有对应编码")
        return found


@cache
def load_crosswalk(*, source: str, target: str) -> Crosswalk:
    """Load the official map between two systems; a map that exists only the other way round is reversed.

    Raises:
        UnknownCodeSystemError: there is no map between the two; the message lists those there are.
    """
    for entry in registry().crosswalks:
        forward = (entry.source, entry.target) == (source, target)
        backward = (entry.target, entry.source) == (source, target)
        if forward or backward:
            table = read_columns(artefact_path(f"terms/{crosswalk_file(entry.source, entry.target)}"))
            return Crosswalk(source=source, target=target, pairs=_pairs(table, reverse=backward))
    known = "、".join(f"{entry.source} ↔ {entry.target}" for entry in registry().crosswalks)
    raise UnknownCodeSystemError(f"没有从 {source} 到 {target} 的对照表，可用的有：{known}")


def crosswalk_file(source: str, target: str) -> str:
    """The file name of a compiled map."""
    return f"map-{source}-to-{target}.zip"


def _pairs(table: ColumnFile, *, reverse: bool) -> list[tuple[str, str]]:
    first, second = ("target", "source") if reverse else ("source", "target")
    return list(zip(table.strings(first), table.strings(second), strict=True))
