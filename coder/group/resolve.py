"""Codes that a scheme does not know as written: spelling, dagger pairs, and other editions by the official maps."""

from __future__ import annotations

import threading
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from coder.terms.crosswalk import Crosswalk, load_crosswalk
from coder.terms.keys import code_key, split_dagger
from coder.terms.registry import registry
from coder.terms.system import load_system

Fault = Literal["invalid", "not_translatable"]


@dataclass(frozen=True, slots=True)
class Resolution:
    """What became of a code: ``code`` is what the scheme knows it as, ``note`` says how; or why it is of no use."""

    code: str | None
    note: str
    fault: Fault | None = None


class CodeResolver:
    """Finds the code of the scheme's own system that a foreign or misspelt code stands for. Thread-safe.

    The order is fixed: the same code in other spelling, then an official map to the scheme's system, then the dagger
    half of a dagger-asterisk pair. Nothing is guessed: a code that none of these knows stays unknown.
    """

    def __init__(self, *, known: Collection[str], system: str, noun: str) -> None:
        self._known = known
        self._system = system
        self._noun = noun
        self._keys: dict[str, str] | None = None
        self._crosswalks: tuple[Crosswalk, ...] | None = None
        self._answers: dict[str, Resolution] = {}
        self._lock = threading.Lock()

    def resolve(self, code: str) -> Resolution:
        """Resolve one code that the scheme does not hold as written."""
        answer = self._answers.get(code)
        if answer is None:
            with self._lock:
                answer = self._resolve(code)
                if len(self._answers) < 100_000:
                    self._answers[code] = answer
        return answer

    def _resolve(self, code: str) -> Resolution:
        shown = code[:40]
        key = code_key(code)
        if respelt := self._by_key(key):
            return Resolution(respelt, f"{self._noun}{shown}按规范写法{respelt}处理")
        for crosswalk in self._maps():
            for target in crosswalk.translate(key):
                if target in self._known:
                    return Resolution(
                        target, f"{self._noun}{shown}是{crosswalk.source}编码，按对照表转换为{self._system}编码{target}"
                    )
        dagger, asterisk = split_dagger(key)
        if asterisk and (cause := self._by_key(dagger)):
            return Resolution(cause, f"{self._noun}{shown}不在{self._system}中，按剑号部分{cause}处理")
        if self._is_foreign(key):
            note = f"{self._noun}{shown}属于其他编码体系，没有对应的{self._system}编码"
            return Resolution(None, note, "not_translatable")
        return Resolution(None, f"{self._noun}{shown}不在任何已知编码体系中", "invalid")

    def _by_key(self, key: str) -> str | None:
        if self._keys is None:
            self._keys = {code_key(code): code for code in self._known}
        return self._keys.get(key)

    def _maps(self) -> tuple[Crosswalk, ...]:
        if self._crosswalks is None:
            self._crosswalks = tuple(
                load_crosswalk(source=entry.source, target=entry.target)
                for entry in registry().crosswalks
                if entry.target == self._system
            )
        return self._crosswalks

    def _is_foreign(self, key: str) -> bool:
        if any(key in crosswalk for crosswalk in self._maps()):
            return True
        kind = registry().system(self._system).kind
        others = (entry.name for entry in registry().systems if entry.kind == kind and entry.name != self._system)
        return any(key in load_system(name) for name in others)
