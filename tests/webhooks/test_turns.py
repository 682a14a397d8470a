"""Whose turn it is to send: one worker's, unless it is dead or Redis can't say."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.core.cache import cache
from redis.exceptions import TimeoutError as RedisTimeout

from brandhub.jobs.holders import holder_name
from brandhub.webhooks import turns
from brandhub.webhooks.turns import turn_of

#: Above every limit of process numbers that Linux knows.
DEAD = holder_name(4_194_305)
ELSEWHERE = "elsewhere:4194305"


@pytest.fixture(autouse=True)
def lasting(monkeypatch):
    """(No turn is over because the machine is busy.)"""
    monkeypatch.setattr(turns, "_SECONDS", 600)
    yield
    cache.delete(turns._KEY)


@pytest.fixture
def clock(monkeypatch):
    """What time it is, to be moved."""
    now = [0.0]
    monkeypatch.setattr(turns, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def touched(monkeypatch):
    """When the turn was held on to, of a Redis that answers as the test says."""

    redis = SimpleNamespace(times=[], error=None)

    def touch(key, seconds):
        redis.times.append(turns.monotonic())
        if redis.error is not None:
            raise redis.error

    monkeypatch.setattr(cache, "touch", touch)
    return redis


@pytest.mark.parametrize("holder", [holder_name(1), ELSEWHERE])
def test_a_turn_is_nobody_elses_until_it_ends(holder):
    with turn_of(holder) as first:
        with turn_of(holder_name()) as second:
            assert (first is None, second is None) == (False, True)
        # The one that got none has ended nobody's turn.
        with turn_of(holder_name()) as third:
            assert third is None
    with turn_of(holder_name()) as fourth:
        assert fourth is not None


def test_the_turn_of_the_dead_is_taken_over_at_once():
    # Given one that was killed in its turn,
    cache.set(turns._KEY, DEAD, timeout=600)
    # when another comes, then it is that one's turn, and nobody else's.
    with turn_of(holder_name()) as mine:
        assert mine is not None
        with turn_of(holder_name(1)) as another:
            assert another is None


def test_a_turn_is_held_on_to_once_a_second(clock, touched):
    with turn_of(holder_name()) as turn:
        for clock[0] in (0.2, 0.9, 1.0, 1.1, 1.9, 2.0, 2.5, 9.0):
            turn.keep()

    assert touched.times == [1.0, 2.0, 9.0]


def test_a_redis_that_is_slow_is_waited_for_once(clock, touched):
    # Given a turn that was kept already, when Redis is slow from then on,
    with turn_of(holder_name()) as turn:
        clock[0] = 1.0
        turn.keep()
        touched.error = RedisTimeout()
        for clock[0] in (2.0, 3.0, 4.0):
            turn.keep()
    # then whoever is sent something waits for one of its answers and no more.
    assert touched.times == [1.0, 2.0]


@pytest.mark.parametrize("error", [RedisTimeout(), ConnectionResetError()])
def test_where_redis_does_not_answer_everybody_has_a_turn(monkeypatch, error):
    def away(*args, **kwargs):
        raise error

    with monkeypatch.context() as patched:
        for name in ("add", "delete"):
            patched.setattr(cache, name, away)
        with turn_of(holder_name()) as one, turn_of(holder_name(1)) as other:
            assert None not in (one, other)
