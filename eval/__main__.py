"""``python -m eval`` is ``coder eval``."""

import sys

from coder.cli import main

sys.exit(main(["eval", *sys.argv[1:]]))
