"""Whose turn it is to send: one worker's at a time, as far as Redis can tell.

Deliveries share their workers with screening, and must not take up all of them. Where Redis is
away, slow or emptied several may have their turn, and share the work; the leases see to the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

import structlog
from django.core.cache import cache
from redis.exceptions import RedisError

from brandhub.jobs.holders import is_dead

log = structlog.get_logger(__name__)

_KEY = "webhooks:turn"
#: That of a worker elsewhere that was killed ends by itself.
_SECONDS = 3
_KEPT_EVERY_SECONDS = 1.0
_UNREACHABLE = (RedisError, OSError)


class Turn:
    """A turn that was taken. Whoever drains keeps it, at least once a second."""

    def __init__(self) -> None:
        self._due = monotonic() + _KEPT_EVERY_SECONDS

    def keep(self) -> None:
        """Hold on to it for a while longer; never raises.

        A Redis that is slow would be waited for each time, and those who are sent something with
        it: after one failure the turn is left to run out.
        """
        now = monotonic()
        if now < self._due:
            return
        self._due = now + _KEPT_EVERY_SECONDS
        try:
            cache.touch(_KEY, _SECONDS)
        except _UNREACHABLE as error:
            log.warning("turn_not_kept", error=type(error).__name__)
            self._due = float("inf")


@contextmanager
def turn_of(holder: str) -> Iterator[Turn | None]:
    """The turn for the block, or None where somebody else has it who is not known to be dead."""
    if not _take(holder):
        yield None
        return
    try:
        yield Turn()
    finally:
        _end()


def _take(holder: str) -> bool:
    try:
        if cache.add(_KEY, holder, timeout=_SECONDS):
            return True
        former = cache.get(_KEY)
        if former is None or not is_dead(former):
            return False
        # Its leases have ended already, and the hint to send them again may be this one.
        cache.set(_KEY, holder, timeout=_SECONDS)
    except _UNREACHABLE:
        pass
    return True


def _end() -> None:
    try:
        cache.delete(_KEY)
    except _UNREACHABLE as error:
        log.warning("turn_not_ended", error=type(error).__name__)
