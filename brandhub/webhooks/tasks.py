"""Celery tasks of this app."""

from celery import shared_task
from django.conf import settings

from brandhub.jobs.hints import send_hint, taken_up
from brandhub.webhooks.queue import DELIVER_QUEUE, DELIVER_TASK, due_heads


@shared_task(name=DELIVER_TASK, ignore_result=True)
def deliver() -> None:
    """Send what is due for a bounded time, then hint again if something is left."""
    from brandhub.webhooks.delivering import drain

    taken_up(DELIVER_TASK, queue=DELIVER_QUEUE)
    if drain(seconds=settings.WEBHOOK_DRAIN_SECONDS) and due_heads(limit=1):
        send_hint(DELIVER_TASK, queue=DELIVER_QUEUE)
