"""Celery tasks of this app: ids in, one call, no rules."""

from celery import shared_task
from django.conf import settings

from avatars.queue import RENDER_TASK, queue_name
from brandhub.jobs.hints import send_hint, taken_up


@shared_task(name=RENDER_TASK, ignore_result=True)
def render(family: str) -> None:
    """Drain the render queue of ``family`` for a bounded time, then hint again if work is left."""
    from avatars.queue import render_queue
    from avatars.renderer import drain
    from brandhub.inference.runtime import generator, judge

    taken_up(RENDER_TASK, queue=queue_name(family))
    drain(
        family=family,
        generator=generator(),
        judge=judge(),
        seconds=settings.RENDER_DRAIN_SECONDS,
    )
    if render_queue().due().filter(family=family).exists():
        send_hint(RENDER_TASK, queue=queue_name(family), family=family)
