"""A worker's turn at deliveries: claim, send many at once, record each as it ends.

Threads send, and touch no database; this thread claims and records. Slow receivers so cost a
worker one thread each, never the others' time.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.utils import timezone

from brandhub.common.correlation import correlated
from brandhub.common.errors import NotFound
from brandhub.jobs.boundaries import boundary
from brandhub.jobs.holders import holder_name
from brandhub.jobs.protocol import Lease, LeasedQueue, LeaseLost
from brandhub.jobs.worker_process import stopping
from brandhub.webhooks.messages import body_bytes, signed_headers
from brandhub.webhooks.models import Delivery, WebhookEndpoint
from brandhub.webhooks.secrets import SecretUnreadable, decrypt
from brandhub.webhooks.sending import Outcome, send
from brandhub.webhooks.services.deliveries import (
    claim_deliveries,
    finish_delivery,
    release_delivery,
)
from brandhub.webhooks.turns import Turn, turn_of

log = structlog.get_logger(__name__)

#: Attempts under way at once.
THREADS = 16
#: How much longer than an attempt's own limit is waited for its thread: a system's resolver may
#: hang, and cannot be interrupted.
GRACE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class _Attempt:
    delivery: Delivery
    lease: Lease
    #: When waiting for the thread ends.
    until: float


def drain(*, seconds: float) -> int:
    """Send what is due until nothing is, ``seconds`` have passed or the worker stops.

    Returns how many attempts were made: none where it is another worker's turn.
    """
    holder = holder_name()
    with turn_of(holder) as turn:
        return _Drain(seconds, holder, turn).run() if turn is not None else 0


class _Drain:
    def __init__(self, seconds: float, holder: str, turn: Turn) -> None:
        self._end = monotonic() + seconds
        self._holder, self._turn = holder, turn
        self._under_way: dict[Future[Outcome], _Attempt] = {}
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="webhooks")
        self._made = 0

    def run(self) -> int:
        try:
            while self._claim() or self._under_way:
                self._collect()
                self._turn.keep()
        finally:
            # A thread whose resolver hangs is not waited for; it ends by itself.
            self._threads.shutdown(wait=False, cancel_futures=True)
        return self._made

    def _claim(self) -> bool:
        """Start what is due while there is room and time; returns whether anything was."""
        room = THREADS - len(self._under_way)
        if room <= 0 or stopping() or monotonic() >= self._end:
            return False
        under_way = Counter(each.delivery.endpoint_id for each in self._under_way.values())
        claimed = claim_deliveries(limit=room, holder=self._holder, under_way=under_way)
        if claimed:
            boundary("webhooks.after_claim")
        for delivery in claimed:
            self._start(delivery)
        return bool(claimed)

    def _start(self, delivery: Delivery) -> None:
        lease = LeasedQueue.lease_of(delivery)
        if stopping():
            with suppress(LeaseLost):
                release_delivery(lease=lease)
            return
        self._made += 1
        until = monotonic() + settings.WEBHOOK_TIMEOUT_SECONDS + GRACE_SECONDS
        attempt = _Attempt(delivery, lease, until)
        try:
            secrets = _secrets_of(delivery.endpoint)
        except SecretUnreadable as error:
            log.error("webhook_secret_unreadable", endpoint=str(delivery.endpoint_id))
            self._finish(attempt, Outcome(None, error.error_code))
            return
        body = body_bytes(delivery.event)
        headers = signed_headers(delivery.event, body, secrets=secrets, at=timezone.now())
        future = self._threads.submit(
            send,
            delivery.endpoint.url,
            body=body,
            headers=headers,
            seconds=settings.WEBHOOK_TIMEOUT_SECONDS,
        )
        self._under_way[future] = attempt

    def _collect(self) -> None:
        """Wait for an attempt to end; record those that have or have outlived their time."""
        if not self._under_way:
            return
        first = min(attempt.until for attempt in self._under_way.values())
        done, _running = wait(
            self._under_way,
            timeout=max(0.0, min(first - monotonic(), 1.0)),
            return_when=FIRST_COMPLETED,
        )
        for future in done:
            self._finish(self._under_way.pop(future), _outcome_of(future))
        now = monotonic()
        for future, attempt in list(self._under_way.items()):
            if attempt.until <= now and not future.done():
                del self._under_way[future]
                self._finish(attempt, Outcome(None, "timeout"))

    def _finish(self, attempt: _Attempt, outcome: Outcome) -> None:
        delivery = attempt.delivery
        boundary("webhooks.after_send")
        with correlated(delivery.event.correlation_id):
            try:
                finish_delivery(
                    lease=attempt.lease, endpoint_id=delivery.endpoint_id, outcome=outcome
                )
            except (LeaseLost, NotFound):
                # Taken away meanwhile, or removed together with its endpoint.
                log.info("webhook_outcome_discarded", delivery=str(delivery.pk))
                return
            log.info(
                "webhook_delivered" if outcome.delivered else "webhook_failed",
                delivery=str(delivery.pk),
                event_type=delivery.event.type,
                # The host alone: paths of webhook addresses are often secrets themselves.
                host=urlsplit(delivery.endpoint.url).hostname,
                status=outcome.status,
                error=outcome.error,
                attempt=attempt.lease.attempt,
            )


def _outcome_of(future: Future[Outcome]) -> Outcome:
    """How the attempt ended. What nobody foresaw is its failure alone: raised here it would take
    the attempts beside it along, whose receivers would be sent everything again.
    """
    try:
        return future.result()
    except Exception as error:  # noqa: BLE001
        # The type alone: a message may repeat the address.
        log.error("webhook_attempt_broke", error=type(error).__name__)
        return Outcome(None, "internal_error")


def _secrets_of(endpoint: WebhookEndpoint) -> list[str]:
    """The secrets that sign now: the present one, and a replaced one until its time is over."""
    found = [decrypt(endpoint.secret_encrypted)]
    until = endpoint.previous_secret_until
    if endpoint.previous_secret_encrypted and until and timezone.now() < until:
        found.append(decrypt(endpoint.previous_secret_encrypted))
    return found
