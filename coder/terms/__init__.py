"""Code systems, crosswalks and term search: closed tables of official codes."""

from coder.terms.crosswalk import Crosswalk, load_crosswalk
from coder.terms.hierarchy import Heading, Hierarchy
from coder.terms.system import CodeSystem, Concept, load_system

__all__ = ["CodeSystem", "Concept", "Crosswalk", "Heading", "Hierarchy", "load_crosswalk", "load_system"]
