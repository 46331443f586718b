"""Compiles the written forms of TCM terms and the sounds of characters: ``python -m coder.tcm.build`` in a checkout."""

from __future__ import annotations

import sys
from pathlib import Path

from coder.tcm.forms import FORMS_FILE, Forms
from coder.tcm.sounds import SOUNDS_FILE, write_sounds


def build(models: Path) -> int:
    """Write forms and sounds below a ``models`` folder; returns how many forms there are."""
    forms = Forms.build()
    forms.write(models / FORMS_FILE)
    write_sounds(models / SOUNDS_FILE, (form.text for form in forms))
    return sum(1 for _ in forms)


if __name__ == "__main__":
    sys.stdout.write(f"中医术语写法 {build(Path('models'))} 种\n")
