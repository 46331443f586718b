"""Gold records through the pipeline, one at a time on one thread, each compared with its gold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import perf_counter, process_time

from coder.protocols import RecordCoder
from coder.text import Reading, read
from eval.metrics import RecordScore, find_all, score_record
from eval.records import GoldDiagnosis, GoldRecord

LIST_SECTIONS = frozenset(
    ("admission_diagnosis", "discharge_diagnosis", "preoperative_diagnosis", "postoperative_diagnosis")
)


def score_records(records: Sequence[GoldRecord], coder: RecordCoder) -> Iterator[RecordScore]:
    """Score each record; the first is coded once beforehand, so that no time includes loading on first use.

    Raises:
        CoderError: a record cannot be coded; a gold record always can.
    """
    if records:
        coder.code(records[0].record)
    for gold in records:
        start, processor_start = perf_counter(), process_time()
        coding = coder.code(gold.record)
        end, processor_end = perf_counter(), process_time()
        yield score_record(
            gold,
            coding,
            listed=listed_diagnoses(gold),
            milliseconds=1000 * (end - start),
            processor_milliseconds=1000 * (processor_end - processor_start),
        )


def listed_diagnoses(gold: GoldRecord) -> tuple[GoldDiagnosis, ...]:
    """The gold diagnoses that a diagnosis list states: one of their quotes stands in a section that is such a list."""
    spans = list(_list_spans(read(gold.record)))

    def is_listed(diagnosis: GoldDiagnosis) -> bool:
        quoted = [span for quote in diagnosis.evidence for span in find_all(gold.text, quote)]
        return any(first <= start and end <= last for start, end in quoted for first, last in spans)

    return tuple(diagnosis for diagnosis in gold.gold.diagnoses if is_listed(diagnosis))


def _list_spans(reading: Reading) -> Iterator[tuple[int, int]]:
    for section in reading.sections:
        if section.kind in LIST_SECTIONS and section.body_start < section.end:
            yield reading.normalised.original_span(section.body_start, section.end)
