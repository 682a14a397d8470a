"""Celery tasks of this app."""

from celery import shared_task

from brandhub.accounts.services import purge_idempotency_records


@shared_task(name="accounts.purge_idempotency_records", ignore_result=True)
def purge_idempotency_records_task() -> None:
    """Forget stored answers that are older than a day."""
    purge_idempotency_records()
