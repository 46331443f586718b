"""DIP: grouping by principal diagnosis category and procedures, with catalogues built from history or published."""

from coder.group.dip.build import DipHistoryCase, build_catalogue
from coder.group.dip.catalogue import DipCatalogue, DipEntry, read_catalogue, write_catalogue
from coder.group.dip.engine import DipGrouper, DipResult

__all__ = [
    "DipCatalogue",
    "DipEntry",
    "DipGrouper",
    "DipHistoryCase",
    "DipResult",
    "build_catalogue",
    "read_catalogue",
    "write_catalogue",
]
