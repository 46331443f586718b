"""From official tables to the compiled form: read, clean, check, write, report."""

from coder.terms.build.official import build_all, build_own_system
from coder.terms.build.report import BuildReport

__all__ = ["BuildReport", "build_all", "build_own_system"]
