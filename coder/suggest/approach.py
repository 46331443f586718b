"""One approach for several procedures: 腹腔镜下卵巢囊肿剥除术+盆腔粘连松解术 is laparoscopic throughout.

The approach (``data/approaches.yaml``) is read from the first of procedures that only + 、 , or 及 separate.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from coder.text import Mention
from coder.yaml_data import parse_yaml


class ApproachData(BaseModel):
    """All of ``approaches.yaml``.

    Attributes:
        shared: what opens a procedure and holds for those after it.
        own: what a procedure with an approach (or a nature) of its own says.
        between: what may stand between two procedures of one approach.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    shared: str
    own: str
    between: str


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    text = files("coder.suggest").joinpath("data/approaches.yaml").read_text(encoding="utf-8")
    data = ApproachData.model_validate(parse_yaml(text))
    return re.compile(data.shared), re.compile(data.own), re.compile(data.between)


def shared_approaches(mentions: Sequence[Mention], text: str) -> Mapping[int, str]:
    """The wording with its approach for each procedure mention (by place in ``mentions``) that takes one over.

    Args:
        mentions: mentions in text order.
        text: the normalised text.
    """
    shared, own, between = _patterns()
    found: dict[int, str] = {}
    approach, end = "", -1
    for index, mention in enumerate(mentions):
        if mention.kind != "procedure" or mention.start < end:
            continue
        opening = shared.match(mention.text)
        if opening:
            approach = opening.group()
        elif approach and 0 <= end <= mention.start and between.fullmatch(text, end, mention.start):
            if not own.search(mention.text):
                found[index] = approach + mention.text
        else:
            approach = ""
        end = mention.end
    return found
