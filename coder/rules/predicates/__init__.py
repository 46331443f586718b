"""The predicates, a module for each thing they look at; importing this package registers all of them."""

from coder.rules.predicates import (
    charges,
    codes,
    evidence,
    forgotten,
    form,
    grouping,
    names,
    page,
    patient,
    steps,
    support,
    tcm,
    text,
    undone,
    unread,
    well_read,
)

__all__ = [
    "charges",
    "codes",
    "evidence",
    "forgotten",
    "form",
    "grouping",
    "names",
    "page",
    "patient",
    "steps",
    "support",
    "tcm",
    "text",
    "undone",
    "unread",
    "well_read",
]
