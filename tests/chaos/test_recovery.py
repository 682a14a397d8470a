"""What is read from the ledger of a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.faults import Happened
from tests.chaos.recovery import queues_without_claims, recoveries


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "ledger"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


def test_from_the_kill_to_the_next_claim_of_each_row_that_the_dead_one_held(ledger, log):
    # Given a process that finished one row and held two when it was killed at a boundary,
    log.write_text("100.0 7 render.step kill\n")
    ledger.write_text(
        "90.0 7 claim render done 1\n"
        "95.0 7 leave render done 1\n"
        "98.0 7 claim render first 1\n"
        "98.0 7 claim render second 3\n"
        # whose rows the sweep took away later, and others claimed,
        "101.0 9 leave render first 1\n"
        "102.5 8 claim render first 3\n"
        "104.0 8 claim render second 5\n"
        # while one was with somebody else all the time,
        "97.0 8 claim render other 1\n"
    )
    # then each is told, and nothing else.
    assert recoveries([], log, ledger) == {"kill@render.step": [2.5, 4.0]}


def test_of_a_whole_process_all_its_children_count(ledger, log):
    ledger.write_text(
        "98.0 7 claim render first 1\n"
        "98.0 8 claim webhooks second 1\n"
        "101.0 9 claim render first 3\n"
        "102.0 9 claim webhooks second 3\n"
    )
    happened = [
        Happened("kill@worker0", began=100.0, ended=101.0, pids=frozenset({6, 7, 8}), fired=1)
    ]

    found = recoveries(happened, log, ledger)
    assert {name: sorted(seconds) for name, seconds in found.items()} == {
        "kill@worker0": [1.0, 2.0]
    }


def test_a_queue_whose_claims_nobody_notes_is_told_of(ledger):
    ledger.write_text(
        "98.0 7 claim webhooks one 1\n99.0 7 leave webhooks one 1\n99.0 8 leave render two 1\n"
    )

    assert queues_without_claims(ledger) == ["render"]


def test_a_run_without_any_claim_has_no_such_queue(ledger):
    assert queues_without_claims(ledger) == []
