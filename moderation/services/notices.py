"""Letters about cases: written down with the deed that they tell of, sent by a worker after it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from brandhub.accounts.models import User
from brandhub.jobs.hints import hint_on_commit
from brandhub.jobs.protocol import LEASE_EXPIRED, Lease
from moderation.locking import lock_case
from moderation.models import Notice, ReviewCase
from moderation.notice_queue import NOTIFY_QUEUE, NOTIFY_TASK, notice_queue
from moderation.selectors.eligible import still_concerns
from moderation.states import NoticeKind, NoticeStatus

#: Notices that one letter tells of.
MOST_IN_ONE = 50


def about_case(case: ReviewCase) -> dict[str, Any]:
    """What a platform is told of a case, beside what it is told of the request."""
    return {
        "id": str(case.pk),
        "kind": case.kind,
        "stage": case.stage,
        "stages": len(case.stages),
        "due_at": case.due_at.isoformat() if case.due_at else None,
    }


def notify(*, case: ReviewCase, kind: NoticeKind, people: Iterable[User]) -> list[Notice]:
    """Queue a letter to each of ``people`` who has an address, once per case, kind and stage.

    One that was withdrawn before it went out is queued again. Nothing is queued where the
    installation sends no e-mail.
    """
    if not settings.SENDS_EMAIL:
        return []
    people = list(people)
    there = Notice.objects.filter(case=case, kind=kind, stage=case.stage)
    told = set(there.values_list("recipient_id", flat=True))
    notices = [
        notice_queue().take_away(
            notice, NoticeStatus.QUEUED, available_at=Now(), attempts=0, finished_at=None
        )
        for notice in there.select_for_update(no_key=True).filter(
            status=NoticeStatus.WITHDRAWN, recipient__in=people
        )
    ]
    notices += Notice.objects.bulk_create(
        Notice(brand_id=case.brand_id, case=case, kind=kind, stage=case.stage, recipient=person)
        for person in people
        if person.email and person.pk not in told
    )
    if notices:
        hint_on_commit(NOTIFY_TASK, queue=NOTIFY_QUEUE)
    return notices


@transaction.atomic
def claim_notices(*, holder: str) -> list[Notice]:
    """Lease the notice that waits longest, and what else is due to the same person.

    With case and recipient, in the order in which they came due; none if none is.
    """
    queue = notice_queue()
    due = queue.due().order_by("available_at", "pk")
    rows = queue.claim(due, limit=1, holder=holder)
    if rows:
        theirs = due.filter(recipient_id=rows[0].recipient_id)
        rows += queue.claim(theirs, limit=MOST_IN_ONE - 1, holder=holder)
    return list(
        Notice.objects.select_related("case__request__bot", "case__assigned_to", "brand")
        .select_related("case__request__client", "case__policy", "recipient")
        .filter(pk__in=[row.pk for row in rows])
        .order_by("available_at", "pk")
    )


@transaction.atomic
def withdraw_notice(*, lease: Lease) -> Notice:
    """Say that a letter need not go out any more; one that must after all waits again.

    Raises ``LeaseLost``.
    """
    queue = notice_queue()
    # Before the notice, as whoever notifies: they queue again what is withdrawn and leave alone
    # what is being sent, so what the letter tells of must not come true between the two.
    lock_case(Notice.objects.values_list("case_id", flat=True).get(pk=lease.id))
    notice = queue.held(lease)
    if still_concerns(notice):
        return queue.give_back(notice, counted=False)
    return queue.finish(notice, NoticeStatus.WITHDRAWN, finished_at=Now())


@transaction.atomic
def finish_notice(*, lease: Lease) -> Notice:
    """Say that a letter is out. Raises ``LeaseLost``."""
    queue = notice_queue()
    return queue.finish(queue.held(lease), NoticeStatus.SENT, finished_at=Now(), last_error="")


@transaction.atomic
def give_up_notice(*, lease: Lease, error: str) -> Notice:
    """Say that sending failed: it is tried again after a back-off, up to the cap of attempts.

    Raises ``LeaseLost``.
    """
    return _put_back_or_end(notice_queue().held(lease), error)


@transaction.atomic
def expire_notice(*, notice_id: UUID) -> bool:
    """Take a letter away from a worker whose lease ran out. Returns whether it had."""
    notice = notice_queue().lock_if_expired(notice_id)
    if notice is None:
        return False
    _put_back_or_end(notice, LEASE_EXPIRED)
    return True


def _put_back_or_end(notice: Notice, error: str) -> Notice:
    queue = notice_queue()
    if queue.exhausted(notice):
        return queue.finish(notice, NoticeStatus.FAILED, finished_at=Now(), last_error=error[:64])
    return queue.give_back(notice, counted=True, error=error)
