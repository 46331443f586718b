"""Whether a doctor's words and an official name are about the same thing (``data/names.yaml``)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files

from coder.text.datafile import DataModel, parse_data
from coder.text.normalise import normalise_term


class _NameData(DataModel):
    removed: tuple[str, ...]
    alike: tuple[tuple[str, str], ...]
    same: float
    common: frozenset[str]
    common_letters: str
    acts: tuple[str, ...]
    joins: tuple[str, ...]
    qualifying: tuple[str, ...]
    origin: str
    decisive: frozenset[str]
    unharmed: tuple[str, ...]
    injuries: tuple[str, ...]
    shown_as: Mapping[str, str]


@cache
def _data() -> _NameData:
    text = files("coder.evidence").joinpath("data/names.yaml").read_text(encoding="utf-8")
    return parse_data(text, _NameData, label="coder/evidence/data/names.yaml")


@cache
def _edits() -> tuple[tuple[re.Pattern[str], str], ...]:
    data = _data()
    alike = tuple((re.compile(pattern), written) for pattern, written in data.alike)
    return (*((re.compile(pattern), "") for pattern in data.removed), *alike)


@lru_cache(maxsize=65536)
def core(name: str) -> str:
    """What a normalised name is about, without side, stage and qualifiers; the name itself where nothing would be left.

    >>> core("左肺下叶腺癌(pt1bn0m0 1a2期)"), core("左肺下叶恶性肿瘤")
    ('肺下叶癌', '肺下叶癌')
    """
    short = name
    for pattern, written in _edits():
        short = pattern.sub(written, short)
    return short.strip(" ,.:;") or name


@lru_cache(maxsize=65536)
def pieces(name: str) -> frozenset[str]:
    """The two-character pieces of a normalised name; two names that share none are not alike.

    >>> sorted(pieces("肾结石"))
    ['结石', '肾结']
    """
    short = core(name)
    return frozenset(short[start : start + 2] for start in range(len(short) - 1)) or frozenset((short,))


@lru_cache(maxsize=65536)
def telling_pieces(name: str) -> frozenset[str]:
    """The two-character pieces of a normalised name that are not common to names of many things.

    >>> sorted(telling_pieces("腹腔镜下阑尾切除术"))
    ['下阑', '尾切', '腔镜', '腹腔', '阑尾']
    """
    short = core(name)
    every = {short[start : start + 2] for start in range(len(short) - 1)}
    return frozenset(every) - _data().common


@lru_cache(maxsize=65536)
def telling_letters(name: str) -> frozenset[str]:
    """The letters of a normalised name that say what is operated on or how, not those that most names have."""
    return frozenset(letter for letter in core(name) if letter not in _data().common_letters)


@lru_cache(maxsize=65536)
def likeness(one: str, other: str) -> float:
    """How much of the shorter of two normalised names is in the longer one, from 0 to 1.

    >>> likeness("左股骨颈骨折(头下型)", "股骨颈头下骨折") > likeness("左股骨颈骨折", "肾结石")
    True
    """
    first, second = pieces(one), pieces(other)
    return len(first & second) / min(len(first), len(second))


@lru_cache(maxsize=65536)
def same_thing(one: str, other: str) -> bool:
    """Whether two normalised names can be of the same thing."""
    return likeness(one, other) >= _data().same


@cache
def _joins() -> re.Pattern[str]:
    return re.compile("|".join(_data().joins))


@lru_cache(maxsize=65536)
def main_part(name: str) -> str:
    """What a normalised name of a disease is about, without what it adds to that.

    >>> main_part("胃溃疡伴出血"), main_part("并指")
    ('胃溃疡', '并指')
    """
    return _joins().split(name, maxsplit=1)[0] or name


@lru_cache(maxsize=65536)
def denied_as(ending: str) -> tuple[str, ...]:
    """What a record may deny when it rules out what a name ends with.

    >>> denied_as("转移"), denied_as("挫伤")
    (('转移',), ('挫伤', '损伤', '异常', '外伤'))
    """
    data = _data()
    return (ending, *data.unharmed) if ending in data.injuries else (ending,)


def shown_as(letters: frozenset[str]) -> frozenset[str]:
    """Letters of a site as reports of images write them."""
    data = _data()
    return frozenset(data.shown_as.get(letter, letter) for letter in letters)


def qualifying() -> tuple[str, ...]:
    """How words end that qualify the disease they stand before, and do not say where it is."""
    return _data().qualifying


@cache
def _origin() -> re.Pattern[str]:
    return re.compile(_data().origin)


@lru_cache(maxsize=65536)
def unqualified(name: str) -> str:
    """A normalised name without the word in front that tells only how it came or how fast.

    >>> unqualified("创伤性脾破裂"), unqualified("脾破裂")
    ('脾破裂', '脾破裂')
    """
    return _origin().sub("", name) or name


def decisive() -> frozenset[str]:
    """Words common to many names whose denial, where they are said nowhere, denies each of these."""
    return _data().decisive


@cache
def acts() -> re.Pattern[str]:
    """The words of operating."""
    return re.compile("|".join(_data().acts))


@lru_cache(maxsize=65536)
def said_of_site(words: str, name: str) -> float:
    """The share that words hold of the letters that tell in a procedure name what is operated on (all before the act).

    >>> said_of_site("腹腔镜胃癌根治术", "腹腔镜下单侧肾切除术"), said_of_site("切除右侧甲状腺腺叶", "甲状腺叶切除术")
    (0.0, 1.0)
    """
    letters = site_letters(normalise_term(name))
    return len(letters & frozenset(words)) / len(letters) if letters else 1.0


@lru_cache(maxsize=65536)
def site_letters(name: str) -> frozenset[str]:
    """The letters that tell in a normalised procedure name what is operated on; none where it has no word of operating.

    >>> sorted(site_letters("腹腔镜下阑尾切除术")), site_letters("血液透析")
    (['尾', '阑'], frozenset())
    """
    site, *act = acts().split(name, maxsplit=1)
    return telling_letters(site) if act and site else frozenset()
