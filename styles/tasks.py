"""Celery tasks of this app: ids in, one call, no rules."""

from celery import shared_task

from brandhub.jobs.hints import send_hint, taken_up
from styles.adapters.families import render_queue_name
from styles.adapters.queue import CHECK_TASK, DRAIN_SECONDS, check_queue
from styles.adapters.training_queue import TRAIN_QUEUE, TRAIN_TASK, training_queue
from styles.references import suggesting


@shared_task(name=CHECK_TASK, ignore_result=True)
def check_adapters(family: str) -> None:
    """Check adapters of ``family`` for a bounded time, then hint again if some are left."""
    from brandhub.inference.runtime import generator
    from styles.adapters.checker import drain

    queue = render_queue_name(family)
    taken_up(CHECK_TASK, queue=queue)
    drain(family=family, generator=generator(), seconds=DRAIN_SECONDS)
    if check_queue().due().filter(base_model__family=family).exists():
        send_hint(CHECK_TASK, queue=queue, family=family)


@shared_task(name=suggesting.SUGGEST_TASK, ignore_result=True)
def suggest_captions() -> None:
    """Read pictures that ask for a caption for a bounded time, then hint again if some are left."""
    from brandhub.inference.tag_reading import read_tags

    queue = suggesting.suggestion_queue()
    taken_up(suggesting.SUGGEST_TASK, queue=queue)
    suggesting.drain(
        read=lambda pictures: read_tags(suggesting.judge_folder(), pictures),
        seconds=suggesting.DRAIN_SECONDS,
    )
    if suggesting.pending().exists():
        send_hint(suggesting.SUGGEST_TASK, queue=queue)


@shared_task(name=TRAIN_TASK, ignore_result=True)
def train_adapter() -> None:
    """See one training through, then hint again if another one waits."""
    from brandhub.inference.diffusers_backend import build_trainer
    from styles.adapters.trainer import train_once

    taken_up(TRAIN_TASK, queue=TRAIN_QUEUE)
    train_once(build_trainer)
    if training_queue().due().exists():
        send_hint(TRAIN_TASK, queue=TRAIN_QUEUE)
