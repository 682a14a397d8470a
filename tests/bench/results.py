"""What a subject measured: rows of one table, and what the table looks like."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement: of what, what came out, what was wanted if anything, how it was done."""

    subject: str
    measure: str
    value: str
    target: str = ""
    note: str = ""


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` of ``values`` do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def milliseconds(values: Sequence[float]) -> str:
    """The median and the 99th percentile of durations in seconds."""
    return f"{percentile(values, 0.5) * 1000:.1f} / {percentile(values, 0.99) * 1000:.1f} ms"


def table(rows: Sequence[Row]) -> str:
    """The rows as Markdown."""
    lines = ["| subject | measured | value | wanted | how |", "| --- | --- | --- | --- | --- |"]
    lines += [
        f"| {row.subject} | {row.measure} | {row.value} | {row.target} | {row.note} |"
        for row in rows
    ]
    return "\n".join(lines)


def as_json(rows: Sequence[Row]) -> list[dict[str, str]]:
    """The rows for a file."""
    return [asdict(row) for row in rows]


def machine() -> str:
    """The machine in words: processor, cores that this process may use, memory, Python."""
    model = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{model}, {len(os.sched_getaffinity(0))} cores, {memory:.0f} GiB, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    )
