"""Celery tasks of this app: no rules, one call."""

from celery import shared_task

from brandhub.jobs.hints import send_hint, taken_up
from moderation.notice_queue import DRAIN_SECONDS as NOTIFY_SECONDS
from moderation.notice_queue import NOTIFY_QUEUE, NOTIFY_TASK, notice_queue
from moderation.queue import DRAIN_SECONDS, SCREEN_QUEUE, SCREEN_TASK, screening_queue


@shared_task(name=SCREEN_TASK, ignore_result=True)
def screen() -> None:
    """Drain the screening queue for a bounded time, then hint again if work is left."""
    from moderation.screener import drain

    taken_up(SCREEN_TASK, queue=SCREEN_QUEUE)
    drain(seconds=DRAIN_SECONDS)
    if screening_queue().due().exists():
        send_hint(SCREEN_TASK, queue=SCREEN_QUEUE)


@shared_task(name=NOTIFY_TASK, ignore_result=True)
def notify() -> None:
    """Send the letters that are due for a bounded time, then hint again if some are left."""
    from moderation.notifier import drain

    taken_up(NOTIFY_TASK, queue=NOTIFY_QUEUE)
    drain(seconds=NOTIFY_SECONDS)
    if notice_queue().due().exists():
        send_hint(NOTIFY_TASK, queue=NOTIFY_QUEUE)
