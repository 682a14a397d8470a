"""Celery tasks of this app."""

import structlog
from celery import shared_task

from brandhub.common.storage import store

log = structlog.get_logger(__name__)


@shared_task(name="jobs.remove_unfinished_files", ignore_result=True)
def remove_unfinished_files_task() -> None:
    """Remove what processes that were killed had begun to write into the store."""
    removed = store().remove_unfinished()
    if removed:
        log.info("unfinished_files_removed", files=removed)
