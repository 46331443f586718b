"""Whether the processor computes in bfloat16 itself; without that, autocast would only slow training down."""

from __future__ import annotations

from pathlib import Path

_FLAGS = ("avx512_bf16", "amx_bf16", " bf16")


def has_bf16(cpuinfo: Path = Path("/proc/cpuinfo")) -> bool:
    """Whether the processor lists bf16 arithmetic; false where that cannot be told."""
    return cpuinfo.is_file() and any(flag in cpuinfo.read_text(encoding="utf-8", errors="replace") for flag in _FLAGS)
