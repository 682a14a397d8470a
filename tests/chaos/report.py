"""What a run says at its end."""

from __future__ import annotations

import statistics

from tests.chaos.run import Outcome
from tests.chaos.stack import INTERVALS

MOST_VIOLATIONS = 50


def percentile(values: list[float], share: float) -> float:
    """The value that ``share`` of ``values`` do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def print_outcome(outcome: Outcome) -> None:
    """The run in one table: what was done to it, what it lost, how fast it recovered."""
    kinds = [sentence.split(":")[0] for sentence in outcome.violations]
    print(
        f"\n{outcome.accepted} requests accepted, {outcome.published} versions published, "
        f"{outcome.delivered} webhooks delivered; {outcome.kills} kills, "
        f"{outcome.starts} process starts, {outcome.seconds:.0f} s in all, "
        f"of which the drain {outcome.drain_seconds:.0f} s"
    )
    lost, doubled = (sum(word in kind for kind in kinds) for word in ("lost", "doubled"))
    print(f"lost: {lost}   doubled: {doubled}   violations in all: {len(kinds)}")
    if outcome.cut_short:
        print(outcome.cut_short)
    print(_table(outcome))
    print("intervals: " + ", ".join(f"{_short(name)} {value}" for name, value in INTERVALS.items()))
    if outcome.submit_seconds:
        print(
            f"submit while it broke: p50 {statistics.median(outcome.submit_seconds):.2f} s, "
            f"p99 {percentile(outcome.submit_seconds, 0.99):.2f} s (waiting and asking again)"
        )
    if outcome.not_felt:
        print("never felt: " + ", ".join(outcome.not_felt))
    for sentence in outcome.violations[:MOST_VIOLATIONS]:
        print(f"VIOLATION {sentence}")


def _table(outcome: Outcome) -> str:
    lines = [
        "| fault | tried | felt | leases held | again after, p50 | p99 | longest |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, (tried, felt) in outcome.fired.items():
        lines.append(f"| {name} | {tried} | {felt} {_times(outcome.recovery.get(name, []))}")
    for kind, count in outcome.misbehaved.items():
        lines.append(f"| webhook target {kind} | | {count} {_times([])}")
    every = [value for values in outcome.recovery.values() for value in values]
    lines.append(f"| all kills | | {outcome.kills} {_times(every)}")
    return "\n".join(lines)


def _times(values: list[float]) -> str:
    if not values:
        return "| | | | |"
    middle, most = statistics.median(values), percentile(values, 0.99)
    return f"| {len(values)} | {middle:.1f} s | {most:.1f} s | {max(values):.1f} s |"


def _short(name: str) -> str:
    return name.removeprefix("BRANDHUB_").lower().replace("_", " ")
