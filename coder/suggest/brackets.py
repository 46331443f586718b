"""What a bracket adds to a name: 脑出血(右侧壳核) says 壳核出血, 心房颤动(持续性) says 持续性心房颤动.

Every way of setting a word of the bracket into the name is tried; what is exactly a name of the code system counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_BRACKET = re.compile(
    r"^([^()]{2,24})\(([^()]{1,40})\)"
    r"(?:\s*[cpry]*t[0-4x][a-d]?n[0-3x].*|(?<=\))(?:根治|切除|姑息|综合治疗|放?化疗|化疗|放疗|术)+后(?:状态|复发)?)?$"
)
_SEPARATOR = re.compile(r"[,;、/ +:]")
_SIDE = re.compile(r"^(?:左侧|右侧|双侧|两侧|左|右|双)")
_SHORTEST_HEAD = 2
_ADJECTIVE = "性"
_TYPE, _PLACE = "型", "部"
_WALL = "壁"
_LONGEST_WORD = 12


def specified(text: str) -> Iterator[str]:
    """The wordings that a bracket at the end of a normalised phrase could stand for, the fullest first.

    A TNM stage or what was done about it may follow the bracket.

    >>> list(specified("脑出血(壳核)"))
    ['壳核脑出血', '脑出血壳核', '壳核性脑出血', '壳核出血', '脑壳核出血', '脑出壳核血']
    >>> list(specified("脑出血"))
    []
    """
    match = _BRACKET.match(text)
    if match is None:
        return
    name = _SIDE.sub("", match.group(1))
    for word in _SEPARATOR.split(match.group(2)):
        bare = _SIDE.sub("", word)
        if not 0 < len(bare) <= _LONGEST_WORD:
            continue
        # A wall is the side of its organ: 膀胱癌(右侧壁) lies in the 侧壁.
        if bare == _WALL and word != bare:
            bare = "侧" + bare
        yield bare + name
        yield name + bare
        if not bare.endswith(_ADJECTIVE):
            yield bare + _ADJECTIVE + name
        # A type that is a place: 尿道下裂(阴茎阴囊型) is 阴茎阴囊部尿道下裂.
        if bare.endswith(_TYPE):
            yield bare[:-1] + _PLACE + name
            yield bare[:-1] + name
        # The word may say the site again, and where in it: 结肠癌(升结肠), 胃癌(胃窦).
        for width in range(len(name) - 1, 0, -1):
            if bare.endswith(name[:width]) or (width == 1 and bare.startswith(name[0])):
                yield bare + name[width:]
                break
        # The word may say a part of the site that the name opens with (脑出血, 壳核); only that may give way to it.
        if len(name) > _SHORTEST_HEAD:
            yield bare + name[1:]
        for cut in range(1, len(name)):
            yield name[:cut] + bare + name[cut:]
