"""Celery tasks of this app."""

import time

import structlog
from celery import shared_task

from brandhub.accounts.services import purge_idempotency_records
from brandhub.accounts.stored_files import remove_unreferenced_files

log = structlog.get_logger(__name__)


@shared_task(name="accounts.purge_idempotency_records", ignore_result=True)
def purge_idempotency_records_task() -> None:
    """Forget stored answers that are older than a day."""
    purge_idempotency_records()


@shared_task(name="accounts.remove_unreferenced_files", ignore_result=True)
def remove_unreferenced_files_task() -> None:
    """Remove stored files that no row names; each hour of the day has its share of them."""
    removed = remove_unreferenced_files(share=int(time.time() // 3600))
    if removed:
        log.info("unreferenced_files_removed", files=removed)
