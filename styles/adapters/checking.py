"""The ways a check of an adapter can end, each under the row's lock; the worker's own turn is in
``checker``.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from brandhub.audit.record import SYSTEM, record
from brandhub.jobs.protocol import LEASE_EXPIRED, Lease
from styles.adapters.queue import check_queue
from styles.adapters.states import AdapterStatus
from styles.adapters.uploading import wake_checkers
from styles.models.adapters import AdapterRevision


@transaction.atomic
def claim_check(*, family: str, holder: str) -> AdapterRevision | None:
    """Lease the revision of ``family`` that waits longest; None if none is due."""
    queue = check_queue()
    rows = queue.claim(
        queue.due().filter(base_model__family=family).order_by("available_at", "pk"),
        limit=1,
        holder=holder,
    )
    if not rows:
        return None
    revisions = AdapterRevision.objects.select_related("adapter", "base_model", "brand")
    return revisions.get(pk=rows[0].pk)


@transaction.atomic
def accept_adapter(
    *,
    lease: Lease,
    canonical_sha256: str,
    canonical_size: int,
    preview_sha256: str,
    findings: dict[str, Any],
) -> AdapterRevision:
    """Make a checked revision ready; its files are stored. Raises ``LeaseLost``."""
    queue = check_queue()
    revision = queue.held(lease)
    queue.finish(
        revision,
        AdapterStatus.READY,
        canonical_sha256=canonical_sha256,
        canonical_size=canonical_size,
        preview_sha256=preview_sha256,
        findings=findings,
        checked_at=Now(),
        last_error="",
    )
    record(
        actor=SYSTEM,
        action="adapter.ready",
        of=revision,
        brand=revision.brand_id,
        canonical_sha256=canonical_sha256,
    )
    return revision


@transaction.atomic
def refuse_adapter(*, lease: Lease, reason: str, facts: dict[str, Any]) -> AdapterRevision:
    """Refuse a revision for good, with the code ``reason``. Raises ``LeaseLost``."""
    queue = check_queue()
    revision = queue.held(lease)
    queue.finish(
        revision,
        AdapterStatus.REFUSED,
        reason=reason[:64],
        reason_facts=facts,
        checked_at=Now(),
        last_error="",
    )
    record(
        actor=SYSTEM, action="adapter.refused", of=revision, brand=revision.brand_id, reason=reason
    )
    return revision


@transaction.atomic
def give_up_check(*, lease: Lease, error: str) -> AdapterRevision:
    """Say that a check ended with a fault of the platform's: tried again, at the cap failed.

    Raises ``LeaseLost``.
    """
    revision = check_queue().held(lease)
    _put_back_or_fail(revision, error=error)
    return revision


@transaction.atomic
def release_check(*, lease: Lease) -> AdapterRevision:
    """Give a check back uncounted: its worker stops on purpose. Raises ``LeaseLost``."""
    queue = check_queue()
    revision = queue.held(lease)
    queue.give_back(revision, counted=False)
    wake_checkers(revision)
    return revision


@transaction.atomic
def expire_check(*, revision_id: UUID) -> bool:
    """Take a check away from a worker whose lease ran out. Returns whether it had."""
    revision = check_queue().lock_if_expired(revision_id)
    if revision is None:
        return False
    _put_back_or_fail(revision, error=LEASE_EXPIRED)
    return True


def _put_back_or_fail(revision: AdapterRevision, *, error: str) -> None:
    queue = check_queue()
    if not queue.exhausted(revision):
        queue.give_back(revision, counted=True, error=error)
        wake_checkers(revision)
        return
    queue.finish(
        revision,
        AdapterStatus.FAILED,
        reason=error[:64],
        checked_at=Now(),
        last_error=error[:64],
    )
    record(actor=SYSTEM, action="adapter.failed", of=revision, brand=revision.brand_id, error=error)
