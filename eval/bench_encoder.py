"""Speed and memory of normalisation on one thread, with torch float32 of the same weights as the peer.

    python -m eval.bench_encoder [--phrases FILE] [--system icd10-nhsa-2.0] [--output FILE]

Mentions are official names of at most 24 characters unless a file of phrases is given; every mention is timed once, so
no cache helps.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

_BATCH = 32
_LONGEST = 24
_TURNS = 6


def mentions(phrases: Path | None, system: str, *, count: int) -> list[str]:
    """Texts of at most 24 characters: of a JSONL file of phrases, or names of the system spread over the table."""
    if phrases is not None:
        texts = [json.loads(line)["text"] for line in phrases.read_text(encoding="utf-8").splitlines()]
    else:
        from coder.suggest.names import load_names

        names = load_names(system).names
        texts = list(names[:: max(1, len(names) // (2 * count))])
    return [text for text in dict.fromkeys(texts) if len(text) <= _LONGEST][:count]


Encode = Callable[[Sequence[str]], object]


def per_second(encoders: Sequence[Encode], texts: Sequence[str]) -> list[float]:
    """Texts a second of processor time of each encoder in batches of 32, in order: the median over rounds.

    All threads of the process count. The encoders take turns, eight batches each, so that other work on the machine
    slows them alike while neither finds the caches full of the other's weights at every batch.
    """
    batches = [texts[start : start + _BATCH] for start in range(0, len(texts) - _BATCH + 1, _BATCH)]
    speeds: list[list[float]] = [[] for _ in encoders]
    for encode in encoders:
        encode(batches[0])
    for _ in range(_TURNS):
        for encode, found in zip(encoders, speeds, strict=True):
            for batch in batches:
                start = time.process_time()
                encode(batch)
                found.append(len(batch) / (time.process_time() - start))
    return [statistics.median(found) for found in speeds]


def torch_peer() -> Encode:
    """The same weights in torch float32 on one thread."""
    import torch
    from tokenizers import Tokenizer

    from coder.suggest.encoder import ENCODER_FILE, TOKENIZER_FILE
    from coder.suggest.modeldir import ModelDirectory
    from coder.train.contrastive import TokenCache, encode_array
    from coder.train.export import model_of, read_int8

    torch.set_num_threads(1)
    directory = ModelDirectory.default()
    model = model_of(*read_int8(directory.file(ENCODER_FILE))).eval()
    tokenizer = Tokenizer.from_file(str(directory.file(TOKENIZER_FILE)))
    return lambda texts: encode_array(model, TokenCache(tokenizer), list(texts), bf16=False)


def end_to_end(system: str, texts: Sequence[str]) -> list[tuple[float, float]]:
    """Seconds and processor seconds of each mention, one call each, through the whole of normalisation."""
    from coder.suggest.normalize import Normalizer

    normalizer = Normalizer.load(system)
    for text in texts[:20]:
        normalizer.normalize([text])
    times = []
    for text in texts[20:]:
        start, processor = time.perf_counter(), time.process_time()
        normalizer.normalize([text])
        times.append((time.perf_counter() - start, time.process_time() - processor))
    return times


def resident_megabytes(systems: Sequence[str]) -> float:
    """Peak memory of a fresh process that has loaded and used the normalisers of the systems."""
    code = (
        "import sys, resource\n"
        "from coder.suggest.normalize import Normalizer\n"
        "for system in sys.argv[1:]:\n"
        "    Normalizer.load(system).normalize(['急性阑尾炎', '腹腔镜下阑尾切除术'])\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, *systems], capture_output=True, text=True, check=True)
    return float(done.stdout)


app = typer.Typer(add_completion=False)


@app.command()
def main(
    phrases: Annotated[Path | None, typer.Option(help="JSONL with a field text.")] = None,
    system: Annotated[str, typer.Option(help="The code system.")] = "icd10-nhsa-2.0",
    count: Annotated[int, typer.Option(help="How many mentions.")] = 520,
    output: Annotated[Path | None, typer.Option(help="Where to write the figures as JSON.")] = None,
) -> None:
    """Print speed and memory."""
    from coder.suggest.retriever import load_runtime

    memory = {
        "one system": resident_megabytes([system]),
        "diagnoses and procedures": resident_megabytes(["icd10-nhsa-2.0", "icd9cm3-nhsa-2.0"]),
    }
    texts = mentions(phrases, system, count=count)
    ours, peer = per_second([load_runtime(None, 1).encoder.encode, torch_peer()], texts[:256])
    times, processor = (sorted(seconds) for seconds in zip(*end_to_end(system, texts), strict=True))
    result = {
        "mentions": len(texts),
        "encoder int8, mentions a second of processor time": round(ours),
        "torch float32, mentions a second of processor time": round(peer),
        "times faster": round(ours / peer, 1),
        "one mention end to end, median ms": round(statistics.median(times) * 1000, 2),
        "one mention end to end, median ms of processor time": round(statistics.median(processor) * 1000, 2),
        "one mention end to end, 95th percentile ms": round(times[int(len(times) * 0.95)] * 1000, 2),
        "peak resident megabytes without torch": {name: round(size) for name, size in memory.items()},
        "peak resident megabytes of this process": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    text = json.dumps(result, ensure_ascii=False, indent=1)
    print(text)
    if output is not None:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    app()
