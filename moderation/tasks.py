"""Celery tasks of this app: no rules, one call."""

from celery import shared_task

from brandhub.jobs.hints import send_hint, taken_up
from moderation.queue import DRAIN_SECONDS, SCREEN_QUEUE, SCREEN_TASK, screening_queue


@shared_task(name=SCREEN_TASK, ignore_result=True)
def screen() -> None:
    """Drain the screening queue for a bounded time, then hint again if work is left."""
    from moderation.screener import drain

    taken_up(SCREEN_TASK, queue=SCREEN_QUEUE)
    drain(seconds=DRAIN_SECONDS)
    if screening_queue().due().exists():
        send_hint(SCREEN_TASK, queue=SCREEN_QUEUE)
