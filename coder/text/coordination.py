"""Sites that share what follows the last of them: 肝、肺、骨转移 names three metastases, t12、l1骨折 two fractures."""

from __future__ import annotations

import re
from functools import cache

from coder.text.datafile import DataModel, load_data

_BRACKETS = re.compile(r"(?:\([^()]*\))+$")
_LINK = re.compile(r"(?:,|、|伴有?|合并|并发?|及)$")


class _Kind(DataModel):
    site: str
    tail: str
    lettered: str | None = None


class _Glued(DataModel):
    organ: str
    tail: str


class _Data(DataModel):
    side: str
    part: str
    joints: str
    kinds: dict[str, _Kind]
    glued: _Glued
    before: str


class Coordination:
    """Tells the names apart that a phrase of several sites stands for; immutable."""

    def __init__(self, data: _Data) -> None:
        self._joint = re.compile(data.joints)
        self._sites: list[tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str] | None]] = []
        for kind in data.kinds.values():
            site = f"{data.side}(?:{kind.site}){data.part}"
            row = f"(?P<sites>{site}(?:(?:{data.joints})(?:{site}))+)(?P<tail>{kind.tail})"
            self._sites.append(
                (re.compile(row), re.compile(site), re.compile(kind.lettered) if kind.lettered else None)
            )
        glued = data.glued
        self._organ = re.compile(glued.organ)
        self._glued = re.compile(f"{data.side}(?P<sites>(?:{glued.organ}){{2,}})(?P<tail>{glued.tail})")
        self._before = re.compile(data.before)

    @classmethod
    def load(cls) -> Coordination:
        """The shipped kinds of sites; a second call returns the same object."""
        return _load()

    def parts(self, text: str) -> tuple[str, ...]:
        """The names that a normalised phrase stands for, in order; empty where it is no such phrase.

        What a bracket at the end says is said of each of them.

        >>> coordination = Coordination.load()
        >>> coordination.parts("肝、肺、骨多发转移"), coordination.parts("t12、l1压缩性骨折(新鲜)")
        (('肝多发转移', '肺多发转移', '骨多发转移'), ('t12压缩性骨折(新鲜)', 'l1压缩性骨折(新鲜)'))
        >>> coordination.parts("右肺癌伴脑、骨转移"), coordination.parts("肝豆状核变性")
        (('右肺癌', '脑转移', '骨转移'), ())
        """
        bracket = _BRACKETS.search(text)
        said = bracket.group() if bracket else ""
        bare = text[: len(text) - len(said)]
        if found := self._shared(bare, said):
            return found
        for before in self._before.finditer(bare):
            if found := self._shared(bare[before.end() :], said):
                return (_LINK.sub("", bare[: before.end()]), *found)
        return ()

    def _shared(self, bare: str, said: str) -> tuple[str, ...]:
        for row, _, lettered in self._sites:
            if match := row.fullmatch(bare):
                sites = self._joint.split(match["sites"])
                if lettered:
                    sites = _with_letters(sites, lettered)
                return tuple(dict.fromkeys(f"{site}{match['tail']}{said}" for site in sites))
        if match := self._glued.fullmatch(bare):
            return tuple(f"{organ}{match['tail']}{said}" for organ in self._organ.findall(match["sites"]))
        return ()

    def is_row(self, text: str) -> bool:
        """Whether a piece of a list is sites and nothing more, so that it goes with what follows.

        >>> coordination = Coordination.load()
        >>> coordination.is_row("左股骨"), coordination.is_row("左股骨骨折")
        (True, False)
        """
        pieces = self._joint.split(text)
        return any(all(site.fullmatch(piece) for piece in pieces) for _, site, _ in self._sites)


def _with_letters(sites: list[str], lettered: re.Pattern[str]) -> list[str]:
    """Levels with the letter of the one before: t11、12 is t11、t12."""
    found: list[str] = []
    letter = ""
    for site in sites:
        match = lettered.search(site)
        letter = match.group() if match else letter
        found.append(site if match else f"{letter}{site}")
    return found


@cache
def _load() -> Coordination:
    return Coordination(load_data("coordination.yaml", _Data))
