"""Compiles the written forms of TCM terms: ``python -m coder.tcm.build`` in a checkout."""

from __future__ import annotations

import sys
from pathlib import Path

from coder.tcm.forms import FORMS_FILE, Forms


def build(models: Path) -> int:
    """Write the forms below a ``models`` folder; returns how many there are."""
    forms = Forms.build()
    forms.write(models / FORMS_FILE)
    return sum(1 for _ in forms)


if __name__ == "__main__":
    sys.stdout.write(f"中医术语写法 {build(Path('models'))} 种\n")
