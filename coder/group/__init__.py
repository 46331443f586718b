"""Groupers: from codes to the group that they lead to, and why."""

from coder.group.case import Case
from coder.group.scheme import GroupResult, Scheme, load_scheme, scheme_names
from coder.group.status import Severity, Status

__all__ = ["Case", "GroupResult", "Scheme", "Severity", "Status", "load_scheme", "scheme_names"]
