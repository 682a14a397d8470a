"""How long the work of a killed process lay about: from the SIGKILL to the next claim."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.faults import Happened


@dataclass(frozen=True, slots=True)
class Claim:
    """A lease as the ledger has it; ``left`` is infinite for one that nobody ended."""

    queue: str
    row: str
    token: int
    pid: int
    began: float
    left: float


def read_ledger(path: Path) -> list[Claim]:
    """Every claim of the run."""
    claims: dict[tuple[str, int], tuple[float, int, str]] = {}
    leaves: dict[tuple[str, int], float] = {}
    for line in path.read_text().splitlines() if path.exists() else []:
        moment, pid, what, queue, row, token = line.split()
        if what == "claim":
            claims[row, int(token)] = (float(moment), int(pid), queue)
        else:
            leaves.setdefault((row, int(token)), float(moment))
    return [
        Claim(queue, row, token, pid, began, leaves.get((row, token), float("inf")))
        for (row, token), (began, pid, queue) in claims.items()
    ]


def queues_without_claims(path: Path) -> list[str]:
    """Queues whose leases end in the ledger though none of them begins: nobody notes their claims.

    Of what the dead held there nothing would be known, and so no recovery be measured.
    """
    noted: dict[str, set[str]] = {"claim": set(), "leave": set()}
    for line in path.read_text().splitlines() if path.exists() else []:
        _moment, _pid, what, queue, _row, _token = line.split()
        noted[what].add(queue)
    return sorted(noted["leave"] - noted["claim"])


def recoveries(happened: Iterable[Happened], log: Path, ledger: Path) -> dict[str, list[float]]:
    """By fault, seconds from each SIGKILL to the next claim of every row the dead one held."""
    by_pid: dict[int, list[Claim]] = defaultdict(list)
    by_row: dict[str, list[Claim]] = defaultdict(list)
    for claim in read_ledger(ledger):
        by_pid[claim.pid].append(claim)
        by_row[claim.row].append(claim)
    found: dict[str, list[float]] = defaultdict(list)
    for name, moment, pids in _kills(happened, log):
        for claim in (each for pid in pids for each in by_pid[pid]):
            if not claim.began <= moment < claim.left:
                continue
            later = [each.began for each in by_row[claim.row] if each.token > claim.token]
            if later:
                found[name].append(min(later) - moment)
    return dict(found)


def _kills(happened: Iterable[Happened], log: Path) -> Iterator[tuple[str, float, set[int]]]:
    """Name, moment and victims of each SIGKILL."""
    for line in log.read_text().splitlines() if log.exists() else []:
        moment, pid, boundary, action = line.split()
        if action == "kill":
            yield f"kill@{boundary}", float(moment), {int(pid)}
    for fault in happened:
        if fault.name.startswith("kill@") and "." not in fault.name:
            yield fault.name, fault.began, set(fault.pids)
