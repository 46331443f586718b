"""Which items of a record have a code on the page.

An item is a diagnosis of the final list or a procedure: its words, and the codes that these can mean. It is covered by
a code of the page that is of the category of one of these, by one that includes it (by condition, or because its name
is in the longer name of a combined code), and where it names nothing in particular by any code of the same block. Items
that no code is known for are paired off with the codes left over, each code once, because a page that codes one of two
like items must not be taken to code both; what is left is only missed when it is unlike all that is coded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final, Literal

from coder.evidence.conditions import conditions, conditions_of, covered_by, signs_of
from coder.evidence.names import core, likeness, said_of_site, telling_letters
from coder.evidence.support import Span, category_of
from coder.evidence.taken_in import takes_in
from coder.rules.facts import Facts
from coder.rules.model import Proposal
from coder.terms import CodeSystem
from coder.text import Mention

_ALIKE: Final = 0.25
_SAME: Final = 0.6
_SAME_IN_BLOCK: Final = 0.45
_ITS_NAME: Final = 0.8
_NEW: Final = {"diagnosis": 0.3, "procedure": 0.5}
_SURE: Final = {"diagnosis": 0.8, "procedure": 0.8}
_SURE_AMONG: Final = 0.68
_CERTAIN: Final = 0.9
_ANOTHER: Final = 0.3
_SITE: Final = 2
_SUBCATEGORY: Final = 5
_JOINT: Final = "+"
_ENOUGH_OF_SITE: Final = 0.5
_BRACKETS: Final = re.compile(r"\([^()]*\)?")
_HEAD: Final = 2
_TAKING_IN: Final = ("O", "P", "T80", "T81", "T82", "T83", "T84", "T85", "T86", "T87", "T88")
"""Chapters whose codes take the disease in: a 失血性休克 after an ectopic pregnancy is O08.3."""
_INJURY: Final = "S"
_NO_SITE: Final = "T14"
_ANY_INJURY: Final = "皮肤裂伤挫开放性损骨折创"


@dataclass(frozen=True)
class Item:
    """A thing that the record names: its normalised words, where they are, the codes that they mean or may mean.

    ``exact`` says that the words are the name of a code, ``selected`` that selection gives its codes for them.
    """

    text: str
    span: Span
    codes: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    exact: bool = True
    selected: bool = False

    @cached_property
    def head(self) -> str:
        """The words without what brackets add to them."""
        return _BRACKETS.sub("", self.text) or self.text

    @cached_property
    def categories(self) -> frozenset[str]:
        """The categories of all codes that the words mean or may mean."""
        return frozenset(map(category_of, (*self.codes, *self.near)))


def items_of(mentions: Iterable[Mention], facts: Facts, kind: Literal["diagnosis", "procedure"]) -> list[Item]:
    """The items of mentions: operations joined by ``+`` are items of their own."""
    system = facts.diagnoses if kind == "diagnosis" else facts.procedures
    return [item for mention in mentions for item in _items(mention, facts.proposal_for(mention), system, kind)]


def _items(
    mention: Mention, proposal: Proposal | None, system: CodeSystem, kind: Literal["diagnosis", "procedure"]
) -> Iterator[Item]:
    span = Span(mention.start, mention.end)
    keys = (key.partition(":") for key in mention.concept_keys)
    named = tuple(code for name, _, code in keys if name == system.name)
    if named:
        yield Item(mention.text, span, named)
        return
    meant = [pair for pair in _meant(proposal, kind) if kind == "diagnosis" or _can_be(mention.text, pair[0], system)]
    near = (*proposal.codes, *proposal.near) if proposal else ()
    if meant:
        for code, probability in meant:
            yield Item(mention.text, span, (code,), () if probability >= _CERTAIN else near, exact=False)
    elif kind == "diagnosis" or _JOINT not in mention.text:
        yield Item(mention.text, span, (), near, exact=False)
    else:
        start = mention.start
        for part in mention.text.split(_JOINT):
            if part:
                yield Item(part, Span(start, start + len(part)), (), near, exact=False)
            start += len(part) + len(_JOINT)


def _meant(proposal: Proposal | None, kind: Literal["diagnosis", "procedure"]) -> list[tuple[str, float]]:
    """The codes that words surely mean; where they name several things each must be surer than where they name one."""
    if proposal is None:
        return []
    bound = _SURE[kind] if len(proposal.codes) == 1 else _SURE_AMONG
    pairs = zip(proposal.codes, proposal.probabilities, strict=True)
    return [(code, probability) for code, probability in pairs if probability >= bound]


def _can_be(words: str, code: str, system: CodeSystem) -> bool:
    """Whether words say enough of the site of a procedure to mean it; letters (TACE) say nothing of a site."""
    row = system.row(code)
    return row is None or words.isascii() or said_of_site(words, system.names[row]) >= _ENOUGH_OF_SITE


def uncoded(items: Sequence[Item], facts: Facts, kind: Literal["diagnosis", "procedure"]) -> list[Item]:
    """The items that no code of the page stands for, in the order given."""
    given = dict.fromkeys(facts.all_diagnoses if kind == "diagnosis" else facts.all_procedures)
    names = {code: facts.normal_names(code) for code in given}
    # A code that stands for another item does not stand for this one because it is of the same site.
    meant = {category_of(code) for item in items for code in item.codes}
    nameless = [item for item in items if not item.codes]
    taken = {
        code
        for code in given
        if category_of(code) in meant or any(_likest(item, names[code]) >= _ITS_NAME for item in nameless)
    }
    by_name = {code for item in items if item.exact for code in item.codes}
    # A code that is the very code of one item does not stand for another with a code of its own because they are alike.
    sure = (item for item in items if kind == "diagnosis" and not item.near)
    others = {code for item in sure for code in item.codes}
    left = [
        item
        for item in items
        if given.keys().isdisjoint(item.codes)  # the very code, which is soon told
        and not any(
            _covers(code, names[code], item, facts, taken, by_name, alike=not (item.exact and code in others))
            for code in given
        )
    ]
    known = [item for item in left if item.codes]
    unknown = [item for item in left if not item.codes]
    free = {code: known_as for code, known_as in names.items() if code not in taken}
    missed = {id(item) for item in (*known, *_unpaired(unknown, free, kind))}
    return [item for item in left if id(item) in missed]


def _unpaired(
    items: Sequence[Item], names: dict[str, tuple[str, ...]], kind: Literal["diagnosis", "procedure"]
) -> list[Item]:
    """The items without a code that are left when each has been paired with the code of the likest name."""
    scores = [(_likest(item, known), -index, code) for index, item in enumerate(items) for code, known in names.items()]
    paired: set[int] = set()
    used: set[str] = set()
    for score, index, code in sorted(scores, reverse=True):
        if score >= _ALIKE and index not in paired and code not in used:
            paired.add(index)
            used.add(code)
    every = tuple(name for known in names.values() for name in known)
    return [item for index, item in enumerate(items) if -index not in paired and _likest(item, every) < _NEW[kind]]


def _likest(item: Item, names: Iterable[str]) -> float:
    text = item.text
    return max([likeness(text, name) for name in names], default=0.0)


def _covers(
    code: str,
    names: tuple[str, ...],
    item: Item,
    facts: Facts,
    taken: set[str],
    taken_by_name: set[str],
    *,
    alike: bool = True,
) -> bool:
    """Whether a code stands for an item, or for another one that takes this one in as well.

    ``alike`` says that a name like that of the item is enough.
    """
    if code in item.codes:
        return True
    if category_of(code) in item.categories and (alike or not _is_another_injury(code, item)):
        return not _is_another_operation(code, names, item, taken_by_name)
    if code[:1].isdigit():
        if not item.codes:
            return _likest(item, names) >= _SAME
        if not item.exact and code not in taken and _likest(item, names) >= _ANOTHER:
            # What the words mean is a suggestion, and nothing else is said of this code.
            return True
        of_site = code[:_SITE] in {one[:_SITE] for one in item.codes}
        return of_site and (code not in taken or _likest(item, names) >= _SAME)
    if any(takes_in(code, one) or facts.name_of(one) in facts.name_of(code) for one in item.codes):
        return True
    if code[0] == _INJURY and any(is_of_no_site(one) for one in item.codes) and _shares_site(names, item.text):
        return True
    if any(word in item.head for word in _condition_words(code, includes=not (item.exact or item.selected))):
        return True
    if code.startswith(_TAKING_IN) and facts.name_of(code)[-_HEAD:] == core(item.head)[-_HEAD:]:
        return True
    if not alike:
        return False
    if any(len(name) > len(item.text) and likeness(item.text, name) >= _SAME for name in names):
        return True
    likest = _likest(item, names)
    in_block = any(facts.same_block(code, one) for one in item.codes)
    # What stands for another item of the list says nothing of this one, however vague.
    if in_block and code not in taken and any(is_vague(one) for one in item.codes):
        return True
    return (code not in taken or not item.codes) and likest >= (
        _SAME_IN_BLOCK if in_block else _ITS_NAME if item.exact else _SAME
    )


def _is_another_injury(code: str, item: Item) -> bool:
    """Whether an injury is of the category of an item but of none of its subcategories.

    The very code of one item (a haemothorax) does not stand for another of its category (a contusion of the lung).
    """
    return code[0] == _INJURY and _subcategory_of(code) not in map(_subcategory_of, item.codes)


def _is_another_operation(code: str, names: tuple[str, ...], item: Item, taken_by_name: set[str]) -> bool:
    """Whether an operation that is named, and a code of its category that another one names, are two operations."""
    named = code[:1].isdigit() and code in taken_by_name and item.exact
    return named and _likest(item, names) < _ANOTHER


def claimed(unexplained: Sequence[str], chosen: Iterable[str]) -> dict[str, str]:
    """For codes that nothing explains the selected one that each may be another code for, each once.

    >>> claimed(["E11.200x215", "I10.x09"], ["E11.401", "E11.201"])
    {'E11.200x215': 'E11.201'}
    """
    claims: dict[str, str] = {}
    left = list(dict.fromkeys(chosen))
    for begins in (_subcategory_of, category_of):
        for code in unexplained:
            one = next((one for one in left if begins(one) == begins(code)), None)
            if one is not None and code not in claims:
                claims[code] = one
                left.remove(one)
    return claims


@cache
def _condition_words(code: str, *, includes: bool) -> tuple[str, ...]:
    """The words that state the conditions which a code expresses or ``includes``.

    What may be listed apart is not included when a doctor lists it under its own name (a pleural effusion beside a
    pneumonia), though it would not have been proposed.
    """
    expressed = {condition.id for condition in conditions_of(code)}
    known = [name for name in covered_by(code) if name in expressed or includes or not conditions()[name].apart]
    return tuple(word for condition in known for word in signs_of(condition).stated.words)


def is_of_no_site(code: str) -> bool:
    """Whether an injury code says nothing of where the injury is.

    >>> is_of_no_site("T14.101"), is_of_no_site("S01.800")
    (True, False)
    """
    return code.startswith(_NO_SITE)


def _shares_site(names: Iterable[str], text: str) -> bool:
    return any(telling_letters(name) & telling_letters(text) - set(_ANY_INJURY) for name in names)


def is_vague(code: str) -> bool:
    """Whether a diagnosis code is the unspecified one of its category.

    >>> is_vague("I09.900"), is_vague("I05.000")
    (True, False)
    """
    return code[3:5] == ".9"


def _subcategory_of(code: str) -> str:
    return code[:_SUBCATEGORY]
