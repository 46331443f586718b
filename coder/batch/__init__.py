"""Many records at once: files in, codings and a reject file out, every input row in exactly one of the two."""

from coder.batch.formats import BatchRow, open_rows
from coder.batch.runner import BatchSummary, Outcome, code_rows, run_batch

__all__ = ["BatchRow", "BatchSummary", "Outcome", "code_rows", "open_rows", "run_batch"]
