"""What the sweep does for adapters."""

from collections.abc import Iterator

from brandhub.jobs.hints import send_hint
from brandhub.jobs.listeners import Line
from brandhub.jobs.sweep import sweep_rows
from styles.adapters.checking import expire_check
from styles.adapters.families import render_queue_name
from styles.adapters.queue import CHECK_TASK, check_queue
from styles.adapters.training_queue import TRAIN_QUEUE, TRAIN_TASK, training_queue
from styles.adapters.training_work import expire_training
from styles.models import BaseModel


def sweep_expired_checks() -> int:
    """Take checks away from workers that no longer renew."""
    return sweep_rows(check_queue().expired(), lambda key: expire_check(revision_id=key))


def sweep_lost_check_hints() -> int:
    """Hint again for every family with adapters that are due."""
    families = check_queue().due().values_list("base_model__family", flat=True).order_by()
    return sum(
        send_hint(CHECK_TASK, queue=render_queue_name(family), family=family)
        for family in families.distinct()
    )


def sweep_expired_trainings() -> int:
    """Take trainings away from workers that no longer renew."""
    return sweep_rows(training_queue().expired(), lambda key: expire_training(training_id=key))


def sweep_lost_training_hints() -> int:
    """Hint again where trainings are due."""
    return int(training_queue().due().exists() and send_hint(TRAIN_TASK, queue=TRAIN_QUEUE))


def adapter_lines() -> Iterator[Line]:
    """What the workers with a model should check, and what those that train should train."""
    for family in BaseModel.objects.order_by().values_list("family", flat=True).distinct():
        yield Line.of(render_queue_name(family), check_queue(), base_model__family=family)
    yield Line(TRAIN_QUEUE, training_queue())
