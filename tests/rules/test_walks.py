"""Walks over the services against the model of the rules; see ``machine``.

``make rules`` walks until it has taken 10,000 steps and prints how many it took; here it is some
hundreds.
"""

import os
import sys
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.rules.machine import Walk
from tests.rules.model import MAX_RENDER_ATTEMPTS, MAX_SCREENING_ATTEMPTS

STEPS_OF_A_WALK = 50


@pytest.mark.django_db
def test_the_services_follow_the_rules_whatever_happens_in_which_order(
    settings_of_the_model, capsys
):
    wanted = int(os.environ.get("BRANDHUB_RULES_STEPS", "300"))
    walks = settings(
        max_examples=max(wanted // STEPS_OF_A_WALK, 1),
        stateful_step_count=STEPS_OF_A_WALK,
        deadline=None,
        database=None,
        derandomize=wanted < 1000,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Walk, settings=walks)
    # Walks end early here and there. Where they are drawn anew each time, more make up for it.
    while not walks.derandomize and Walk.steps < wanted:
        run_state_machine_as_test(Walk, settings=walks)
    with capsys.disabled():
        sys.stdout.write(f"\n{Walk.steps} steps\n")
    assert Walk.steps >= (wanted / 2 if walks.derandomize else wanted)
    assert not connection.needs_rollback


@pytest.fixture
def settings_of_the_model(settings, monkeypatch):
    from moderation import queue

    settings.RENDER_MAX_ATTEMPTS = MAX_RENDER_ATTEMPTS
    # Leases run out where a step says so, and not because the machine is slow.
    hour = timedelta(hours=1)
    settings.RENDER_LEASE_SECONDS = settings.RENDER_HARD_LIMIT_SECONDS = hour.total_seconds()
    monkeypatch.setattr(queue, "TERMS", replace(queue.TERMS, lease=hour, hard_limit=hour))
    assert queue.TERMS.max_attempts == MAX_SCREENING_ATTEMPTS
